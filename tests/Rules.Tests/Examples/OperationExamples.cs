using TrainingDoctor.Differences;
using TrainingDoctor.Normality;

namespace TrainingDoctor.Tests.Examples;

internal static class OperationExamples
{
    public static IEnumerable<RuleExample> All =>
    [
        new(
            "TD8501",
            Trace.Of(Metric.DataTime, SeededCurve.Noisy(120, _ => 0.2, 0.05)).And(Trace.Of(Metric.StepTime, SeededCurve.Noisy(120, _ => 1.5, 0.05))),
            Trace.Of(Metric.DataTime, SeededCurve.Noisy(120, _ => 1.1, 0.05)).And(Trace.Of(Metric.StepTime, SeededCurve.Noisy(120, _ => 1.5, 0.05))))
        {
            Shown = Metric.DataTime,
            HealthyCaption = "A step takes 1.5 s, and its batch is there after 0.2 s",
            IllCaption = "A step takes 1.5 s, of which 1.1 s are waiting for its batch",
        },
        new(
            "TD8502",
            Trace.Of(Metric.LiveTensors, SeededCurve.Noisy(200, step => Math.Min(4000, 1500 + (60 * step)) + (300 * (step % 7)), 50)),
            Trace.Of(Metric.LiveTensors, SeededCurve.Noisy(200, step => 1500 + (40 * step), 50)))
        {
            Shown = Metric.LiveTensors,
            HealthyCaption = "A cache fills, and tensors come and go",
            IllCaption = "Forty tensors a step are left behind",
        },
        new(
            "TD8503",
            Trace.Of(Metric.StepTime, SeededCurve.Noisy(200, step => step % 50 == 49 ? 0.9 : step < 10 ? 0.5 : 0.3, 0.02)),
            Trace.Of(Metric.StepTime, SeededCurve.Noisy(200, step => 0.3 + (0.004 * step), 0.02)))
        {
            Shown = Metric.StepTime,
            HealthyCaption = "A slow beginning, and a checkpoint now and then",
            IllCaption = "Each step takes a little longer than the one before",
        },
        new("TD8521", GradientNorm(1, 1), GradientNorm(2, 0.05))
        {
            Normal = NormalProfile.Learn([.. Enumerable.Range(11, 3).Select(seed => Recorded(GradientNorm(seed, 1)))]),
            Shown = Metric.GlobalGradientNorm,
            HealthyCaption = "A further seed of the training that three good runs were of",
            IllCaption = "The gradient is a twentieth of what good runs have there from step 40 on",
        },
    ];

    private static Trace GradientNorm(int seed, double later) =>
        Trace.Of(Metric.GlobalGradientNorm, SeededCurve.Noisy(200, step => (step < 40 ? 1 : later) * (2 / Math.Sqrt(1 + (0.1 * step))), 0, seed).Zip(SeededCurve.Noisy(200, _ => 1, 0.05, seed), (level, noise) => level * noise));

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
