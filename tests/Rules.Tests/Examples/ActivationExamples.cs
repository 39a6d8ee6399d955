namespace TrainingDoctor.Tests.Examples;

internal static class ActivationExamples
{
    public static IEnumerable<RuleExample> All =>
    [
        new(
            "TD3001",
            Trace.Of(Metric.DeadFraction, "relu", SeededCurve.Noisy(120, step => 0.1 + (0.05 * step / 120), 0.02)),
            Trace.Of(Metric.DeadFraction, "relu", SeededCurve.Noisy(120, step => step < 20 ? 0.1 : 0.95, 0.02)))
        {
            Shown = Metric.DeadFraction,
            HealthyCaption = "Some units rest, most work",
            IllCaption = "One large step kills nearly all units",
        },
        new(
            "TD3002",
            Trace.Of(Metric.SaturatedUnitFraction, "tanh", SeededCurve.Noisy(80, _ => 0.05, 0.01)),
            Trace.Of(Metric.SaturatedUnitFraction, "tanh", SeededCurve.Noisy(80, step => Math.Min(0.95, 0.1 + (0.03 * step)), 0.01)))
        {
            Shown = Metric.SaturatedUnitFraction, HealthyCaption = "Few units at their bounds", IllCaption = "More and more units at their bounds",
        },
        new("TD3003", Outputs(0.4, 0.58), Outputs(10, 0.5))
        {
            Shown = Metric.OutputMean, HealthyCaption = "ReLU: a mean below the spread", IllCaption = "A mean of 20 times the spread",
        },
        new("TD3004", Trace.Of(Metric.BatchVariation, "(output)", SeededCurve.Noisy(80, _ => 0.6, 0.05)), Trace.Of(Metric.BatchVariation, "(output)", SeededCurve.Noisy(80, step => step < 15 ? 0.6 : 0, 0)))
        {
            Shown = Metric.BatchVariation, HealthyCaption = "Every sample has its own answer", IllCaption = "From step 15 on, all have the same",
        },
        new(
            "TD3005",
            Trace.Of(Metric.OutputNonFiniteCount, "log", Enumerable.Repeat(0.0, 30)),
            Trace.Of(Metric.OutputNonFiniteCount, "log", [.. Enumerable.Repeat(0.0, 15), .. Enumerable.Repeat(32.0, 15)]).And(Trace.Of(Metric.Loss, [.. Enumerable.Repeat(1.0, 15), .. Enumerable.Repeat(double.NaN, 15)])))
        {
            Shown = Metric.OutputNonFiniteCount, HealthyCaption = "Every output is finite", IllCaption = "The logarithm of a negative number",
        },
        new("TD3006", Scales(1.1), Scales(3))
        {
            Shown = Metric.OutputStandardDeviation, HealthyCaption = "Layers keep the scale", IllCaption = "Every layer triples it",
        },
    ];

    private static Trace Outputs(double mean, double deviation) =>
        Trace.Of(Metric.OutputMean, "act", SeededCurve.Noisy(60, _ => mean, 0.02)).And(Trace.Of(Metric.OutputStandardDeviation, "act", SeededCurve.Noisy(60, _ => deviation, 0.02)));

    public static Trace Scales(double factor, int depth = 10, int steps = 30)
    {
        var trace = new Trace();
        for (int layer = 0; layer < depth; layer++)
        {
            double scale = Math.Pow(factor, layer);
            trace = trace.And(Trace.Of(Metric.CallOrder, $"{layer}", layer)).And(Trace.Of(Metric.OutputStandardDeviation, $"{layer}", SeededCurve.Noisy(steps, _ => scale, 0.02 * scale, layer)));
        }

        return trace;
    }
}
