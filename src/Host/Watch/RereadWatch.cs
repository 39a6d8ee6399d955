using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Watch;

/// <summary>Watches a log of any format: reads it again from its beginning when it has changed, so that roles, runs and rotation come out as <c>diagnose</c> finds them.</summary>
/// <param name="source">The log.</param>
/// <param name="rules">The rules.</param>
/// <param name="generation">How often the log was begun anew before.</param>
internal sealed class RereadWatch(LogSource source, RuleSet rules, int generation) : IWatchedLog
{
    private readonly LogSource _source = source.With(source.Options with { IsGrowing = true });
    private readonly HashSet<(string Run, string Rule)> _seen = [];
    private IReadOnlyList<WatchedRun> _last = [];
    private FileMark? _mark;
    private string? _failed;

    public bool HasBegun => _last.Count > 0;

    public bool IsUnsettled { get; private set; }

    public string? Failure { get; private set; }

    public int Generation { get; private set; } = generation;

    public IReadOnlyList<WatchedRun> Look(CancellationToken cancellation)
    {
        var mark = FileMark.Of(source.Path);
        if (mark == _mark)
        {
            Failure = _failed;
            return Settle();
        }

        // Cut or rotated away: what was there is over, and its findings stay with it.
        var ended = mark.Length < _mark?.Length ? Leave() : [];
        var before = _mark;
        _mark = mark;
        if (mark.Length == 0)
        {
            return ended;
        }

        try
        {
            var runs = Read(cancellation);
            IsUnsettled = runs.Any(run => run.Confirmed.Count < run.Report.Findings.Count);
            _last = runs;
            (_failed, Failure) = (null, null);
            return [.. ended, .. runs];
        }
        catch (OperationCanceledException)
        {
            _mark = before;
            throw;
        }
        catch (Exception exception) when (exception is LogFormatException or IOException or UnauthorizedAccessException)
        {
            // Too short to be known yet, or rewritten just now; the next look says it when it stays so.
            _failed = exception.Message;
            return ended;
        }
    }

    public IReadOnlyList<WatchedRun> End() => [.. _last.Where(run => !run.IsEnded).Select(run => run with { IsEnded = true })];

    public IReadOnlyList<WatchedRun> Leave()
    {
        if (!HasBegun)
        {
            return [];
        }

        var ended = End();
        (_last, _mark, IsUnsettled, _failed, Failure) = ([], null, false, null, null);
        Generation++;
        return ended;
    }

    /// <summary>A log that has not changed since it was read was written to its end, so what was found in it is certain.</summary>
    private IReadOnlyList<WatchedRun> Settle()
    {
        if (!IsUnsettled)
        {
            return [];
        }

        IsUnsettled = false;
        return _last = [.. _last.Select(run => run with { Confirmed = run.Report.Findings })];
    }

    private List<WatchedRun> Read(CancellationToken cancellation)
    {
        var diagnoses = new List<SupervisedDiagnosis>();
        var traces = new List<SharedTrace>();
        _source.Read((_, scopes) =>
        {
            traces.Add(new SharedTrace(scopes));
            var diagnosis = new SupervisedDiagnosis(rules, scopes, accompany: traces[^1], isLive: true);
            diagnoses.Add(diagnosis);
            return new OpenEnd(diagnosis);
        }, cancellation);
        var runs = new List<WatchedRun>();
        for (int index = 0; index < diagnoses.Count; index++)
        {
            // A run that another follows in the same log is over; the last one may go on.
            bool isOver = index < diagnoses.Count - 1;
            var report = isOver ? diagnoses[index].Finish() : diagnoses[index].Snapshot();
            string id = RunId.Of(source.Path, source.Name, Generation, index);

            // The last row may be complete in the file and yet be joined by a further one: what one reading alone has found waits for the next.
            runs.Add(new WatchedRun(id, report, [.. report.Findings.Where(finding => !_seen.Add((id, finding.Rule.Id)))], isOver, traces[index]));
        }

        return runs;
    }

    /// <summary>Keeps the end of the reading from being taken for the end of the run.</summary>
    private sealed class OpenEnd(IMeasurementSink inner) : IMeasurementSink
    {
        public void Begin(RunDescription run) => inner.Begin(run);

        public void Update(RunDescription run) => inner.Update(run);

        public void Observe(in Measurement measurement) => inner.Observe(measurement);

        public void Observe(Distribution distribution) => inner.Observe(distribution);

        public void Complete()
        {
        }
    }
}
