using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Live;

/// <summary>All runs summed up, those too that no list has room for.</summary>
/// <param name="Runs">How many there are.</param>
/// <param name="Running">How many of them go on.</param>
/// <param name="Ill">How many are ill.</param>
/// <param name="Warning">How many have a warning and no worse.</param>
/// <param name="SecondsLost">How long runs went on after their illness had begun to cost them everything, in seconds; those whose logs have no times are left out.</param>
internal sealed record RunTotals(long Runs, long Running, long Ill, long Warning, double SecondsLost)
{
    /// <summary>No run at all.</summary>
    public static readonly RunTotals None = new(0, 0, 0, 0, 0);

    /// <summary>Adds runs up.</summary>
    /// <param name="one">Some runs.</param>
    /// <param name="other">Others.</param>
    public static RunTotals operator +(RunTotals one, RunTotals other) =>
        new(one.Runs + other.Runs, one.Running + other.Running, one.Ill + other.Ill, one.Warning + other.Warning, Math.Round(one.SecondsLost + other.SecondsLost, 1));

    /// <summary>Sums up the runs of a board.</summary>
    /// <param name="runs">The runs.</param>
    public static RunTotals Of(IReadOnlyList<BoardRun> runs) => new(
        runs.Count,
        runs.Count(run => !run.IsEnded),
        runs.Count(run => run.Report.Verdict == Verdict.Ill),
        runs.Count(run => run.Report.Verdict == Verdict.Warning),
        Math.Round(runs.Sum(run => SecondsLostOf(run.Report) ?? 0), 1));

    /// <summary>Tells how long a run went on after its illness had begun to cost it everything, in seconds; null where it has no illness with a price, or its log has no times.</summary>
    /// <param name="report">The run's report.</param>
    public static double? SecondsLostOf(DiagnosisReport report) =>
        report.Diagnosis.Price is { } price && report.Duration is { } duration ? Math.Round(price.Share * duration.TotalSeconds, 1) : null;

    /// <summary>Returns them as JSON.</summary>
    public object ToDocument() => new { runs = Runs, running = Running, ill = Ill, warning = Warning, secondsLost = SecondsLost };
}
