using System.Text;
using System.Text.RegularExpressions;

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

    [GeneratedRegex(@"\((?<names>[A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)+)\)\s*=\s*\((?<values>[^,()=]+(?:,[^,()=]+)+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Lists();

    [GeneratedRegex(@": num \[1:\d+\] (?<values>.*)", RegexOptions.ExplicitCapture)]
    private static partial Regex ListOfR();
}
