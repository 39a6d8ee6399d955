using System.Text;
using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Html;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Differences;

/// <summary>Writes a comparison for people: the answer first, then what was set and what was measured differently. The same lines for a terminal and as Markdown.</summary>
internal static class DifferenceText
{
    /// <summary>As many lines of a kind as anybody reads; the rest is counted, and stands in the JSON.</summary>
    private const int MostLines = 12;

    /// <summary>Writes the comparison.</summary>
    /// <param name="document">The comparison, in the language asked for.</param>
    /// <param name="language">The language.</param>
    /// <param name="clean">Makes text from outside harmless where it is written.</param>
    public static string Write(DifferenceDocument document, ReportLanguage language, Func<string, string> clean)
    {
        var text = new StringBuilder();
        Line(clean(document.Answer));
        Line(clean(document.Certainty));
        Line(string.Empty);
        foreach (var run in document.Good)
        {
            Line($"- {Say($"good")}: {Run(run)}");
        }

        Line($"- {Say($"bad")}: {Run(document.Bad)}");
        Line($"- {Say(DifferenceWording.Of(document.Axis))}");
        Section(Say($"Set differently"), [.. document.Settings.Select(setting =>
            $"{Say(DifferenceWording.Of(setting.Stage))}: {clean(setting.Name)} {clean(setting.Bad)} {Say($"instead of")} {clean(setting.Good)}")]);

        // The first of each stage says where the difference went; the others say the same again.
        Section(Say($"Measured differently, the first of each stage"), [.. document.Departures.GroupBy(departure => departure.Stage).Select(stage => stage.First())
            .Select(departure => $"{Say(DifferenceWording.Of(departure.Stage))}, {Say($"step {departure.Step}")}: {clean(Name(departure))} {Numbers.Short(departure.Bad)} {Say($"instead of")} {Numbers.Short(departure.Good)}")]);
        Section(Say($"Found in the bad run alone"), [.. document.OnlyInBad.Select(Finding)]);
        Section(Say($"Found in the good run alone"), [.. document.OnlyInGood.Select(Finding)]);
        return text.ToString();

        string Say(Text sentence) => clean(language.Of(sentence));

        void Line(string line) => text.Append(line).Append('\n');

        void Section(string title, IReadOnlyList<string> lines)
        {
            if (lines.Count == 0)
            {
                return;
            }

            Line(string.Empty);
            Line($"{title}:");
            foreach (string line in lines.Take(MostLines))
            {
                Line($"- {line}");
            }

            if (lines.Count > MostLines)
            {
                Line($"- {Say($"and {lines.Count - MostLines} more")}");
            }
        }

        string Run(ComparedRunDocument run)
        {
            string path = run.Path is { } from && from != run.Name ? $" ({clean(from)})" : string.Empty;
            string loss = run.LastLoss is null ? string.Empty : $", {Say($"last loss")} {RunTableWording.Last(run.LastLoss)}";
            return $"{clean(run.Name)}{path}: {Say(VerdictWording.Of(run.Verdict))}, {Say($"{run.Steps} steps")}{loss}";
        }

        string Finding(RowFindingDocument finding) => $"{finding.RuleId} {finding.Rule}, {Say(VerdictWording.Of(finding.Severity))}: {clean(finding.Title)}";
    }

    /// <summary>What departs: the metric, and where it was measured.</summary>
    public static string Name(DepartureDocument departure) => departure.Scope is null ? departure.Metric : $"{departure.Metric} {departure.Scope}";
}
