using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Live;

/// <summary>A run in the list of runs, as JSON.</summary>
internal static class RunSummary
{
    /// <summary>Sums a run up.</summary>
    /// <param name="run">The run.</param>
    public static object Of(BoardRun run) => new
    {
        id = run.Id,
        name = WatchText.Name(run.Name),
        ended = run.IsEnded,
        version = run.Version,
        order = run.Order,
        updatedAt = run.UpdatedAt,
        step = run.Report.Diagnosis.Facts.LastStep is >= 0 and var step ? step : (long?)null,
        loss = Last(run.Report, Metric.Loss),
        validationLoss = Last(run.Report, Metric.ValidationLoss),
        verdict = WatchText.Word(run.Report.Verdict),
        primary = run.Report.Primary?.Rule.Id,
        findings = run.Report.Findings.Select(finding => new
        {
            ruleId = finding.Rule.Id,
            rule = finding.Rule.Name,
            severity = WatchText.Word(finding.Severity),
            title = WatchText.Visible(finding.Title.ToString()),
            firstStep = finding.FirstStep,
        }),
    };

    // JSON has no word for NaN.
    private static object? Last(DiagnosisReport report, Metric metric) => report.Diagnosis.Facts.Of(metric)?.Last is not { } last ? null
        : double.IsFinite(last) ? last
        : FormattableString.Invariant($"{last}");
}
