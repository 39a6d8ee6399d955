namespace TrainingDoctor.Tests.Families;

/// <summary>More runs as people post them, healthy and ill.</summary>
/// <remarks>Written after the rules had been mended on the first ones, and before they were measured on these: a look at what the mending is worth elsewhere.</remarks>
internal static class LaterForumRuns
{
    private static readonly string[] Overfitting = ["overfitting", "overtraining"];
    private static readonly string[] Stuck = ["stalled-loss", "plateaued-loss", "underfitting"];

    public static IReadOnlyList<CurveFamily> All { get; } =
    [
        new("healthy: flowers on a pretrained network", [], dice => ForumRun.Epochs(
            dice.Scatter(0.03, 0.95, 0.61, 0.5, 0.43, 0.38, 0.34, 0.31, 0.29, 0.27, 0.25), dice.Scatter(0.03, 0.56, 0.47, 0.42, 0.39, 0.37, 0.36, 0.35, 0.34, 0.335, 0.33), null, dice.Jitter(0.004, 0.81, 0.84, 0.86, 0.87, 0.875, 0.88, 0.883, 0.887, 0.888, 0.89))),
        new("healthy: a forecast by its absolute error", [], dice => ForumRun.Epochs(dice.Scattered(100, t => 0.035 + (0.09 * Math.Exp(-9 * t)), 0.03), dice.Scattered(100, t => 0.041 + (0.06 * Math.Exp(-9 * t)), 0.1))),
        new("healthy: embeddings, the rate falling to nothing", [], dice => ForumRun.Steps(dice.Scattered(100, t => 2.9 + (1.3 * Math.Exp(-5 * t)), 0.015), 1000, 5, rate: ForumRun.Linear(100, 0.025))),
        new("healthy: a radiance field, ray by ray", [], dice => Trace.Of(Metric.Loss, dice.Scattered(500, t => 0.002 + (0.05 * Math.Exp(-12 * t)) + (0.004 * Math.Exp(-3 * t)), 0.3)).Every(100)),
        new("healthy: a validation every five epochs", [], dice => ForumRun.Steps(dice.Scattered(40, t => 0.3 + (1.4 * Math.Exp(-4 * t)), 0.02), 1, 40, dice.Scattered(8, t => 0.42 + (0.8 * Math.Exp(-4 * t)), 0.02))),
        new("healthy: a likelihood that may fall below zero", [], dice => ForumRun.Epochs(dice.Jitter(0.03, [.. Enumerable.Range(0, 60).Select(i => -1.5 + (4.5 * Math.Exp(-i / 10.0)))]), dice.Jitter(0.05, [.. Enumerable.Range(0, 60).Select(i => -1.4 + (4.3 * Math.Exp(-i / 10.0)))]))),
        new("healthy: the second half of a training, resumed", [], dice =>
            Trace.Of(Metric.Loss, dice.Scattered(50, t => 0.21 - (0.03 * t), 0.015)).And(Trace.Of(Metric.ValidationLoss, dice.Scattered(50, t => 0.35 - (0.01 * t), 0.02))).And(Trace.Of(Metric.Epoch, Enumerable.Range(51, 50).Select(i => (double)i))).From(51)),
        new("healthy: a detector whose score goes on a little", [], dice => ForumRun.Epochs(dice.Scattered(80, t => 1.6 + (1.1 * Math.Exp(-4 * t)), 0.01), dice.Scattered(80, t => 1.9 + (0.7 * Math.Exp(-9 * t)), 0.015), null, dice.Scores(80, t => 0.71 - (0.4 * Math.Exp(-6 * t)), 0.008))),
        new("healthy: masked words, after their plateau", [], dice =>
        {
            double Level(double t) => t < 0.03 ? 10.4 - (t / 0.03 * 3.6) : t < 0.15 ? 6.8 - (2 * (t - 0.03)) : 1.8 + (4.76 * Math.Exp(-7 * (t - 0.15)));
            return ForumRun.Steps(dice.Scattered(200, Level, 0.015), 500, 4, rate: ForumRun.WarmCosine(200, 1e-4, 0.06));
        }),
        new("healthy: many labels, a small loss from the start", [], dice => ForumRun.Epochs(dice.Scattered(20, t => 0.03 + (0.05 * Math.Exp(-6 * t)), 0.02), dice.Scattered(20, t => 0.044 + (0.012 * Math.Exp(-6 * t)), 0.015))),
        new("healthy: an absurd first row, then all is well", [], dice => ForumRun.Epochs([dice.Between(12, 60), .. dice.Scattered(29, t => 0.45 + (1.9 * Math.Exp(-6 * t)), 0.02)], dice.Scattered(30, t => 0.55 + (1.6 * Math.Exp(-6 * t)), 0.03))),
        new("healthy: a small network on a table", [], dice => ForumRun.Epochs(dice.Scattered(100, t => 0.44 + (0.25 * Math.Exp(-8 * t)), 0.008), dice.Scattered(100, t => 0.47 + (0.22 * Math.Exp(-8 * t)), 0.015), dice.Scores(100, t => 0.79 - (0.13 * Math.Exp(-8 * t)), 0.006), dice.Scores(100, t => 0.77 - (0.11 * Math.Exp(-8 * t)), 0.012))),
        new("mild: three epochs, surer and hardly better", Overfitting, dice => ForumRun.Steps(dice.Scattered(30, t => 0.04 + (0.5 * Math.Exp(-4 * t)), 0.12), 100, 5, dice.Scatter(0.004, 0.252, 0.247, 0.263, 0.28, 0.291), dice.Jitter(0.001, 0.905, 0.912, 0.915, 0.917, 0.918), ForumRun.Linear(30, 3e-5))) { IsMild = true, Format = "huggingface" },

        new("ill: best in the third of thirty epochs", Overfitting, dice => ForumRun.Epochs(
            dice.Scattered(30, t => 0.02 + (0.9 * Math.Exp(-7 * t)), 0.04), dice.Scattered(30, t => t < 0.08 ? 0.8 - (2.5 * t) : 0.6 + (0.8 * (t - 0.08)), 0.03), dice.Scores(30, t => 0.995 - (0.4 * Math.Exp(-7 * t)), 0.002), dice.Scores(30, t => t < 0.08 ? 0.7 + t : 0.78 - (0.065 * (t - 0.08)), 0.008))),
        new("ill: gone in the second epoch", ["non-finite-loss"], _ => ForumRun.Epochs([0.6931, double.NaN, double.NaN, double.NaN, double.NaN])),
        new("ill: a quarter for zeros and ones", Stuck, dice => ForumRun.Epochs(dice.Scattered(30, _ => 0.2502, 0.0015), null, dice.Scores(30, _ => 0.502, 0.01))),
        new("ill: down to ln 2 and no further", Stuck, dice => ForumRun.Epochs(dice.Scattered(40, t => 0.6935 + (0.6 * Math.Exp(-60 * t)), 0.001), dice.Scattered(40, t => 0.6934 + (0.2 * Math.Exp(-60 * t)), 0.001), dice.Scores(40, _ => 0.5, 0.008), dice.Scores(40, _ => 0.5, 0.004))),
        new("ill: a language model that breaks at once", ["diverging-loss", "loss-spike"], dice => ForumRun.Steps([.. dice.Scattered(60, t => 1.9 + (0.4 * Math.Exp(-4 * t)), 0.03), .. dice.Scattered(60, t => 9.4 - (1.2 * t), 0.04)], 10, 1, rate: ForumRun.WarmCosine(120, 1e-3, 0.03))) { Format = "huggingface" },
        new("ill: validation in turns", ["noisy-validation"], dice => ForumRun.Epochs(dice.Scattered(16, t => 0.2 + (0.7 * Math.Exp(-5 * t)), 0.02), [.. Enumerable.Range(0, 16).Select(i => (i % 2 == 0 ? 0.42 : 0.95) * Math.Exp(0.08 * dice.Normal()))])),
        new("ill: overlap between a fifth and two thirds", ["noisy-validation"], dice => ForumRun.Epochs(dice.Scattered(30, t => 0.15 + (0.6 * Math.Exp(-5 * t)), 0.02), null, null, [.. Enumerable.Range(0, 30).Select(_ => Math.Round(dice.Between(0.2, 0.68), 3))])),
        new("ill: nothing moves, in training or validation", Stuck, _ => ForumRun.Epochs([.. Enumerable.Repeat(0.8731, 12)], [.. Enumerable.Repeat(0.8802, 12)])),
        new("ill: a regression a third worse than at its best", Overfitting, dice => ForumRun.Epochs(dice.Scattered(60, t => 0.02 + (0.4 * Math.Exp(-6 * t)), 0.04), dice.Scattered(60, t => t < 0.2 ? 0.4 - t : 0.2 + (0.09 * (t - 0.2)), 0.07))),
        new("ill: a rate too small to see", Stuck, dice => ForumRun.Steps(dice.Scattered(60, t => 2.312 - (0.006 * t), 0.003), 50, 10, rate: [.. Enumerable.Repeat(1e-8, 60)])),
        new("ill: infinite from the first row", ["non-finite-loss"], _ => ForumRun.Epochs([double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, double.NaN])),
        new("ill: six rows, each worse", ["diverging-loss"], dice => ForumRun.Epochs(dice.Scatter(0.03, 0.7, 0.95, 1.4, 2.6, 5.1, 11))),
        new("ill: the score falls to a tenth and stays", ["diverging-loss", "loss-spike"], dice => ForumRun.Epochs(
            [.. dice.Scattered(13, t => 0.2 + (1.3 * Math.Exp(-5 * t)), 0.02), .. dice.Scattered(17, _ => 2.303, 0.001)], null, [.. dice.Scores(13, t => 0.95 - (0.4 * Math.Exp(-5 * t)), 0.004), .. dice.Scores(17, _ => 0.1, 0.002)])),
        new("ill: a straight line, far from done", ["slow-convergence", .. Stuck], dice => ForumRun.Steps(dice.Scattered(200, t => 10.8 - (0.75 * t), 0.003), 10, 3, rate: [.. Enumerable.Repeat(1e-6, 200)])),
        new("ill: six epochs, the loss threefold", Overfitting, dice => ForumRun.Epochs(dice.Scatter(0.02, 0.5, 0.22, 0.1, 0.05, 0.03, 0.02), dice.Scatter(0.02, 0.42, 0.48, 0.63, 0.83, 1.05, 1.27), null, [0.82, 0.821, 0.82, 0.818, 0.819, 0.818])),
    ];
}
