namespace TrainingDoctor.Tests.Examples;

internal static class DistributionExamples
{
    public static IEnumerable<RuleExample> All =>
    [
        new(
            "TD8001",
            Trace.Of(Metric.RankWeightNorm, "0", SeededCurve.Noisy(60, step => 10 + (0.05 * step), 0)).And(Trace.Of(Metric.RankWeightNorm, "1", SeededCurve.Noisy(60, step => 10 + (0.05 * step), 0))),
            Trace.Of(Metric.RankWeightNorm, "0", SeededCurve.Noisy(60, step => 10 + (0.05 * step), 0)).And(Trace.Of(Metric.RankWeightNorm, "1", SeededCurve.Noisy(60, step => 10 + (step < 30 ? 0.05 : 0.08) * step, 0))))
        {
            Shown = Metric.RankWeightNorm,
            HealthyCaption = "Two ranks hold the same weights",
            IllCaption = "One rank parts at step 30",
        },
        new(
            "TD8002",
            Trace.Of(Metric.StepDuration, "0", SeededCurve.Noisy(120, _ => 0.1, 0.01)).And(Trace.Of(Metric.StepDuration, "1", SeededCurve.Noisy(120, step => step % 40 == 39 ? 0.3 : 0.1, 0.01))),
            Trace.Of(Metric.StepDuration, "0", SeededCurve.Noisy(120, _ => 0.1, 0.01)).And(Trace.Of(Metric.StepDuration, "1", SeededCurve.Noisy(120, _ => 0.17, 0.01))))
        {
            Shown = Metric.StepDuration,
            HealthyCaption = "Checkpoints take their time now and then",
            IllCaption = "One rank is late at every step",
        },
    ];
}
