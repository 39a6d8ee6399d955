using TrainingDoctor.Host.Live.Security;

namespace TrainingDoctor.Host.Live;

/// <summary>The runs that a host shows, those of its board or those of all hosts that share their runs. Safe for concurrent use.</summary>
internal interface IShownRuns
{
    /// <summary>Gets the version of all of it: that of the run which changed last.</summary>
    long Version { get; }

    /// <summary>Gets the runs in the order in which they appeared.</summary>
    IReadOnlyList<ShownRun> Runs { get; }

    /// <summary>Sums up all runs that may be seen.</summary>
    /// <param name="access">Which these are.</param>
    RunTotals TotalsOf(RunAccess access);

    /// <summary>Lists the logs that cannot be read, as JSON.</summary>
    /// <param name="access">Which runs may be seen; followed logs are of no project.</param>
    IReadOnlyList<object> UnreadOf(RunAccess access);

    /// <summary>Waits until something is newer than what was seen.</summary>
    /// <param name="seenVersion">The version seen last; 0 for none.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <returns>The version, which is newer.</returns>
    Task<long> WaitForChangeAsync(long seenVersion, CancellationToken cancellation);

    /// <summary>Writes the report of a run by now.</summary>
    /// <param name="id">The run.</param>
    /// <param name="format">For whom.</param>
    /// <param name="known">The version that the one who asks has already; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<RunReading> ReadAsync(string id, RunFormat format, string? known, CancellationToken cancellation);

    /// <summary>Writes the comparison of two runs, as <c>traindoctor diff</c> makes it, by what was measured of both by now.</summary>
    /// <param name="good">The run to compare with.</param>
    /// <param name="id">The run.</param>
    /// <param name="format">For whom.</param>
    /// <param name="known">The version that the one who asks has already; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<RunReading> CompareAsync(string good, string id, RunFormat format, string? known, CancellationToken cancellation);

    /// <summary>Writes the table of the runs that may be seen as a page.</summary>
    /// <param name="access">Which these are.</param>
    RunReading ReadTable(RunAccess access);
}

/// <summary>A run in the list of runs.</summary>
/// <param name="Id">What identifies it.</param>
/// <param name="Version">The version of all when it changed last.</param>
/// <param name="Summary">Makes what the list says of it, to be written as JSON.</param>
internal sealed record ShownRun(string Id, long Version, Func<object> Summary);

/// <summary>For whom a report is written.</summary>
internal enum RunFormat
{
    /// <summary>For programs.</summary>
    Json,

    /// <summary>For people.</summary>
    Page,
}

/// <summary>What somebody reads of a run.</summary>
/// <param name="Status">The status of the answer: 200 with its content, 304 where the known version is the newest, else with the reason as its content.</param>
/// <param name="Content">The content.</param>
/// <param name="Tag">The version of it; null where it has none.</param>
internal sealed record RunReading(int Status, string Content, string? Tag = null);
