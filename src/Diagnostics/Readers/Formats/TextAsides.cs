using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers;

/// <summary>What of a printed line is no point of a curve.</summary>
internal static partial class TextAsides
{
    // Apart, because a search for English words alone is many times faster.
    private static readonly SearchValues<string> Best = SearchValues.Create(["best"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> ChineseBest = SearchValues.Create(["最佳", "最优"], StringComparison.Ordinal);

    private static readonly SearchValues<string> Asides = SearchValues.Create(
        ["train_runtime", " - ETA: ", "Train net output", "saved", "saving", "namespace(", "improved from"], StringComparison.OrdinalIgnoreCase);

    private static readonly string[] Places = [".py", ".cpp", ".cc", ".cs", "cuda"];

    /// <summary>Leaves out how terminals are told to change colours.</summary>
    public static string WithoutColours(string line) => line.Contains('\u001b') ? Colours().Replace(line, string.Empty) : line;

    /// <summary>Leaves out what was best so far, and where it was saved.</summary>
    public static string BeforeBest(string line)
    {
        int end = line.AsSpan().IndexOfAny(Best);
        int chinese = Ascii.IsValid(line) ? -1 : line.AsSpan().IndexOfAny(ChineseBest);
        end = end < 0 || (chinese >= 0 && chinese < end) ? chinese : end;
        return end < 0 ? line : line[..end];
    }

    /// <summary>Tells whether a line is of progress half-way through an epoch, a closing sum or an announcement.</summary>
    public static bool IsAside(string line) => line.AsSpan().ContainsAny(Asides) || line.Contains("保存", StringComparison.Ordinal);

    /// <summary><c>train.py:123</c> and <c>cuda:0</c> say where, not how much.</summary>
    public static bool IsPlace(string name) => Array.Exists(Places, place => name.EndsWith(place, StringComparison.Ordinal));

    [GeneratedRegex(@"\e\[[0-9;]*[A-Za-z]")]
    private static partial Regex Colours();
}
