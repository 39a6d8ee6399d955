using System.IO.Hashing;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Snapshots;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Host.Receiving;

/// <summary>All that the lines of a run have come to: what a snapshot holds, and what a host that takes the run over goes on from.</summary>
/// <remarks>Not safe for concurrent use. What is not to be in a snapshot must not be reachable from here; the rules are named in it by their places only.</remarks>
internal sealed class ReceivedDiagnosis
{
    private readonly RuleSet _rules;

    /// <summary>Begins before the first line.</summary>
    /// <param name="rules">The rules.</param>
    public ReceivedDiagnosis(RuleSet rules)
    {
        _rules = rules;
        Replay = new TelemetryReplay(Open);
    }

    /// <summary>Gets what takes the lines.</summary>
    public TelemetryReplay Replay { get; }

    /// <summary>Gets the diagnosis; null before the first line.</summary>
    public SupervisedDiagnosis? Diagnosis { get; private set; }

    /// <summary>Gets the trace; null before the first line.</summary>
    public SharedTrace? Trace { get; private set; }

    /// <summary>Gets the index of the first line that is still wanted.</summary>
    public long NextLine { get; private set; }

    /// <summary>Gets a number that tells whether a record holds just the lines that came here (a chain of XXH3).</summary>
    public long Chain { get; private set; }

    /// <summary>Gets a value indicating whether its end was judged, so that nothing more is taken.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Takes up a state.</summary>
    /// <param name="snapshot">What <see cref="Snapshot"/> gave, in this process or another.</param>
    /// <param name="rules">The rules; those of the state, or it is refused.</param>
    /// <param name="refusal">Why it cannot be taken up, so that the record has to be replayed; null when it was.</param>
    /// <returns>The state, as if the lines before <see cref="NextLine"/> had come here; null when it was refused.</returns>
    public static ReceivedDiagnosis? Restore(ReadOnlySpan<byte> snapshot, RuleSet rules, out string? refusal) => EngineSnapshot.Read<ReceivedDiagnosis>(snapshot, rules, out refusal);

    /// <summary>Returns what tells whether this host can take up what another has written, short enough to be asked for.</summary>
    /// <param name="rules">The rules.</param>
    /// <exception cref="SnapshotException">The rules hold what cannot be written, so that nothing can.</exception>
    public static string VersionOf(RuleSet rules) => EngineSnapshot.VersionOf<ReceivedDiagnosis>(rules);

    /// <summary>Writes the state.</summary>
    /// <exception cref="SnapshotException">It holds what cannot be written, as an exception of a library; the run has to be replayed then.</exception>
    public byte[] Snapshot() => EngineSnapshot.Write(this, _rules);

    /// <summary>Returns the chain with one more line.</summary>
    /// <param name="chain">The chain so far; 0 before the first line.</param>
    /// <param name="line">The line, without its end.</param>
    public static long Link(long chain, ReadOnlySpan<byte> line) => (long)XxHash3.HashToUInt64(line, chain);

    /// <summary>Notes that a line of the record is behind, whether or not it was telemetry.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="nextLine">The index of the line behind it.</param>
    public void Pass(ReadOnlySpan<byte> line, long nextLine)
    {
        Chain = Link(Chain, line);
        NextLine = nextLine;
    }

    /// <summary>Judges the end; what comes after it is not wanted.</summary>
    public void Close()
    {
        IsClosed = true;
        Replay.Complete();
    }

    private SupervisedDiagnosis Open(RunDescription run, ScopeTable scopes) => Diagnosis = new SupervisedDiagnosis(_rules, scopes, accompany: Trace = new SharedTrace(scopes), isLive: true);
}
