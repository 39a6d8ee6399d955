using System.Text;
using System.Text.RegularExpressions;
using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Names in one list and their numbers in another, as Julia's <c>@show</c> and tuples of Python print them: <c>(step, loss) = (10, 2.3)</c>; and the lists that R's <c>str()</c> prints.</summary>
internal static partial class ParallelLists
{
    private const int LongestLine = 1000;

    /// <summary>Puts each number behind its name, where a line is of that shape.</summary>
    public static string Pair(string line)
    {
        if (line.Contains(": num [", StringComparison.Ordinal))
        {
            return ListOfR().Replace(line, ": [${values}]", 1);
        }

        line = line.Length <= LongestLine && line.Contains('/') ? Pairs().Replace(Progress().Replace(line, ProgressOf), PairOf) : line;
        if (line.Length > LongestLine || !line.Contains('=') || !line.Contains(',') || Lists().Match(line) is not { Success: true } lists)
        {
            return line;
        }

        string[] names = lists.Groups["names"].Value.Split(',');
        string[] values = lists.Groups["values"].Value.Split(',');
        if (names.Length != values.Length)
        {
            return line;
        }

        var paired = new StringBuilder(line.Length).Append(line, 0, lists.Index);
        for (int i = 0; i < names.Length; i++)
        {
            paired.Append(i > 0 ? ", " : string.Empty).Append(names[i].Trim()).Append(" = ").Append(values[i].Trim());
        }

        return paired.Append(line, lists.Index + lists.Length, line.Length - lists.Index - lists.Length).ToString();
    }

    /// <summary><c>train loss/acc 2.31/0.52</c>: two names of measurements, and a number for each.</summary>
    private static string PairOf(Match pair)
    {
        string first = pair.Groups["first"].Value;
        string second = pair.Groups["second"].Value;
        return IsMeasured(first) && IsMeasured(second) ? $"{pair.Groups["phase"].Value}{first}: {pair.Groups["one"].Value}, {pair.Groups["phase"].Value}{second}: {pair.Groups["other"].Value}" : pair.Value;
    }

    /// <summary><c>'global_step/max_steps': '5/60'</c>: a counter and what it is to reach.</summary>
    private static string ProgressOf(Match pair) => ColumnClassifier.Classify(pair.Groups["first"].Value).Kind is RoleKind.Step or RoleKind.Epoch ? $"{pair.Groups["first"].Value}: {pair.Groups["place"].Value}" : pair.Value;

    private static bool IsMeasured(string name) => ColumnClassifier.Classify(name).Kind == RoleKind.Metric;

    [GeneratedRegex(@"\b(?<first>[A-Za-z]\w*)/[A-Za-z]\w*['""]?\s*[:=]\s*['""]?(?<place>\d+/\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Progress();

    [GeneratedRegex(@"(?<phase>(?:\b[A-Za-z]+[ _])?)(?<first>[A-Za-z]\w*) ?/ ?(?<second>[A-Za-z]\w*)(?:\s*[:=]\s*|\s+)(?<one>-?\d+\.?\d*(?:e[-+]?\d+)?%?) ?/ ?(?<other>-?\d+\.?\d*(?:e[-+]?\d+)?)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Pairs();

    [GeneratedRegex(@"\((?<names>[A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)+)\)\s*=\s*\((?<values>[^,()=]+(?:,[^,()=]+)+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Lists();

    [GeneratedRegex(@": num \[1:\d+\] (?<values>.*)", RegexOptions.ExplicitCapture)]
    private static partial Regex ListOfR();
}
