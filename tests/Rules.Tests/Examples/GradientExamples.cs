namespace TrainingDoctor.Tests.Examples;

internal static class GradientExamples
{
    public static IEnumerable<RuleExample> All =>
    [
        new("TD2001", Layers(0.6, step => 2.3 / (1 + (0.05 * step))), Layers(0.08, _ => 2.3))
        {
            Shown = Metric.GradientNorm, HealthyCaption = "Gradients of one scale in all layers", IllCaption = "Each layer passes on less than a tenth",
        },
        new(
            "TD2002",
            Gradients(step => step == 60 ? 60 : 1, step => 2.3 / (1 + (0.05 * step))),
            Gradients(step => Math.Exp(0.12 * step), step => 2.3 * Math.Exp(0.05 * step)))
        {
            Shown = Metric.GlobalGradientNorm, HealthyCaption = "One peak, and back", IllCaption = "The norm grows while the loss rises",
        },
        new(
            "TD2003",
            Trace.Of(Metric.GlobalGradientNorm, SeededCurve.Noisy(40, _ => 1, 0.1)),
            Trace.Of(Metric.GlobalGradientNorm, [.. SeededCurve.Noisy(20, _ => 1, 0.1), .. Enumerable.Repeat(double.NaN, 20)]))
        {
            Shown = Metric.GlobalGradientNorm, HealthyCaption = "Every gradient is finite", IllCaption = "From step 20 on, none is",
        },
        new("TD2004", Present(1).And(Present(1, "head.weight")), Present(0).And(Present(1, "head.weight")))
        {
            Shown = Metric.GradientPresent, HealthyCaption = "All parameters receive a gradient", IllCaption = "One never does",
        },
        new("TD2005", Sums(step => 1, 0.2), Sums(step => step + 1, 0.97))
        {
            Shown = Metric.GradientNorm, HealthyCaption = "Every gradient is its own", IllCaption = "Every gradient is added to the last",
        },
    ];

    public static Trace Layers(double factor, Func<int, double> loss, int depth = 8, int steps = 300)
    {
        var trace = Trace.Of(Metric.Loss, SeededCurve.Noisy(steps, loss, 0.005));
        for (int layer = 0; layer < depth; layer++)
        {
            double level = Math.Pow(factor, depth - 1 - layer);
            trace = trace.And(Trace.Of(Metric.GradientNorm, $"{layer}.weight", SeededCurve.Noisy(steps, _ => level, 0.1 * level, layer)))
                .And(Trace.Of(Metric.WeightNorm, $"{layer}.weight", Enumerable.Repeat(4.0, steps)));
        }

        return trace;
    }

    public static Trace Gradients(Func<int, double> norm, Func<int, double> loss, int steps = 120) =>
        Trace.Of(Metric.GlobalGradientNorm, Enumerable.Range(0, steps).Select(norm)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, steps).Select(loss)));

    public static Trace Sums(Func<int, double> norm, double cosine, int steps = 60) =>
        Trace.Of(Metric.GradientNorm, "fc.weight", SeededCurve.Noisy(steps, norm, 0.02))
            .And(Trace.Of(Metric.GradientCosine, "fc.weight", SeededCurve.Noisy(steps, _ => cosine, 0.005)));

    private static Trace Present(double present, string name = "body.weight") => Trace.Of(Metric.GradientPresent, name, Enumerable.Repeat(present, 30));
}
