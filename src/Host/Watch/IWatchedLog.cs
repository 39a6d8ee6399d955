namespace TrainingDoctor.Host.Watch;

/// <summary>A log that is looked at again and again.</summary>
internal interface IWatchedLog
{
    /// <summary>Gets a value indicating whether a run was found in it.</summary>
    bool HasBegun { get; }

    /// <summary>Gets a value indicating whether findings wait for a further look to confirm them.</summary>
    bool IsUnsettled { get; }

    /// <summary>Gets why the log cannot be read, when it stayed so from one look to the next; null while it can, or is not known yet.</summary>
    string? Failure { get; }

    /// <summary>Gets how often the log was begun anew.</summary>
    int Generation { get; }

    /// <summary>Looks whether the log has changed, and reads what is new.</summary>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>The runs that changed; empty when nothing did.</returns>
    IReadOnlyList<WatchedRun> Look(CancellationToken cancellation);

    /// <summary>Returns the runs as they were last, now that nothing more of the log will be read.</summary>
    IReadOnlyList<WatchedRun> End();

    /// <summary>Forgets the log, which has gone or was begun anew: what comes to the same place later is another run.</summary>
    /// <returns>The runs as they were last.</returns>
    IReadOnlyList<WatchedRun> Leave();
}

/// <summary>One run of a watched log.</summary>
/// <param name="Id">What identifies it.</param>
/// <param name="Report">Its report by now.</param>
/// <param name="Confirmed">Those of its findings that are certain: nothing that is still being written can take them back.</param>
/// <param name="IsEnded">Whether the run is over.</param>
/// <param name="Trace">What was measured, for comparisons; null where it is not kept.</param>
internal sealed record WatchedRun(string Id, DiagnosisReport Report, IReadOnlyList<Finding> Confirmed, bool IsEnded, SharedTrace? Trace = null);
