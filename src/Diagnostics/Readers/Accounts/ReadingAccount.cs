using System.Text;
using System.Text.Json;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers;

/// <summary>
/// What every number of a log was taken for, kept while the log is read: each is a step, an epoch, a measurement, a setting, a time, or listed as unused with its name and the line where it first stood.
/// </summary>
public sealed class ReadingAccount
{
    private const int MostNames = 2000;

    private readonly Lock _lock = new();
    private readonly List<LineNumbers> _lines = [];
    private readonly Dictionary<(string Name, int Column, NumberUse Use, string Why), (long Count, long FirstLine)> _numbers = [];
    private Func<int, (NumberUse Use, string Why)>? _uses;
    private Func<int, string> _names = _ => string.Empty;

    /// <summary>Keeps an account.</summary>
    /// <param name="lines">Of how many of the first lines with numbers every single one is explained.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of lines is negative.</exception>
    public ReadingAccount(int lines = 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lines);
        ExplainedLines = lines;
    }

    /// <summary>Gets of how many lines every number is explained.</summary>
    public int ExplainedLines { get; }

    /// <summary>Gets how many numbers there were.</summary>
    public long Total
    {
        get
        {
            lock (_lock)
            {
                return _numbers.Values.Sum(item => item.Count);
            }
        }
    }

    /// <summary>Gets the numbers by name, once the log has been read: those of one use together, in the order of their first lines.</summary>
    public IReadOnlyList<AccountedNumbers> Numbers
    {
        get
        {
            lock (_lock)
            {
                return [.. _numbers
                    .Select(item => (Key: Resolve(item.Key), item.Value.Count, item.Value.FirstLine))
                    .GroupBy(item => item.Key)
                    .Select(group => new AccountedNumbers(group.Key.Name, group.Key.Use, group.Key.Why, group.Sum(item => item.Count), group.Min(item => item.FirstLine)))
                    .OrderBy(item => item.Use).ThenBy(item => item.FirstLine).ThenBy(item => item.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Gets the first lines with numbers, of logs that people read, once the log has been read.</summary>
    public IReadOnlyList<ExplainedLine> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines.Select(line => new ExplainedLine(line.Line, line.Text, [.. line.Numbers.OrderBy(number => number.Start).Select(number => Explain(line.Text, number))]))];
            }
        }
    }

    /// <summary>Takes the numbers of a printed line.</summary>
    internal void Take(LineNumbers line)
    {
        lock (_lock)
        {
            if (_lines.Count < ExplainedLines && line.Numbers.Count > 0)
            {
                _lines.Add(line);
            }

            foreach (var number in line.Numbers)
            {
                Count((number.Name, number.Column, number.Use, number.Why), line.Line);
            }
        }
    }

    /// <summary>Takes the number of a column.</summary>
    internal void Take(int column, long line)
    {
        lock (_lock)
        {
            Count((string.Empty, column, NumberUse.Unused, string.Empty), line);
        }
    }

    /// <summary>Takes a number that is in no column.</summary>
    internal void Take(string name, NumberUse use, string why, long line)
    {
        lock (_lock)
        {
            Count((name, -1, use, why), line);
        }
    }

    /// <summary>Takes all numbers of a piece of JSON, which nothing is made of.</summary>
    internal void TakeJson(string json, string name, string why)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.Number)
                {
                    Take(name, NumberUse.Unused, why, 0);
                }
            }
        }
        catch (JsonException)
        {
            // What is no JSON holds no numbers that anybody could name.
        }
    }

    /// <summary>Takes the numbers of a list of which only the first counts.</summary>
    internal void TakeFurther(ReadOnlySpan<byte> list, string name, long line)
    {
        bool isFirst = true;
        foreach (var range in list.SplitAny(" ,[]()\t"u8))
        {
            if (Number.TryParse(list[range], out _))
            {
                if (!isFirst)
                {
                    Take(name, NumberUse.Unused, "of a list, the first number counts", line);
                }

                isFirst = false;
            }
        }
    }

    /// <summary>Tells what the columns were used for, once that is known.</summary>
    internal void Close(Func<int, string> names, Func<int, (NumberUse Use, string Why)> uses)
    {
        lock (_lock)
        {
            (_names, _uses) = (names, uses);
        }
    }

    private void Count((string Name, int Column, NumberUse Use, string Why) key, long line)
    {
        key = _numbers.Count < MostNames || _numbers.ContainsKey(key) ? key : ("(others)", -1, NumberUse.Unused, "more names than are listed");
        var (count, first) = _numbers.GetValueOrDefault(key, (0, line));
        _numbers[key] = (count + 1, first);
    }

    private (string Name, NumberUse Use, string Why) Resolve((string Name, int Column, NumberUse Use, string Why) key)
    {
        if (key.Column < 0 || _uses is null)
        {
            return (key.Name, key.Use, key.Why);
        }

        var (use, why) = _uses(key.Column);
        return (_names(key.Column), use, why);
    }

    private ExplainedNumber Explain(string text, AccountedSpan number)
    {
        var (name, use, why) = Resolve((number.Name, number.Column, number.Use, number.Why));
        return new ExplainedNumber(text[number.Start..number.End], name, use, why) { Start = number.Start };
    }
}

/// <summary>Numbers of one name that were taken for the same.</summary>
/// <param name="Name">The name in the log; empty where they have none.</param>
/// <param name="Use">What they were taken for.</param>
/// <param name="Why">Why, in words.</param>
/// <param name="Count">How many there are.</param>
/// <param name="FirstLine">The line of the first, from 1; 0 in formats without lines.</param>
public sealed record AccountedNumbers(string Name, NumberUse Use, string Why, long Count, long FirstLine);

/// <summary>A line and its numbers.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Text">The line as it was read: without colours, and what a progress bar had overwritten.</param>
/// <param name="Numbers">Its numbers, in order.</param>
public sealed record ExplainedLine(long Line, string Text, IReadOnlyList<ExplainedNumber> Numbers);

/// <summary>One number of a line.</summary>
/// <param name="Text">How it is written.</param>
/// <param name="Name">Its name in the log; empty where it has none.</param>
/// <param name="Use">What it was taken for.</param>
/// <param name="Why">Why, in words.</param>
public sealed record ExplainedNumber(string Text, string Name, NumberUse Use, string Why)
{
    /// <summary>Gets where in the line it begins, from 0.</summary>
    public int Start { get; init; }
}

/// <summary>A line whose numbers have been accounted for.</summary>
/// <param name="Line">Its number.</param>
/// <param name="Text">Its text.</param>
/// <param name="Numbers">Its numbers.</param>
internal sealed record LineNumbers(long Line, string Text, List<AccountedSpan> Numbers);

/// <summary>A number of a line.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Name">Its name.</param>
/// <param name="Column">The column that it stands in, which tells its use; -1 for none.</param>
/// <param name="Use">Its use, where no column tells it.</param>
/// <param name="Why">Why.</param>
internal readonly record struct AccountedSpan(int Start, int End, string Name, int Column, NumberUse Use, string Why);
