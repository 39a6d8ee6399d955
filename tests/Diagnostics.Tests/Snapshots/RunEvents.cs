namespace TrainingDoctor.Tests.Snapshots;

/// <summary>What a run's sink was told, one event after the other, to be told again.</summary>
internal sealed class RunEvents : IMeasurementSink
{
    private readonly List<Action<IMeasurementSink, ScopeTable>> _events = [];
    private readonly ScopeTable _scopes;

    /// <summary>Takes what is told from now on.</summary>
    /// <param name="scopes">The scopes of the run.</param>
    public RunEvents(ScopeTable scopes) => _scopes = scopes;

    /// <summary>Gets the number of events.</summary>
    public int Count => _events.Count;

    /// <summary>Makes the events of a run whose measurements are written down.</summary>
    /// <param name="run">What is known of it.</param>
    /// <param name="rows">The measurements.</param>
    public static RunEvents Of(RunDescription run, IEnumerable<(long Step, Metric Metric, ScopeKind Kind, string Scope, double Value)> rows)
    {
        var scopes = new ScopeTable();
        var events = new RunEvents(scopes);
        events.Begin(run);
        foreach (var (step, metric, kind, scope, value) in rows)
        {
            events.Observe(new Measurement(step, metric, scopes.Intern(kind, scope), value));
        }

        return events;
    }

    /// <summary>Tells a sink one event.</summary>
    /// <param name="index">Which.</param>
    /// <param name="sink">The sink.</param>
    /// <param name="scopes">The scopes that the sink knows.</param>
    public void Tell(int index, IMeasurementSink sink, ScopeTable scopes) => _events[index](sink, scopes);

    /// <summary>Finds the events behind which a finding opened.</summary>
    /// <param name="rules">The rules.</param>
    public SortedSet<int> Openings(RuleSet rules)
    {
        var scopes = new ScopeTable();
        var engine = new RuleEngine(rules, scopes) { IsLive = true };
        var openings = new SortedSet<int>();
        int index = 0;
        engine.FindingOpened += _ => openings.Add(index + 1);
        for (; index < Count; index++)
        {
            Tell(index, engine, scopes);
        }

        return openings;
    }

    /// <inheritdoc/>
    public void Begin(RunDescription run) => _events.Add((sink, _) => sink.Begin(run));

    /// <inheritdoc/>
    public void Update(RunDescription run) => _events.Add((sink, _) => sink.Update(run));

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        var (step, metric, scope, value) = measurement;
        var (_, kind, name) = _scopes[scope];
        _events.Add((sink, scopes) => sink.Observe(new Measurement(step, metric, scopes.Intern(kind, name), value)));
    }

    /// <inheritdoc/>
    public void Observe(TrainingDoctor.Distribution distribution) => _events.Add((sink, _) => sink.Observe(distribution));

    /// <inheritdoc/>
    public void Complete()
    {
    }
}
