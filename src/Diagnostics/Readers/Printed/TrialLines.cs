using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers.Printed;

/// <summary>
/// Lines that end the trials of a search for settings, as Optuna prints them: <c>Trial 3 finished with value: 0.42 and parameters: {'lr': 0.001}. Best is trial 1 with value: 0.40.</c>
/// Each trial is a training of its own; its value is that of an evaluation, and its parameters are settings.
/// </summary>
internal sealed partial class TrialLines
{
    private readonly string _column;

    private TrialLines(string column) => _column = column;

    /// <summary>Looks for such lines in the beginning of a log, and for whether the lowest or the highest value is the best.</summary>
    /// <returns>Null where there are none.</returns>
    public static TrialLines? Find(ReadOnlySpan<byte> head)
    {
        if (head.IndexOf("Best is trial "u8) < 0)
        {
            return null;
        }

        bool risesToBest = false;
        foreach (var match in Ending().Matches(Encoding.UTF8.GetString(head)).Cast<Match>())
        {
            risesToBest |= ValueOf(match, "best") > ValueOf(match, "value");
        }

        return new TrialLines(risesToBest ? "val score" : "val objective");
    }

    /// <summary>Takes a line that ends a trial.</summary>
    /// <param name="line">The line.</param>
    /// <param name="name">The name of its value.</param>
    /// <param name="value">Where its value stands in the line.</param>
    /// <returns>Whether it is one.</returns>
    public bool Take(string line, out string name, out Range value)
    {
        var match = Ending().Match(line);
        var digits = match.Groups["value"];
        (name, value) = (_column, digits.Index..(digits.Index + digits.Length));
        return match.Success;
    }

    private static double ValueOf(Match match, string group) => double.TryParse(match.Groups[group].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;

    [GeneratedRegex(@"Trial \d+ finished with value: (?<value>[-+.\deEnaif]+?) and parameters: .*?Best is trial \d+ with value: (?<best>[-+.\deEnaif]+?)\.?\s*$", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Ending();
}
