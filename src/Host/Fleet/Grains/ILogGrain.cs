using Orleans;
using Orleans.Concurrency;
using TrainingDoctor.Host.Live;

namespace TrainingDoctor.Host.Fleet.Grains;

/// <summary>One run of a log that a host follows: the way by which the others reach its report. It is only ever of use on that host, where whoever asks has it placed.</summary>
[Alias("traindoctor.log")]
internal interface ILogGrain : IGrainWithStringKey
{
    /// <summary>Writes the report by now.</summary>
    /// <param name="format">For whom.</param>
    /// <param name="known">The version that the one who asks has already; null for none.</param>
    /// <returns>Null when the host that followed the log is away.</returns>
    [Alias("read")]
    [AlwaysInterleave]
    Task<RunRead?> ReadAsync(RunFormat format, string? known);
}
