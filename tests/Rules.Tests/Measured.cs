namespace TrainingDoctor.Tests;

/// <summary>What is known of a run once a trace has been measured, with no rule looking: for tests of what rules ask of a run.</summary>
internal static class Measured
{
    /// <summary>Returns what is known by the end of a trace.</summary>
    /// <param name="trace">The measurements; none where it is left out.</param>
    /// <param name="run">What is known of the run besides them.</param>
    /// <param name="isLive">Whether the run is watched while it goes on.</param>
    public static RunFacts Facts(Trace? trace = null, RunDescription? run = null, bool isLive = false)
    {
        var scopes = new ScopeTable();
        var facts = new RunFacts(run ?? new RunDescription(), scopes) { IsLive = isLive };
        foreach (var (step, metric, kind, scope, value) in trace?.Rows ?? [])
        {
            facts.Add(new Measurement(step, metric, scopes.Intern(kind, scope), value));
        }

        return facts;
    }

    /// <summary>The same value at each of some steps.</summary>
    public static Trace Steady(Metric metric, double value, int count = 10) => Trace.Of(metric, Enumerable.Repeat(value, count));

    /// <summary>The same value of a layer or parameter at each of some steps.</summary>
    public static Trace Steady(Metric metric, string scope, double value, int count = 10) => Trace.Of(metric, scope, Enumerable.Repeat(value, count));
}
