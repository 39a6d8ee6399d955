using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Examples;

/// <summary>Examples of the rules about weights and their updates.</summary>
internal static class UpdateExamples
{
    public static IEnumerable<RuleExample> All =>
    [
        new("TD5001", Updates(1e-3, Falling), Updates(0.4, _ => 2.3))
        {
            Shown = Metric.GlobalUpdateRatio, HealthyCaption = "Steps of a thousandth of the weights", IllCaption = "Steps of two fifths of the weights",
        },
        new("TD5002", Updates(1e-3, Falling), Updates(1e-7, _ => 2.3))
        {
            Shown = Metric.GlobalUpdateRatio, HealthyCaption = "Steps of a thousandth of the weights", IllCaption = "Steps of a ten-millionth",
        },
        new("TD5003", Moves(1e-3), Moves(0))
        {
            Shown = Metric.UpdateRatio, HealthyCaption = "Both weights move", IllCaption = "One does not",
        },
        new(
            "TD5004",
            Trace.Of(Metric.WeightNonFiniteCount, "fc.weight", Enumerable.Repeat(0.0, 30)),
            Trace.Of(Metric.WeightNonFiniteCount, "fc.weight", [.. Enumerable.Repeat(0.0, 20), .. Enumerable.Repeat(4096.0, 10)]))
        {
            Shown = Metric.WeightNonFiniteCount, HealthyCaption = "Every weight is finite", IllCaption = "From step 20 on, none is",
        },
        new("TD5005", Weights(step => 10 + (0.02 * step), Falling), Weights(step => 10 * Math.Exp(0.06 * step), step => 2.3 * Math.Exp(0.05 * step)))
        {
            Shown = Metric.GlobalWeightNorm, HealthyCaption = "Weights grow a little while the loss falls", IllCaption = "Weights grow without bound while it rises",
        },
        new(
            "TD5006",
            Trace.Of(Metric.LearningRate, Enumerable.Range(0, 120).Select(step => 1e-3 * Math.Min(1, (step + 1) / 10.0) * (1 - (step / 120.0)))),
            Trace.Of(Metric.LearningRate, Enumerable.Range(0, 120).Select(step => 1e-6 * (step + 1))))
        {
            Shown = Metric.LearningRate, HealthyCaption = "A short warm-up, then decay", IllCaption = "A warm-up that never finishes",
        },
        new("TD5009", Decay(0.05, Falling), Decay(6, _ => 2.3))
        {
            Shown = Metric.RegularizationGradientRatio, HealthyCaption = "Decay pulls a little", IllCaption = "Decay pulls six times as strongly as the data",
        },
        new("TD5010", Gradients(Falling), Gradients(step => 2.3 - (0.001 * step)))
        {
            HealthyRun = new RunDescription { Model = Piece.Sequence(Piece.Linear(100, 100)), Optimizer = new OptimizerDescription { TypeName = "Adam", Epsilon = 1e-8 } },
            IllRun = new RunDescription { Model = Piece.Sequence(Piece.Linear(100, 100)), Optimizer = new OptimizerDescription { TypeName = "Adam", Epsilon = 0.1 } },
            Shown = Metric.Loss, HealthyCaption = "Adam with an epsilon of 1e-8", IllCaption = "An epsilon of 0.1, a hundred times the size of the gradients",
        },
    ];

    public static double Falling(int step) => 2.3 / (1 + (0.05 * step));

    public static Trace Updates(double ratio, Func<int, double> loss, int steps = 120) =>
        Trace.Of(Metric.GlobalUpdateRatio, SeededCurve.Noisy(steps, _ => ratio, 0.05 * ratio)).And(Trace.Of(Metric.Loss, SeededCurve.Noisy(steps, loss, 0.002)));

    public static Trace Weights(Func<int, double> norm, Func<int, double> loss, int steps = 120) =>
        Trace.Of(Metric.GlobalWeightNorm, Enumerable.Range(0, steps).Select(norm)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, steps).Select(loss)));

    public static Trace Decay(double ratio, Func<int, double> loss, int steps = 120) =>
        Trace.Of(Metric.RegularizationGradientRatio, SeededCurve.Noisy(steps, _ => ratio, 0.05 * ratio)).And(Trace.Of(Metric.Loss, SeededCurve.Noisy(steps, loss, 0.002)));

    public static Trace Gradients(Func<int, double> loss, int steps = 120) =>
        Trace.Of(Metric.GlobalGradientNorm, SeededCurve.Noisy(steps, _ => 0.1, 0.005)).And(Trace.Of(Metric.Loss, SeededCurve.Noisy(steps, loss, 0.002)));

    private static Trace Moves(double body) =>
        Trace.Of(Metric.UpdateRatio, "body.weight", SeededCurve.Noisy(40, _ => body, 0.02 * body)).And(Trace.Of(Metric.UpdateRatio, "head.weight", SeededCurve.Noisy(40, _ => 1e-3, 2e-5)));
}
