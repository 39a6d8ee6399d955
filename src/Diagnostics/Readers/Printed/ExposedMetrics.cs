using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Metrics as Prometheus scrapes them, with labels between name and value: <c>train_loss{job="mnist",epoch="3"} 0.5</c>.</summary>
internal static partial class ExposedMetrics
{
    /// <summary>Puts the labels, as numbers with their names, before the metric.</summary>
    /// <param name="line">The line; changed where it is of that shape.</param>
    /// <returns>Whether it is: then each metric is listed from its beginning to its end.</returns>
    public static bool Arrange(ref string line)
    {
        if (!line.Contains("=\"", StringComparison.Ordinal) || Exposed().Match(line) is not { Success: true } match)
        {
            return false;
        }

        string labels = string.Join(", ", Label().Matches(match.Groups["labels"].Value).Select(label => $"{label.Groups["key"].Value}={label.Groups["value"].Value}"));
        line = $"{labels}, {match.Groups["name"].Value} = {match.Groups["value"].Value}";
        return true;
    }

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z_:][\w:]*)\{(?<labels>[^{}]*)\}\s+(?<value>[-+]?(?:[\d.]+(?:[eE][-+]?\d+)?|NaN|Inf))(?:\s+\d+)?\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Exposed();

    [GeneratedRegex("""(?<key>\w+)="(?<value>[^"]*)"(?=,|$)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Label();
}
