using TrainingDoctor.Tests.Verdicts;

namespace TrainingDoctor.Tests;

/// <summary>Runs rules over traces, through the real engine.</summary>
internal static class RuleVerifier
{
    /// <summary>Runs one rule over a trace and returns its findings.</summary>
    public static IReadOnlyList<Finding> Run(Rule rule, Trace trace, RunDescription? run = null) => Diagnose([rule], trace, run).Findings;

    /// <summary>Runs one rule over a trace and returns what came of it.</summary>
    public static RuleStatus Status(Rule rule, Trace trace, RunDescription? run = null) =>
        Diagnose([rule], trace, run).Rules.Single(status => status.Rule.Id == rule.Descriptor.Id);

    /// <summary>Runs rules over a trace.</summary>
    public static RunDiagnosis Diagnose(IEnumerable<Rule> rules, Trace trace, RunDescription? run = null)
    {
        Rule[] all = [.. rules];
        run ??= new RunDescription();
        AcceptedRuns.Check(all, trace, run);
        var scopes = new ScopeTable();
        var engine = new RuleEngine(RuleSet.Of(all), scopes);
        engine.Begin(run);
        foreach (var (step, metric, kind, scope, value) in trace.Rows)
        {
            engine.Observe(new Measurement(step, metric, scopes.Intern(kind, scope), value));
        }

        return engine.Diagnose();
    }
}
