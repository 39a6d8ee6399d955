namespace TrainingDoctor.Host.Watch;

/// <summary>Where watched runs come from: logs that are followed, or telemetry that is received.</summary>
internal interface IRunSource
{
    /// <summary>Gets a value indicating whether the last look found anything new or unsettled.</summary>
    bool HasChanged { get; }

    /// <summary>Looks once at everything that is due, and puts what has changed on the board.</summary>
    /// <param name="cancellation">Stops the looking.</param>
    /// <returns>Findings that are certain and were not told before.</returns>
    IEnumerable<WatchedFinding> Look(CancellationToken cancellation);

    /// <summary>Diagnoses every run to its end, as <c>diagnose</c> does.</summary>
    /// <returns>The reports, and what only the end of the runs could tell.</returns>
    (IReadOnlyList<DiagnosisReport> Reports, IReadOnlyList<WatchedFinding> Found) Finish();
}
