namespace TrainingDoctor.Tests.Examples;

internal static class ActivationExamples
{
    public static IEnumerable<RuleExample> All =>
    [
        new(
            "TD3001",
            Trace.Of(Metric.DeadFraction, "relu", Curves.Noisy(120, step => 0.1 + (0.05 * step / 120), 0.02)),
            Trace.Of(Metric.DeadFraction, "relu", Curves.Noisy(120, step => step < 20 ? 0.1 : 0.95, 0.02)))
        {
            Shown = Metric.DeadFraction,
            HealthyCaption = "Some units rest, most work",
            IllCaption = "One large step kills nearly all units",
        },
    ];
}
