using System.Buffers;
using System.Text;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Joins lists of numbers that go on over several lines, as pretty-printers and TOML write them, into one line: <c>val_loss = [</c>, <c>2.3, 1.9,</c>, <c>1.5]</c>.</summary>
internal sealed class BrokenLists
{
    private const int LongestList = 256 * 1024;

    private static readonly SearchValues<char> MarksOfNumbers = SearchValues.Create("0123456789.,+-eE \t[]()nafNI'\"");

    private readonly StringBuilder _open = new();

    /// <summary>Gets a value indicating whether a list is open.</summary>
    public bool IsOpen => _open.Length > 0;

    /// <summary>Takes a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="whole">What is to be read: the line itself, or the list that ends with it.</param>
    /// <returns>Whether there is anything to be read; false while a list is open.</returns>
    public bool Take(string line, out string whole)
    {
        whole = line;
        if (!IsOpen)
        {
            if (!Begins(line))
            {
                return true;
            }

            _open.Append(line);
            return false;
        }

        if (!IsOfNumbers(line) || _open.Length + line.Length > LongestList)
        {
            // It was no list of numbers after all: what follows is read as it stands.
            _open.Clear();
            return true;
        }

        _open.Append(' ').Append(line.AsSpan().Trim());
        if (!line.Contains(']') && !line.Contains(')'))
        {
            return false;
        }

        whole = _open.ToString();
        _open.Clear();
        return true;
    }

    /// <summary>A name, a mark that assigns, and a bracket that stays open with nothing but numbers behind it.</summary>
    private static bool Begins(string line)
    {
        int bracket = line.LastIndexOf('[');
        if (bracket <= 0 || line.IndexOf(']', bracket) >= 0 || !IsOfNumbers(line.AsSpan(bracket + 1)))
        {
            return false;
        }

        var before = line.AsSpan(0, bracket).TrimEnd();
        if (before is [.., '('])
        {
            // "loss = tensor([".
            before = before[..^1].TrimEnd("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.").TrimEnd();
        }

        return before is [.., '=' or ':'] && before.IndexOfAnyInRange('A', 'z') >= 0;
    }

    private static bool IsOfNumbers(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(MarksOfNumbers);
}
