using Orleans;
using Orleans.Concurrency;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Receiving;

namespace TrainingDoctor.Host.Fleet.Grains;

/// <summary>One run, held by one host of the fleet at a time: its key is what its sender calls it.</summary>
[Alias("traindoctor.run")]
internal interface IRunGrain : IGrainWithStringKey
{
    /// <summary>Takes whole lines and keeps them before it returns.</summary>
    /// <param name="firstLine">The index of the first of them within the run.</param>
    /// <param name="lines">The lines, each with its end.</param>
    [Alias("take")]
    Task<RunTaken> TakeAsync(long firstLine, [Immutable] byte[] lines);

    /// <summary>Writes the report by now.</summary>
    /// <param name="format">For whom.</param>
    /// <param name="known">The version that the one who asks has already; null for none.</param>
    /// <returns>Null when the run is not known.</returns>
    [Alias("read")]
    [AlwaysInterleave]
    Task<RunRead?> ReadAsync(RunFormat format, string? known);

    /// <summary>Sees to it that some host holds the run and judges what its record has.</summary>
    [Alias("wake")]
    [AlwaysInterleave]
    Task WakeAsync();
}

/// <summary>What came of lines.</summary>
[GenerateSerializer]
[Immutable]
[Alias("traindoctor.taken")]
internal sealed record RunTaken
{
    /// <summary>Gets whether they were looked at; null where another host has gone on with the run meanwhile, and they must be sent there.</summary>
    [Id(0)]
    public IntakeOutcome? Outcome { get; init; }

    /// <summary>Gets the index of the line that is wanted next.</summary>
    [Id(1)]
    public long NextLine { get; init; }

    /// <summary>Gets how many were new and were taken.</summary>
    [Id(2)]
    public long Taken { get; init; }

    /// <summary>Gets how many are missing before them.</summary>
    [Id(3)]
    public long Lost { get; init; }

    /// <summary>Gets why one was not taken, nor those behind it; null when all were.</summary>
    [Id(4)]
    public string? Fault { get; init; }

    /// <summary>Gets why none can be kept at present; null when all is well.</summary>
    [Id(5)]
    public string? Away { get; init; }
}

/// <summary>A report.</summary>
[GenerateSerializer]
[Immutable]
[Alias("traindoctor.read")]
internal sealed record RunRead
{
    /// <summary>Gets the status of the answer.</summary>
    [Id(0)]
    public int Status { get; init; }

    /// <summary>Gets the content.</summary>
    [Id(1)]
    public string Content { get; init; } = string.Empty;

    /// <summary>Gets the version of the content.</summary>
    [Id(2)]
    public string? Tag { get; init; }
}
