using System.Globalization;
using System.Text;

namespace TrainingDoctor.Reports;

/// <summary>Writes a comparison of two runs for a person, as Markdown that also reads well in a terminal.</summary>
public static class RunComparisonText
{
    /// <summary>Writes the comparison.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="language">The language; English unless given.</param>
    public static string Write(RunComparison comparison, ReportLanguage? language = null)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        language ??= ReportLanguage.English;
        var text = new StringBuilder();
        Line($"# {Say($"{comparison.First.Run.Name} against {comparison.Second.Run.Name}")}");
        Line(string.Empty);
        Line(comparison.PartsAt is { } step ? Say($"The curves part at step {step}.") : Say($"The curves do not part by more than their noise."));
        Line(string.Empty);
        foreach (var curve in comparison.Curves)
        {
            string parts = curve.PartsAt is { } at ? Say($"parts at step {at}") : Say($"does not part");
            Line($"- {curve.Metric}: {Number(curve.LastFirst)} / {Number(curve.LastSecond)}, {parts}");
        }

        Section(Say($"Only in {comparison.First.Run.Name}"), comparison.Findings.Pairs.Where(pair => pair.Change == FindingChange.Fixed).Select(pair => pair.Before!));
        Section(Say($"Only in {comparison.Second.Run.Name}"), comparison.Findings.Pairs.Where(pair => pair.Change == FindingChange.New).Select(pair => pair.After!));
        Section(Say($"In both"), comparison.Findings.Pairs.Where(pair => pair.Change is FindingChange.Unchanged or FindingChange.Worse).Select(pair => pair.After!));
        return text.ToString();

        string Say(Text sentence) => MarkdownText.Escape(language.Of(sentence));

        void Line(string line) => text.Append(line).Append('\n');

        void Section(string title, IEnumerable<FindingDocument> findings)
        {
            var listed = findings.ToList();
            if (listed.Count > 0)
            {
                Line(string.Empty);
                Line($"## {title}");
                Line(string.Empty);
                listed.ForEach(finding => Line($"- {finding.RuleId} {finding.Rule}, {Say(VerdictWording.Of(finding.Severity))}: {MarkdownText.Escape(finding.Title)}"));
            }
        }
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
