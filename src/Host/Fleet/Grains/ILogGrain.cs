using Orleans;
using Orleans.Concurrency;
using TrainingDoctor.Host.Live;

namespace TrainingDoctor.Host.Fleet.Grains;

/// <summary>One run of a log that a host follows: the way by which the others reach its report. It is only ever of use on that host, which calls it there.</summary>
[Alias("traindoctor.log")]
internal interface ILogGrain : IGrainWithStringKey
{
    /// <summary>Is called by the host that follows the log, now and then, and so comes to be on that host.</summary>
    [Alias("keep")]
    [AlwaysInterleave]
    Task KeepAsync();

    /// <summary>Writes the report by now.</summary>
    /// <param name="format">For whom.</param>
    /// <param name="known">The version that the one who asks has already; null for none.</param>
    /// <returns>Null when the host that followed the log is away.</returns>
    [Alias("read")]
    [AlwaysInterleave]
    Task<RunRead?> ReadAsync(RunFormat format, string? known);
}
