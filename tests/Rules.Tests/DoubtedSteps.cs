namespace TrainingDoctor.Tests;

/// <summary>Where rules ask for the next steps to be measured: no finding tells of it, a monitor that leaves steps out heeds it.</summary>
internal static class DoubtedSteps
{
    /// <summary>Runs one rule over a trace and returns the last step after which it was in doubt; -1 where it never was.</summary>
    public static long LastOf(Rule rule, Trace trace, RunDescription? run = null)
    {
        var scopes = new ScopeTable();
        var engine = new RuleEngine(RuleSet.Of([rule]), scopes);
        engine.Begin(run ?? new RunDescription());
        foreach (var (step, metric, kind, scope, value) in trace.Rows)
        {
            engine.Observe(new Measurement(step, metric, scopes.Intern(kind, scope), value));
        }

        engine.Complete();
        return engine.DoubtedStep;
    }
}
