using TrainingDoctor.Differences;
using TrainingDoctor.Normality;

namespace TrainingDoctor.Tests.Examples;

internal static class OperationExamples
{
    public static IEnumerable<RuleExample> All =>
    [
        new("TD8521", GradientNorm(1, 1), GradientNorm(2, 0.05))
        {
            Normal = NormalProfile.Learn([.. Enumerable.Range(11, 3).Select(seed => Recorded(GradientNorm(seed, 1)))]),
            Shown = Metric.GlobalGradientNorm,
            HealthyCaption = "A further seed of the training that three good runs were of",
            IllCaption = "The gradient is a twentieth of what good runs have there from step 40 on",
        },
    ];

    private static Trace GradientNorm(int seed, double later) =>
        Trace.Of(Metric.GlobalGradientNorm, Curves.Noisy(200, step => (step < 40 ? 1 : later) * (2 / Math.Sqrt(1 + (0.1 * step))), 0, seed).Zip(Curves.Noisy(200, _ => 1, 0.05, seed), (level, noise) => level * noise));

    private static RunTrace Recorded(Trace trace)
    {
        var scopes = new ScopeTable();
        var recorded = new RunTrace(scopes);
        recorded.Begin(new RunDescription());
        foreach (var (step, metric, kind, scope, value) in trace.Rows)
        {
            recorded.Observe(new Measurement(step, metric, scopes.Intern(kind, scope), value));
        }

        return recorded;
    }
}
