using Orleans;
using Orleans.Concurrency;

namespace TrainingDoctor.Host.Fleet.Heaps;

/// <summary>Some logs of a heap, diagnosed on the host where whoever asks has it placed. It keeps nothing: who asks again after its host died has the same logs diagnosed anew, to the same end.</summary>
[Alias("traindoctor.heap")]
internal interface IHeapGrain : IGrainWithStringKey
{
    /// <summary>Diagnoses the logs, and waits for it for a moment.</summary>
    /// <param name="task">The logs.</param>
    /// <returns>What came of them; <see cref="HeapAnswer.IsGoing"/> where it is to be asked for again.</returns>
    [Alias("diagnose")]
    [AlwaysInterleave]
    Task<HeapAnswer> DiagnoseAsync([Immutable] HeapTask task);
}

/// <summary>Logs to be diagnosed, and how.</summary>
[GenerateSerializer]
[Immutable]
[Alias("traindoctor.heap.task")]
internal sealed record HeapTask
{
    /// <summary>Gets what the whole heap is called, so that a host lists its folders once.</summary>
    [Id(0)]
    public string Heap { get; init; } = string.Empty;

    /// <summary>Gets the files and folders that the command was given, from the root.</summary>
    [Id(1)]
    public string[] Paths { get; init; } = [];

    /// <summary>Gets the places of the logs among all that are found there.</summary>
    [Id(2)]
    public int[] Places { get; init; } = [];

    /// <summary>Gets the file of each log, by which a host knows that it has found the same.</summary>
    [Id(3)]
    public string[] Files { get; init; } = [];

    /// <summary>Gets the name of each log.</summary>
    [Id(4)]
    public string[] Names { get; init; } = [];

    /// <summary>Gets how they are read, as JSON of <see cref="HeapReading"/>.</summary>
    [Id(5)]
    public string Reading { get; init; } = string.Empty;

    /// <summary>Gets the content of the configuration; null for the rules as they are.</summary>
    [Id(6)]
    public string? Configuration { get; init; }

    /// <summary>Gets the content of what good runs usually do; null for none.</summary>
    [Id(7)]
    public string? Normal { get; init; }

    /// <summary>Gets what whoever asks can read: reports of the same build by the same rules.</summary>
    [Id(8)]
    public string Version { get; init; } = string.Empty;
}

/// <summary>What came of logs.</summary>
[GenerateSerializer]
[Immutable]
[Alias("traindoctor.heap.answer")]
internal sealed record HeapAnswer
{
    /// <summary>Gets a value indicating whether they are being diagnosed.</summary>
    [Id(0)]
    public bool IsGoing { get; init; }

    /// <summary>Gets why this host does not diagnose them; null when it does.</summary>
    [Id(1)]
    public string? Refusal { get; init; }

    /// <summary>Gets what came of each, as <see cref="HeapOutcomes"/> are written; null where there is nothing yet.</summary>
    [Id(2)]
    public byte[]? Outcomes { get; init; }
}
