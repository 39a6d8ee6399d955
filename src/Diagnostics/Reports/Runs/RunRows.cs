using System.Globalization;
using TrainingDoctor.Reports.Documents;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports.Runs;

/// <summary>Several runs in a table: what a person who has many wants to see first.</summary>
internal static class RunRows
{
    /// <summary>Makes one row for each report.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="language">The language of titles.</param>
    public static IReadOnlyList<RunRowDocument> Of(IReadOnlyList<DiagnosisReport> reports, ReportLanguage language)
    {
        var labels = RunLabels.Of([.. reports.Select(report => report.Run)]);
        return [.. reports.Select((report, index) => Row(report, labels[index], language))];
    }

    /// <summary>Makes the row of a log that could not be read.</summary>
    /// <param name="log">The log.</param>
    public static RunRowDocument Of(UnreadLog log) => new()
    {
        Name = log.Path,
        Path = log.Path,
        Verdict = Verdict.Inconclusive,
        Steps = 0,
        BestLoss = null,
        LastLoss = null,
        Finding = null,
        WhatToDo = null,
        Headline = log.Reason.ToString(),
        IsUnread = true,
    };

    private static RunRowDocument Row(DiagnosisReport report, string label, ReportLanguage language)
    {
        var facts = report.Diagnosis.Facts;
        var curve = facts.Of(Metric.ValidationLoss) is { } validation && double.IsFinite(validation.Minimum) ? Metric.ValidationLoss : Metric.Loss;
        var loss = facts.Of(curve);
        var score = new[] { Metric.ValidationAccuracy, Metric.Accuracy, Metric.Reward }.FirstOrDefault(metric => facts.Of(metric) is { } known && double.IsFinite(known.Maximum), Metric.Loss);
        return new RunRowDocument
        {
            Name = label,
            Path = report.Run.Path,
            Verdict = report.Verdict,
            Steps = ReportDocumentBuilder.StepCount(facts),
            BestLoss = loss is { } best && double.IsFinite(best.Minimum) ? Loss(curve, best.MinimumStep, best.Minimum) : null,
            LastLoss = loss is { } last ? Loss(curve, last.LastStep, last.Last) : null,
            Finding = report.Primary is { } primary ? Finding(primary, language) : null,
            WhatToDo = report.Primary?.Remedies is [var remedy, ..] ? language.Of(remedy.Title) : null,
            Headline = language.Of(Headline.Of(report)),
            BestScore = score != Metric.Loss && facts.Of(score) is { } scored ? Loss(score, scored.MaximumStep, scored.Maximum) : null,
            StartedAt = report.Run.StartedAt?.ToString("O", CultureInfo.InvariantCulture),
            DurationSeconds = report.Duration is { } duration && report.Run.Log is null ? Math.Round(duration.TotalSeconds, 3) : null,
        };
    }

    private static LossDocument Loss(Metric metric, long step, double value) => new() { Metric = MetricCatalog.NameOf(metric), Step = step, Value = value };

    private static RowFindingDocument Finding(Finding finding, ReportLanguage language) =>
        new() { Id = finding.Id, RuleId = finding.Rule.Id, Rule = finding.Rule.Name, Severity = finding.Severity, Title = language.Of(finding.Title) };
}
