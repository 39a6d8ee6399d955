using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Watch;

/// <summary>Follows a file or folder of logs, puts each run's report on the board and tells each finding once.</summary>
/// <remarks>See <c>docs/decisions/0020-watching-logs.md</c> for how logs are followed.</remarks>
/// <param name="path">The file or folder.</param>
/// <param name="options">How to read.</param>
/// <param name="request">The rules and the report.</param>
/// <param name="board">Where the reports go.</param>
/// <param name="time">The clock; null for the system's.</param>
internal sealed class LogWatcher(string path, LogReadOptions options, ReportRequest request, RunBoard board, TimeProvider? time = null) : IRunSource
{
    /// <summary>How many times as long as a look at a log took, the log is left alone: watching a large log costs a fifth of a core.</summary>
    private const int PausePerReading = 4;

    private readonly Dictionary<(string Path, string Name), Watched> _logs = [];
    private readonly RunPublisher _publisher = new(board);
    private readonly Dictionary<string, WatchedRun> _judged = [];
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SourceList _sources = new(path, options);

    /// <inheritdoc/>
    public bool HasChanged { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<WatchedFinding> Look(CancellationToken cancellation)
    {
        HasChanged = false;
        var sources = _sources.Find();
        var present = new HashSet<(string Path, string Name)>();
        foreach (var source in sources)
        {
            var key = (source.Path, source.Name);
            if (!present.Add(key))
            {
                continue;
            }

            var watched = Watch(key, source);
            if (!watched.IsDue)
            {
                // Nobody knows whether it has changed meanwhile.
                HasChanged = true;
                continue;
            }

            long begun = _time.GetTimestamp();
            var runs = Supervised(source, watched.Log, cancellation);
            Tell(source.Path, watched);
            watched.RestFor(runs.Count > 0 ? _time.GetElapsedTime(begun) * PausePerReading : TimeSpan.Zero);
            HasChanged |= runs.Count > 0 || watched.Log.IsUnsettled;
            foreach (var found in Publish(runs))
            {
                yield return found;
            }
        }

        foreach (var (key, watched) in _logs)
        {
            if (!present.Contains(key))
            {
                _ = Publish(watched.Log.Leave());
                Tell(key.Path, watched);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="LogFormatException">A log cannot be read, or there is none.</exception>
    public (IReadOnlyList<DiagnosisReport> Reports, IReadOnlyList<WatchedFinding> Found) Finish()
    {
        foreach (var watched in _logs.Values)
        {
            _ = Publish(watched.Log.End());
        }

        var reports = new List<DiagnosisReport>();
        var found = new List<WatchedFinding>();
        if (!_sources.IsThere && _judged.Count > 0)
        {
            // The log has gone while it was watched: what was judged of it stands.
            return ([.. _judged.Values.Select(run => run.Report)], Publish([.. _judged.Values.Select(run => run with { Confirmed = run.Report.Findings, IsEnded = true })]));
        }

        var sources = LogOpener.Open(path, options);
        var outcomes = LogDiagnoses.Of(sources, request, progress: null, CancellationToken.None);
        foreach (var (source, log) in sources.Zip(outcomes))
        {
            int generation = _logs.GetValueOrDefault((source.Path, source.Name))?.Log.Generation ?? 0;

            // One log of a folder that cannot be read in the end has a report that says so; the others have theirs.
            var runs = log.Error is { } error ? [SupervisedDiagnosis.Failed(new RunDescription { Name = source.Name, Path = source.Path }, error)] : log.Reports;
            foreach (var (index, report) in runs.Index())
            {
                string id = RunId.Of(source.Path, source.Name, generation, index);
                reports.Add(report);
                found.AddRange(Publish([new WatchedRun(id, report, report.Findings, IsEnded: true)]));
            }
        }

        return (reports, found);
    }

    private List<WatchedFinding> Publish(IReadOnlyList<WatchedRun> runs)
    {
        foreach (var run in runs)
        {
            _judged[run.Id] = run;
        }

        return _publisher.Publish(runs);
    }

    /// <summary>Looks at one log; what is thrown in it is the report of that log and goes no further.</summary>
    private static IReadOnlyList<WatchedRun> Supervised(LogSource source, IWatchedLog log, CancellationToken cancellation)
    {
        try
        {
            return log.Look(cancellation);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            var report = SupervisedDiagnosis.Failed(new RunDescription { Name = source.Name, Path = source.Path }, exception);
            return [new WatchedRun(RunId.Of(source.Path, source.Name, log.Generation, 0), report, report.Findings, IsEnded: false)];
        }
    }

    private void Tell(string place, Watched watched)
    {
        if (watched.Told != watched.Log.Failure)
        {
            watched.Told = watched.Log.Failure;
            board.Tell(place, watched.Told);
        }
    }

    private Watched Watch((string Path, string Name) key, LogSource source)
    {
        // Until a run is found, the first bytes may have been too few to know telemetry by.
        var watched = _logs.GetValueOrDefault(key);
        if (watched is null || (!watched.Log.HasBegun && watched.Log is TelemetryWatch != CanFollow(source)))
        {
            int generation = watched?.Log.Generation ?? 0;
            watched = new Watched(CanFollow(source) ? new TelemetryWatch(source, request.Rules, generation) : new RereadWatch(source, request.Rules, generation), _time);
            _logs[key] = watched;
        }

        return watched;
    }

    private bool CanFollow(LogSource source) => options.Format is LogFormat.Auto or LogFormat.JsonLines && TelemetryFollower.CanFollow(source.Path);

    private sealed class Watched(IWatchedLog log, TimeProvider time)
    {
        private long _since;
        private TimeSpan _rest;

        public IWatchedLog Log => log;

        /// <summary>Gets or sets the failure that the board was told of last.</summary>
        public string? Told { get; set; }

        public bool IsDue => time.GetElapsedTime(_since) >= _rest;

        public void RestFor(TimeSpan rest) => (_since, _rest) = (time.GetTimestamp(), rest);
    }
}
