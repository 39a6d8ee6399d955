namespace TrainingDoctor.Host.Trials.Running;

/// <summary>Every training that was begun, and which of them may go on from where they stand. Safe for concurrent use.</summary>
internal sealed class TrialRuns
{
    private readonly Dictionary<string, TrialRun> _open = [];
    private readonly List<TrialRun> _all = [];
    private readonly Lock _lock = new();

    /// <summary>Gets all, in the order in which they were begun.</summary>
    public IReadOnlyList<TrialRun> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>Keeps a training that nothing goes on from.</summary>
    /// <param name="run">The training.</param>
    public void Add(TrialRun run)
    {
        lock (_lock)
        {
            _all.Add(run);
        }
    }

    /// <summary>Keeps a trial that may go on later.</summary>
    /// <param name="run">The trial.</param>
    public void AddOpen(TrialRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        lock (_lock)
        {
            _all.Add(run);
            _open[run.Title] = run;
        }
    }

    /// <summary>Finds the trial of a set that may go on.</summary>
    /// <param name="title">What is tried, in words.</param>
    /// <returns>Null where the set has to begin from its beginning.</returns>
    public TrialRun? Open(string title)
    {
        lock (_lock)
        {
            return _open.GetValueOrDefault(title);
        }
    }

    /// <summary>Has the next trial of the same set begin from its beginning.</summary>
    /// <param name="run">The trial.</param>
    public void Forget(TrialRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        lock (_lock)
        {
            _open.Remove(run.Title);
        }
    }

    /// <summary>Gives up sets of which nothing is tried for longer.</summary>
    /// <param name="titles">What was tried, in words.</param>
    /// <returns>Their trials, for somebody to end.</returns>
    public IReadOnlyList<TrialRun> GiveUp(IEnumerable<string> titles)
    {
        ArgumentNullException.ThrowIfNull(titles);
        lock (_lock)
        {
            List<TrialRun> dropped = [.. titles.Select(title => _open.GetValueOrDefault(title)).OfType<TrialRun>()];
            foreach (var run in dropped)
            {
                _open.Remove(run.Title);
                run.IsOver = true;
            }

            return dropped;
        }
    }

    /// <summary>Returns what the trials of a set have cost, in whole trainings.</summary>
    /// <param name="title">What is tried, in words.</param>
    public double SpentOn(string title) => All.Where(run => run.Title == title).Sum(run => run.Share);
}
