using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Receiving;

/// <summary>Judges runs whose telemetry is pushed, and puts them on the board: with at most a fifth of a core, and what is thrown in one run is that run's report and goes no further.</summary>
/// <param name="publisher">Puts runs on the board.</param>
/// <param name="time">The clock.</param>
internal sealed class RunJudge(RunPublisher publisher, TimeProvider time)
{
    /// <summary>How many times as long as a look took, the runs are left alone.</summary>
    private const int PausePerLook = 4;

    private long _looked;
    private TimeSpan _rest;

    /// <summary>Gets a value indicating whether the last look found anything new.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Judges what has come since the last look.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="cancellation">Stops the looking.</param>
    /// <returns>Findings that are certain and were not told before.</returns>
    public IReadOnlyList<WatchedFinding> Look(Func<IReadOnlyList<ReceivedRun>> runs, CancellationToken cancellation)
    {
        if (time.GetElapsedTime(_looked) < _rest)
        {
            return [];
        }

        long begun = time.GetTimestamp();
        HasChanged = false;
        var found = new List<WatchedFinding>();
        foreach (var run in runs())
        {
            cancellation.ThrowIfCancellationRequested();
            if (LookAt(run) is { } fresh)
            {
                HasChanged = true;
                found.AddRange(fresh);
            }
        }

        _looked = time.GetTimestamp();
        _rest = time.GetElapsedTime(begun, _looked) * PausePerLook;
        return found;
    }

    /// <summary>Judges what has come of one run since the last look, whatever others rest. Safe for concurrent use.</summary>
    /// <param name="run">The run.</param>
    /// <returns>Findings that are certain and were not told before; null when nothing has come.</returns>
    public IReadOnlyList<WatchedFinding>? LookAt(ReceivedRun run)
    {
        // One after the other: an older report must not be put in place of a newer one.
        lock (run.Judging)
        {
            return Supervised(run, run.Look) is { } watched ? publisher.Publish([watched]) : null;
        }
    }

    /// <summary>Judges one run; what is thrown in it becomes its report.</summary>
    /// <param name="run">The run.</param>
    /// <param name="judge">Judges it.</param>
    public static WatchedRun? Supervised(ReceivedRun run, Func<WatchedRun?> judge)
    {
        try
        {
            return judge();
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            var report = SupervisedDiagnosis.Failed(new RunDescription { Name = run.Id }, exception);
            return new WatchedRun(run.Id, report, report.Findings, run.IsComplete);
        }
    }
}
