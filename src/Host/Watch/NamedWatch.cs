using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Watch;

/// <summary>Follows runs whose logs somebody else knows and names, as the trials of a cure. Their findings are told by whoever runs them.</summary>
/// <param name="find">Returns the runs by now.</param>
/// <param name="rules">The rules.</param>
/// <param name="board">Where the reports go.</param>
internal sealed class NamedWatch(Func<IReadOnlyList<NamedRun>> find, RuleSet rules, RunBoard board) : IRunSource
{
    private readonly Dictionary<string, IWatchedLog> _logs = [];
    private readonly Dictionary<string, (WatchedRun Run, string Source, string Name, bool IsOver)> _shown = [];

    /// <inheritdoc/>
    public bool HasChanged { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<WatchedFinding> Look(CancellationToken cancellation)
    {
        HasChanged = false;
        foreach (var named in find())
        {
            foreach (var source in Sources(named))
            {
                foreach (var run in Look(source, cancellation))
                {
                    Show(run, named, source);
                }

                // What is done with a run changes its name, whether or not it goes on.
                foreach (var last in _shown.Values.Where(last => last.Source == source.Path && (last.Name, last.IsOver) != (named.Name, named.IsOver)).ToList())
                {
                    Show(last.Run, named, source);
                }
            }
        }

        return [];
    }

    /// <inheritdoc/>
    public (IReadOnlyList<DiagnosisReport> Reports, IReadOnlyList<WatchedFinding> Found) Finish() => ([.. _shown.Values.Select(shown => shown.Run.Report)], []);

    private static IReadOnlyList<LogSource> Sources(NamedRun named)
    {
        try
        {
            return named.Find();
        }
        catch (Exception exception) when (exception is LogFormatException or IOException or UnauthorizedAccessException)
        {
            // Nothing is there yet, or not any more.
            return [];
        }
    }

    private IReadOnlyList<WatchedRun> Look(LogSource source, CancellationToken cancellation)
    {
        if (!_logs.TryGetValue(source.Path, out var log))
        {
            _logs[source.Path] = log = TelemetryFollower.CanFollow(source.Path) ? new TelemetryWatch(source, rules, generation: 0) : new RereadWatch(source, rules, generation: 0);
        }

        try
        {
            return log.Look(cancellation);
        }
        catch (Exception exception) when (exception is LogFormatException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private void Show(WatchedRun run, NamedRun named, LogSource source)
    {
        _shown[run.Id] = (run, source.Path, named.Name, named.IsOver);
        board.Publish(run.Id, named.Name, run.Report, named.IsOver, run.Trace);
        HasChanged = true;
    }
}

/// <summary>A run that somebody knows.</summary>
/// <param name="Name">What it is called by now, with what is done with it.</param>
/// <param name="IsOver">Whether nothing of it will go on.</param>
/// <param name="Find">Finds its logs.</param>
internal sealed record NamedRun(string Name, bool IsOver, Func<IReadOnlyList<LogSource>> Find);
