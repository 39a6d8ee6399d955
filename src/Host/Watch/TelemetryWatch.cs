using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Watch;

/// <summary>Watches telemetry of our own: only what is new is read, into a diagnosis that goes on.</summary>
/// <param name="source">The log.</param>
/// <param name="rules">The rules.</param>
/// <param name="generation">How often the log was begun anew before.</param>
internal sealed class TelemetryWatch(LogSource source, RuleSet rules, int generation) : IWatchedLog
{
    private Recording _recording = new(source.Path, rules);
    private WatchedRun? _last;
    private string? _failed;

    public bool HasBegun => _last is not null;

    public bool IsUnsettled => false;

    public string? Failure { get; private set; }

    public int Generation { get; private set; } = generation;

    public IReadOnlyList<WatchedRun> Look(CancellationToken cancellation)
    {
        switch (Read(cancellation))
        {
            case TelemetryProgress.StartedOver:
                var before = Leave();
                return [.. before, .. Look(cancellation)];
            case TelemetryProgress.Grew:
                return _recording.Report() is { } report ? [_last = Run(report, _recording.Follower.IsComplete)] : [];
            case TelemetryProgress.Gone:
                return Leave();
            default:
                return [];
        }
    }

    public IReadOnlyList<WatchedRun> End() => _last is { IsEnded: false } ? [_last = _last with { IsEnded = true }] : [];

    public IReadOnlyList<WatchedRun> Leave()
    {
        var ended = End();
        Generation += HasBegun ? 1 : 0;
        _recording = new Recording(source.Path, rules);
        _last = null;
        (_failed, Failure) = (null, null);
        return ended;
    }

    private TelemetryProgress Read(CancellationToken cancellation)
    {
        try
        {
            var progress = _recording.Follower.Read(cancellation);
            (_failed, Failure) = (null, null);
            return progress;
        }
        catch (LogFormatException exception)
        {
            // The next look says it when it stays so.
            (_failed, Failure) = (exception.Message, _failed);
            return TelemetryProgress.None;
        }
    }

    // Rules judge only what was written to its end, and never take back what they opened.
    private WatchedRun Run(DiagnosisReport report, bool isEnded) => new(RunId.Of(source.Path, source.Name, Generation, 0), report, report.Findings, isEnded, _recording.Trace);

    private sealed class Recording
    {
        private SupervisedDiagnosis? _diagnosis;

        public Recording(string path, RuleSet rules) =>
            Follower = new TelemetryFollower(path, (_, scopes) => _diagnosis = new SupervisedDiagnosis(rules, scopes, accompany: Trace = new SharedTrace(scopes), isLive: true));

        public SharedTrace? Trace { get; private set; }

        public TelemetryFollower Follower { get; }

        public DiagnosisReport? Report() => _diagnosis?.Snapshot();
    }
}
