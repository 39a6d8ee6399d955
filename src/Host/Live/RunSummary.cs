using TrainingDoctor.Host.Watch;
using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Host.Live;

/// <summary>A run in the list of runs, as JSON.</summary>
internal static class RunSummary
{
    /// <summary>Sums a run up.</summary>
    /// <param name="run">The run.</param>
    public static object Of(BoardRun run) => Of(run, RunThumbnail.Of(run.Report));

    /// <summary>Tells of a log that cannot be read.</summary>
    /// <param name="log">The log.</param>
    public static object Of(UnreadLog log) => new { path = WatchText.Visible(log.Path), error = WatchText.Visible(log.Error) };

    private static object Of(BoardRun run, RunThumbnail? spark) => new
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
        startedAt = run.Report.Run.StartedAt,
        plannedSteps = run.Report.Run.PlannedSteps,
        secondsLeft = SecondsLeft(run),
        secondsLost = RunTotals.SecondsLostOf(run.Report),
        headline = WatchText.Visible(run.Report.Headline.ToString()),
        curve = spark?.Path,
        onset = spark?.Onset,
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

    /// <summary>How long the run still takes, counted from when it last changed, if it goes on as fast as it has come so far; null where its end is not known.</summary>
    private static double? SecondsLeft(BoardRun run)
    {
        var (facts, description) = (run.Report.Diagnosis.Facts, run.Report.Run);
        return description is { PlannedSteps: > 0 and var planned, StartedAt: { } started } && facts.LastStep > 0 && run.UpdatedAt > started
            ? Math.Max(0, (run.UpdatedAt - started).TotalSeconds / (facts.LastStep + 1) * (planned - facts.LastStep - 1))
            : null;
    }

    // JSON has no word for NaN.
    private static object? Last(DiagnosisReport report, Metric metric) => report.Diagnosis.Facts.Of(metric)?.Last is not { } last ? null
        : double.IsFinite(last) ? last
        : FormattableString.Invariant($"{last}");
}
