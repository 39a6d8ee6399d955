namespace TrainingDoctor.Tests.Engine;

/// <summary>An engine that a test feeds by itself, with rules as they were configured.</summary>
internal sealed class EngineRun
{
    private readonly ScopeTable _scopes = new();

    public EngineRun(params ConfiguredRule[] rules)
        : this(false, rules)
    {
    }

    public EngineRun(bool isLive, params ConfiguredRule[] rules)
    {
        Engine = new RuleEngine(new RuleSet(rules), _scopes) { IsLive = isLive };
        Engine.FindingOpened += Opened.Add;
    }

    public RuleEngine Engine { get; }

    /// <summary>Gets the findings that were announced.</summary>
    public List<Finding> Opened { get; } = [];

    /// <summary>Begins the run.</summary>
    public EngineRun Begin(RunDescription? run = null)
    {
        Engine.Begin(run ?? new RunDescription());
        return this;
    }

    /// <summary>Measures a trace.</summary>
    public EngineRun Feed(Trace trace)
    {
        foreach (var (step, metric, kind, scope, value) in trace.Rows)
        {
            Engine.Observe(new Measurement(step, metric, _scopes.Intern(kind, scope), value));
        }

        return this;
    }
}
