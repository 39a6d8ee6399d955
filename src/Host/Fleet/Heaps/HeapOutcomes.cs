using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Readers;
using TrainingDoctor.Snapshots;

namespace TrainingDoctor.Host.Fleet.Heaps;

/// <summary>Reports on their way from the host that wrote them to the command that asked for them: whole, so that whatever is made of them there is what would have been made of its own.</summary>
/// <remarks>They are written as the state of a diagnosis is, and as that are of one build and of the same rules.</remarks>
internal sealed class HeapOutcomes
{
    private readonly HeapOutcome[] _logs;

    private HeapOutcomes(HeapOutcome[] logs) => _logs = logs;

    /// <summary>Returns what must be the same on both sides.</summary>
    /// <param name="rules">The rules.</param>
    /// <exception cref="SnapshotException">The rules hold what cannot be written.</exception>
    public static string VersionOf(RuleSet rules) => EngineSnapshot.VersionOf<HeapOutcomes>(rules);

    /// <summary>Writes what came of logs.</summary>
    /// <param name="logs">The logs.</param>
    /// <param name="rules">The rules that they were judged by.</param>
    /// <exception cref="SnapshotException">A report holds what cannot be written.</exception>
    public static byte[] Write(IEnumerable<DiagnosedLog> logs, RuleSet rules) =>
        EngineSnapshot.Write(new HeapOutcomes([.. logs.Select(log => new HeapOutcome([.. log.Reports], log.Error?.Message))]), rules);

    /// <summary>Reads what came of logs.</summary>
    /// <param name="written">What <see cref="Write"/> gave.</param>
    /// <param name="rules">The same rules.</param>
    /// <exception cref="SnapshotException">It is of another build or of other rules.</exception>
    public static IReadOnlyList<DiagnosedLog> Read(byte[] written, RuleSet rules)
    {
        var outcomes = EngineSnapshot.Read<HeapOutcomes>(written, rules, out string? refusal) ?? throw new SnapshotException(refusal!);
        return [.. outcomes._logs.Select(log => new DiagnosedLog(log.Reports, log.Error is null ? null : new LogFormatException(log.Error)))];
    }

    private sealed record HeapOutcome(DiagnosisReport[] Reports, string? Error);
}
