namespace TrainingDoctor.Tests.Examples;

internal static class LossExamples
{
    private static readonly IReadOnlyList<double> Falling = SeededCurve.Noisy(300, step => 0.2 + (2 * Math.Exp(-step / 60.0)), 0.03);

    public static IEnumerable<RuleExample> All =>
    [
        Example("TD4001", [.. Falling.Take(150), .. Enumerable.Repeat(double.NaN, 20)], "From step 150 on the loss is NaN"),
        Example("TD4002", SeededCurve.Noisy(300, _ => 2.3, 0.05), "The loss stays at ln 10"),
        Example("TD4003", SeededCurve.Noisy(300, step => step < 150 ? Falling[step] : 0.36 * Math.Exp((step - 150) / 40.0), 0.02), "The loss rises from step 150 on"),
        Example("TD4004", SeededCurve.Noisy(300, step => 1.2 + (step % 2 == 0 ? 0.5 : -0.5), 0.03), "Up and down in turn, without progress"),
        Example("TD4005", SeededCurve.Noisy(300, step => 2 + (0.2 * Math.Exp(-step / 15.0)), 0.02), "A small fall, then nothing"),
        Example("TD4006", SeededCurve.Noisy(300, step => step < 200 ? Falling[step] : 1 + (8 * Math.Exp((200 - step) / 3.0)), 0.02), "A jump that leaves the loss raised"),
        Example("TD4007", SeededCurve.Noisy(300, step => 2.3 - (0.001 * step), 0.005), "A slow, steady fall") with
        {
            // The other healthy curve still falls by a sixth in its last third, which is worth a word.
            Healthy = Trace.Of(Metric.Loss, SeededCurve.Noisy(300, step => 0.2 + (2 * Math.Exp(-step / 30.0)), 0.03)),
        },
        Example("TD4008", [.. Falling.Take(20), .. Enumerable.Repeat(87.3365, 80)], "From step 20 on the softmax has underflowed"),
        Example("TD4009", [.. Falling.Take(100), .. Enumerable.Repeat(0.0, 50)], "From step 100 on the loss is exactly zero"),
    ];

    private static RuleExample Example(string rule, IReadOnlyList<double> ill, string caption) => new(rule, Trace.Of(Metric.Loss, Falling), Trace.Of(Metric.Loss, ill))
    {
        Shown = Metric.Loss,
        HealthyCaption = "The loss falls and levels out",
        IllCaption = caption,
    };
}
