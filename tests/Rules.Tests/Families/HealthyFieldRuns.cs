namespace TrainingDoctor.Tests.Families;

/// <summary>Healthy runs of many fields: fine-tuning, detection, segmentation, language, tables, speech, recommendation, distillation, regression.</summary>
/// <remarks>Written without a look at the rules, to be told apart from what these were mended on; none is taken from a log.</remarks>
internal static class HealthyFieldRuns
{
    public static IReadOnlyList<CurveFamily> All { get; } = [.. Tuned, .. Vision, .. Language, .. Pasted, .. Long, .. Students, .. Regressions, .. Speech, .. Recommenders, .. Others];

    private static IEnumerable<CurveFamily> Tuned =>
    [
        new("healthy: sentiment, two epochs of a small encoder", [], dice => ForumRun.Steps(
            dice.Wandering(60, t => 0.26 + (0.42 * Math.Exp(-6 * t)), 0.12, 0.3), 50, 2, dice.Scatter(0.01, 0.285, 0.277), dice.Jitter(0.002, 0.883, 0.895), ForumRun.Linear(60, 2e-5))) { Format = "huggingface" },
        new("healthy: named entities, a hair up at the end while the score rises", [], dice => ForumRun.Steps(
            dice.Scattered(50, t => 0.012 + (0.35 * Math.Exp(-7 * t)), 0.15), 100, 5, dice.Scatter(0.008, 0.081, 0.066, 0.0612, 0.0618, 0.0624), dice.Jitter(0.001, 0.908, 0.93, 0.939, 0.943, 0.944), ForumRun.Linear(50, 5e-5))) { Format = "huggingface" },
        new("healthy: question answering by steps", [], dice => ForumRun.Steps(dice.Wandering(80, t => 0.75 + (5.2 / (1 + (25 * t))), 0.06, 0.2), 200, 2, rate: ForumRun.Linear(80, 3e-5))) { Format = "huggingface" },
        new("healthy: a summariser, four evaluations", [], dice => ForumRun.Steps(
            dice.Scattered(64, t => 1.62 + (0.95 * Math.Exp(-3.5 * t)), 0.03), 100, 4, dice.Scatter(0.004, 1.98, 1.86, 1.81, 1.795), rate: ForumRun.Linear(64, 5e-5))) { Format = "huggingface" },
        new("healthy: adapters on two hundred rows", [], dice => ForumRun.Steps(dice.Scatter(0.05, 2.14, 1.93, 1.62, 1.41, 1.29, 1.2, 1.12, 1.07, 1.01, 0.98, 0.95, 0.94), 5, 2, rate: ForumRun.WarmCosine(12, 2e-4, 0.08))) { Format = "huggingface" },
        new("healthy: a head for five epochs, then all layers", [], dice => ForumRun.Epochs(
            [.. dice.Scattered(5, t => 0.92 - (0.3 * Math.Sqrt(t)), 0.02), .. dice.Scattered(10, t => 0.21 + (0.33 * Math.Exp(-3 * t)), 0.03)],
            [.. dice.Scattered(5, t => 0.81 - (0.2 * Math.Sqrt(t)), 0.02), .. dice.Scattered(10, t => 0.36 + (0.2 * Math.Exp(-4 * t)), 0.03)])),
        new("healthy: a vision transformer on mixed images, validation far below", [], dice => ForumRun.Epochs(
            dice.Scattered(30, t => 1.45 + (2.1 * Math.Exp(-5 * t)), 0.03), dice.Scattered(30, t => 0.43 + (0.9 * Math.Exp(-6 * t)), 0.02), null, dice.Scores(30, t => 0.905 - (0.25 * Math.Exp(-6 * t)), 0.003))),
        new("healthy: quantised and tuned again, near the floor all along", [], dice => ForumRun.Epochs(dice.Scattered(15, t => 0.292 + (0.02 * Math.Exp(-4 * t)), 0.01), dice.Scattered(15, t => 0.412 + (0.012 * Math.Exp(-4 * t)), 0.008), null, dice.Scores(15, t => 0.881 - (0.004 * Math.Exp(-4 * t)), 0.002))),
        new("healthy: pruned and trained anew", [], dice => ForumRun.Epochs(
            [.. dice.Scattered(20, t => 0.3 + (1.5 * Math.Exp(-6 * t)), 0.02), .. dice.Scattered(20, t => 0.33 + (0.5 * Math.Exp(-7 * t)), 0.02)], [.. dice.Scattered(20, t => 0.45 + (1.2 * Math.Exp(-6 * t)), 0.025), .. dice.Scattered(20, t => 0.47 + (0.45 * Math.Exp(-7 * t)), 0.025)])),
    ];

    private static IEnumerable<CurveFamily> Vision =>
    [
        new("healthy: a detector's summed parts over three hundred epochs", [], dice => ForumRun.Epochs(
            dice.Scattered(300, t => 1.9 + (3.4 * Math.Exp(-9 * t)) + (0.6 * (1 - t)), 0.015), dice.Scattered(300, t => 2.6 + (2.2 * Math.Exp(-12 * t)), 0.02), null, dice.Scores(300, t => 0.56 * (1 - Math.Exp(-8 * t)), 0.006))),
        new("healthy: a two-stage detector by iterations, the rate cut twice", [], dice => ForumRun.Steps(
            dice.Scattered(400, t => (t < 0.67 ? 0.58 : t < 0.89 ? 0.5 : 0.48) + (1.1 * Math.Exp(-20 * t)), 0.16), 20, 12, rate: [.. Enumerable.Range(0, 400).Select(i => i < 10 ? 0.002 * (i + 1) : i < 268 ? 0.02 : i < 356 ? 0.002 : 0.0002)])),
        new("healthy: key points by tiny squares", [], dice => ForumRun.Epochs(dice.Scattered(140, t => 4.1e-4 + (9e-4 * Math.Exp(-6 * t)), 0.02), dice.Scattered(140, t => 5.2e-4 + (7e-4 * Math.Exp(-8 * t)), 0.03), null, dice.Scores(140, t => 0.72 - (0.5 * Math.Exp(-8 * t)), 0.005))),
        new("healthy: forty slices and a net of skips", [], dice => ForumRun.Epochs(dice.Scattered(50, t => 0.075 + (0.6 * Math.Exp(-6 * t)), 0.04), dice.Scattered(50, t => 0.15 + (0.5 * Math.Exp(-8 * t)), 0.11))),
        new("healthy: overlap alone", [], dice => Trace.Of(Metric.ValidationAccuracy, dice.Scores(40, t => 0.73 - (0.45 * Math.Exp(-6 * t)), 0.018))),
        new("healthy: streets, the rate falling by a polynomial", [], dice => ForumRun.Steps(
            dice.Scattered(160, t => 0.2 + (2.1 / (1 + (18 * t))), 0.1), 50, 80, rate: [.. Enumerable.Range(0, 160).Select(i => 0.01 * Math.Pow(1 - (i / 160.0), 0.9))])),
        new("healthy: triplets, ever fewer of them hard", [], dice => ForumRun.Epochs(dice.Scattered(60, t => 0.028 + (0.19 * Math.Exp(-5 * t)), 0.13), dice.Scattered(60, t => 0.045 + (0.12 * Math.Exp(-6 * t)), 0.15))),
        new("healthy: few-shot episodes", [], dice => Trace.Of(Metric.Loss, dice.Scattered(150, t => 0.71 + (0.85 * Math.Exp(-7 * t)), 0.14)).And(Trace.Of(Metric.Accuracy, dice.Scores(150, t => 0.74 - (0.45 * Math.Exp(-7 * t)), 0.05)))),
        new("healthy: smoothed labels, every training image right", [], dice => ForumRun.Epochs(
            dice.Scattered(90, t => 0.61 + (1.6 * Math.Exp(-5 * t)), 0.008), dice.Scattered(90, t => 0.8 + (1.1 * Math.Exp(-6 * t)), 0.015), dice.Scores(90, t => 0.996 - (0.6 * Math.Exp(-6 * t)), 0.002), dice.Scores(90, t => 0.948 - (0.45 * Math.Exp(-7 * t)), 0.004))),
        new("healthy: averaged weights over the last quarter", [], dice => ForumRun.Epochs(
            dice.Scattered(60, t => 0.12 + (1.4 * Math.Exp(-5 * t)), 0.03), [.. dice.Scattered(45, t => 0.36 + (1.1 * Math.Exp(-6 * t)), 0.05), .. dice.Scattered(15, _ => 0.33, 0.01)], null, dice.Scores(60, t => (t < 0.75 ? 0.9 : 0.915) - (0.5 * Math.Exp(-8 * t)), 0.006))),
    ];

    private static IEnumerable<CurveFamily> Language =>
    [
        new("healthy: the letters of a playwright", [], dice => ForumRun.Steps(dice.Scattered(200, t => 1.18 + (3 * Math.Exp(-14 * t)) + (0.3 * (1 - t)), 0.012), 25, 20, dice.Scattered(20, t => 1.475 + (2.4 * Math.Exp(-11 * t)), 0.005))),
        new("healthy: stories for a small transformer", [], dice => ForumRun.Steps(
            dice.Scattered(160, t => 1.75 + (7.6 * Math.Pow(1 + (60 * t), -0.9)), 0.015), 250, 3, dice.Scattered(16, t => 1.84 + (5.2 * Math.Pow(1 + (60 * (t + 0.06)), -0.9)), 0.006), rate: ForumRun.WarmCosine(160, 6e-4, 0.03))),
        new("healthy: tokens by the billion, three thousand rows", [], dice => ForumRun.Steps(dice.Scattered(3000, t => 2.2 + (8.6 * Math.Pow(1 + (900 * t), -0.55)), 0.018), 10, 0.8, rate: ForumRun.WarmCosine(3000, 3e-4, 0.01))) { Format = "huggingface" },
        new("healthy: a recurrent language model, the rate quartered three times", [], dice => ForumRun.Epochs(
            dice.Scattered(40, t => 4.1 + (2.1 * Math.Exp(-7 * t)) - (t > 0.5 ? 0.12 : 0) - (t > 0.7 ? 0.05 : 0), 0.004), dice.Scattered(40, t => 4.62 + (1.4 * Math.Exp(-8 * t)) - (t > 0.5 ? 0.08 : 0) - (t > 0.7 ? 0.03 : 0), 0.003))),
        new("healthy: masked residues of proteins, a small but steady fall", [], dice => ForumRun.Steps(dice.Scattered(120, t => 2.28 + (0.66 * Math.Pow(1 + (30 * t), -0.6)), 0.006), 500, 2, rate: ForumRun.WarmCosine(120, 4e-4, 0.04))),
        new("healthy: code after text, evaluated often", [], dice => ForumRun.Steps(dice.Wandering(90, t => 0.98 + (0.36 * Math.Exp(-4 * t)), 0.05, 0.4), 20, 1, dice.Scattered(15, t => 0.96 + (0.2 * Math.Exp(-4 * t)), 0.004), rate: ForumRun.WarmCosine(90, 1e-5, 0.05))) { Format = "huggingface" },
    ];

    private static IEnumerable<CurveFamily> Pasted =>
    [
        new("healthy: four rows", [], dice => ForumRun.Epochs(dice.Scatter(0.02, 1.9, 1.21, 0.92, 0.76), dice.Scatter(0.02, 1.42, 1.1, 0.96, 0.9))),
        new("healthy: five rows of scores", [], dice => ForumRun.Epochs([1.1, 0.83, 0.72, 0.66, 0.63], null, dice.Jitter(0.004, 0.62, 0.71, 0.752, 0.771, 0.782), dice.Jitter(0.006, 0.66, 0.718, 0.741, 0.753, 0.758))),
        new("healthy: six rows of two digits", [], _ => ForumRun.Epochs([0.69, 0.61, 0.55, 0.52, 0.50, 0.49], [0.66, 0.60, 0.57, 0.56, 0.56, 0.56])),
        new("healthy: seven rows, the last a hair up", [], dice => ForumRun.Epochs(dice.Scatter(0.01, 0.61, 0.5, 0.44, 0.4, 0.37, 0.345, 0.325), dice.Scatter(0.006, 0.52, 0.44, 0.402, 0.387, 0.38, 0.377, 0.381))),
        new("healthy: ten rows of two moons", [], dice => ForumRun.Epochs(dice.Scatter(0.03, 0.65, 0.5, 0.38, 0.3, 0.24, 0.19, 0.15, 0.12, 0.1, 0.085), null, [0.66, 0.82, 0.86, 0.88, 0.9, 0.93, 0.95, 0.97, 0.98, 0.985])),
        new("healthy: four rows of perplexities", [], dice => ForumRun.Epochs(dice.Scatter(0.015, 96, 64, 55, 50), dice.Scatter(0.015, 88, 61, 53, 49.5))),
        new("healthy: eight rows, validation to and fro about its level", [], dice => ForumRun.Epochs(dice.Scatter(0.02, 0.7, 0.52, 0.45, 0.42, 0.4, 0.385, 0.375, 0.37), dice.Scatter(0.025, 0.6, 0.5, 0.47, 0.455, 0.45, 0.445, 0.445, 0.44))),
        new("healthy: three rows of a fine-tuned encoder", [], dice => ForumRun.Epochs(dice.Scatter(0.02, 0.43, 0.25, 0.18), dice.Scatter(0.01, 0.31, 0.283, 0.28), null, [0.872, 0.889, 0.893])),
    ];

    private static IEnumerable<CurveFamily> Long =>
    [
        new("healthy: two thousand batches of eight", [], dice => Trace.Of(Metric.Loss, dice.Scattered(2000, t => 0.46 + (1.9 * Math.Exp(-9 * t)), 0.35))),
        new("healthy: gated units, a wandering loss", [], dice => Trace.Of(Metric.Loss, dice.Wandering(3000, t => 0.9 + (2.2 * Math.Exp(-6 * t)), 0.12, 0.7)).Every(5)),
        new("healthy: the noise falls with the rate", [], dice => ForumRun.Steps(
            [.. Enumerable.Range(0, 500).Select(i => (0.7 + (1.7 * Math.Exp(-i / 60.0))) * Math.Exp(0.25 * (1 - (i / 520.0)) * dice.Normal()))], 10, 6, rate: ForumRun.WarmCosine(500, 1e-3, 0.02))),
        new("healthy: resumed twice, at the right steps", [], dice => ForumRun.Epochs(dice.Scattered(90, t => (0.5 + (1.8 * Math.Exp(-5 * t))) * (t is (> 0.33 and < 0.36) or (> 0.66 and < 0.69) ? 1.06 : 1), 0.015), dice.Scattered(90, t => 0.66 + (1.5 * Math.Exp(-5.5 * t)), 0.02))),
        new("healthy: from the thirtieth epoch on, near the floor", [], dice => Trace.Of(Metric.Epoch, Enumerable.Range(30, 30).Select(i => (double)i)).And(Trace.Of(Metric.Loss, dice.Scattered(30, t => 0.118 - (0.006 * t), 0.02))).And(Trace.Of(Metric.ValidationAccuracy, dice.Scores(30, t => 0.941 + (0.002 * t), 0.002))).From(30)),
        new("healthy: begun again with a lower rate, and lower", [], dice => ForumRun.Epochs([.. dice.Scattered(40, t => 0.62 + (1.5 * Math.Exp(-8 * t)), 0.04), .. dice.Scattered(40, t => 0.41 + (0.06 * Math.Exp(-5 * t)), 0.02)], [.. dice.Scattered(40, t => 0.7 + (1.2 * Math.Exp(-8 * t)), 0.06), .. dice.Scattered(40, t => 0.52 + (0.03 * Math.Exp(-5 * t)), 0.02)])),
    ];

    private static IEnumerable<CurveFamily> Students =>
    [
        new("healthy: a student of a larger network", [], dice => ForumRun.Epochs(dice.Scattered(20, t => 0.52 + (0.9 * Math.Pow(1 + (8 * t), -0.8)), 0.015), dice.Scattered(20, t => 0.6 + (0.7 * Math.Pow(1 + (8 * t), -0.8)), 0.02))),
        new("healthy: a hot teacher, large losses", [], dice => ForumRun.Epochs(dice.Scattered(60, t => 9.4 + (4.9 * Math.Exp(-5 * t)), 0.01), null, null, dice.Scores(60, t => 0.745 - (0.2 * Math.Exp(-6 * t)), 0.005))),
        new("healthy: logits by their squares", [], dice => ForumRun.Steps(dice.Scattered(150, t => 1.9 + (6.5 * Math.Pow(1 + (20 * t), -0.7)), 0.05), 100, 10, rate: ForumRun.WarmCosine(150, 5e-4, 0.05))),
        new("healthy: hidden states of a teacher, a slow tail", [], dice => ForumRun.Steps(dice.Scattered(100, t => 0.31 + (0.5 * Math.Pow(1 + (12 * t), -0.5)), 0.012), 500, 3, rate: ForumRun.Linear(100, 5e-4))) { Format = "huggingface" },
    ];

    private static IEnumerable<CurveFamily> Regressions =>
    [
        new("healthy: squared kilowatts", [], dice => ForumRun.Epochs(dice.Scattered(100, t => 305 + (8700 * Math.Exp(-12 * t)), 0.05), dice.Scattered(100, t => 415 + (7800 * Math.Exp(-12 * t)), 0.1))),
        new("healthy: ages by years", [], dice => ForumRun.Epochs(dice.Scattered(45, t => 3.9 + (24 * Math.Exp(-11 * t)), 0.02), dice.Scattered(45, t => 5.1 + (15 * Math.Exp(-11 * t)), 0.04))),
        new("healthy: an equation's residual, four orders of magnitude", [], dice => Trace.Of(Metric.Loss, dice.Scattered(300, t => 1.3 * Math.Exp(-9 * t), 0.35)).Every(100)),
        new("healthy: standardised targets, half explained", [], dice => ForumRun.Epochs(dice.Scattered(80, t => 0.48 + (0.52 * Math.Exp(-7 * t)), 0.02), dice.Scattered(80, t => 0.54 + (0.43 * Math.Exp(-8 * t)), 0.03))),
        new("healthy: a forecast near what cannot be known", [], dice => ForumRun.Epochs(dice.Scattered(30, t => 0.262 + (0.05 * Math.Exp(-6 * t)), 0.008), dice.Scattered(30, t => 0.275 + (0.03 * Math.Exp(-6 * t)), 0.02))),
        new("healthy: energies of molecules along a cosine", [], dice => ForumRun.Epochs(dice.Scattered(200, t => 0.0034 + (0.4 * Math.Exp(-10 * t)) + (0.012 * (1 - t)), 0.06), dice.Scattered(200, t => 0.0052 + (0.4 * Math.Exp(-10 * t)) + (0.012 * (1 - t)), 0.14))),
        new("healthy: a share of variance alone", [], dice => Trace.Of(Metric.ValidationAccuracy, dice.Scores(60, t => 0.94 - (0.7 * Math.Exp(-8 * t)), 0.006))),
        new("healthy: an implicit surface", [], dice => Trace.Of(Metric.Loss, dice.Scattered(200, t => 0.003 + (0.1 * Math.Pow(1 + (80 * t), -1.1)), 0.12)).Every(50)),
    ];

    private static IEnumerable<CurveFamily> Speech =>
    [
        new("healthy: letters from sound, after a plateau of silence", [], dice => ForumRun.Steps(
            dice.Scattered(200, t => t < 0.08 ? 2.9 + (4 * Math.Exp(-90 * t)) : 0.42 + (2.48 * Math.Exp(-7 * (t - 0.08))), 0.04), 100, 25, dice.Scattered(25, t => t < 0.08 ? 2.88 : 0.55 + (2.3 * Math.Exp(-7 * (t - 0.08))), 0.015))),
        new("healthy: voices apart by a margin", [], dice => ForumRun.Epochs(dice.Scattered(60, t => 3.2 + (12 * Math.Exp(-6 * t)), 0.015), null, dice.Scores(60, t => 0.87 * (1 - Math.Exp(-6 * t)), 0.004))),
        new("healthy: a voice, once attention is found", [], dice => ForumRun.Steps(dice.Scattered(250, t => 0.34 + (0.35 / (1 + Math.Exp(40 * (t - 0.12)))) + (0.9 * Math.Exp(-60 * t)), 0.05), 100, 60, dice.Scattered(25, t => 0.39 + (0.33 / (1 + Math.Exp(40 * (t - 0.12)))), 0.012))),
        new("healthy: thirty-five spoken words", [], dice => ForumRun.Epochs(dice.Scattered(26, t => 0.14 + (2.1 * Math.Exp(-8 * t)), 0.03), dice.Scattered(26, t => 0.23 + (1.3 * Math.Exp(-9 * t)), 0.05), dice.Scores(26, t => 0.957 - (0.6 * Math.Exp(-8 * t)), 0.003), dice.Scores(26, t => 0.936 - (0.4 * Math.Exp(-9 * t)), 0.006))),
        new("healthy: word errors from fifty to nineteen", [], dice => ForumRun.Steps(dice.Scattered(80, t => 0.1 + (1.1 * Math.Exp(-9 * t)), 0.09), 50, 6, dice.Scatter(0.008, 0.47, 0.381, 0.345, 0.328, 0.322, 0.321, 0.322, 0.323)).And(Trace.Of(Metric.ValidationError, dice.Scatter(0.01, 0.5, 0.34, 0.27, 0.23, 0.21, 0.2, 0.195, 0.192)).Every(500).From(500))) { Format = "huggingface" },
    ];

    private static IEnumerable<CurveFamily> Recommenders =>
    [
        new("healthy: ratings by factors", [], dice => ForumRun.Epochs(dice.Scattered(40, t => 0.815 + (0.31 * Math.Exp(-6 * t)), 0.004), dice.Scattered(40, t => 0.893 + (0.14 * Math.Exp(-7 * t)), 0.004))),
        new("healthy: pairs ranked", [], dice => ForumRun.Epochs(dice.Scattered(50, t => 0.2 + (0.49 * Math.Exp(-6 * t)), 0.02), null, null, dice.Scores(50, t => 0.905 - (0.4 * Math.Exp(-7 * t)), 0.003))),
        new("healthy: two towers and their batch", [], dice => ForumRun.Steps(dice.Scattered(120, t => 4.05 + (3.6 * Math.Pow(1 + (25 * t), -0.9)), 0.015), 100, 5, dice.Scattered(5, t => 4.35 + (0.5 * Math.Exp(-4 * t)), 0.006))),
        new("healthy: clicks, a few per cent won in all", [], dice => ForumRun.Epochs(dice.Scatter(0.002, 0.4712, 0.4604, 0.4568, 0.4547, 0.4533), dice.Scatter(0.001, 0.4608, 0.4571, 0.4557, 0.4552, 0.455), null, dice.Jitter(0.0004, 0.781, 0.7862, 0.7885, 0.7893, 0.7895))),
        new("healthy: one epoch of clicks by batches", [], dice => Trace.Of(Metric.Loss, dice.Scattered(800, t => 0.455 + (0.12 * Math.Exp(-15 * t)) + (0.012 * (1 - t)), 0.05)).Every(100)),
        new("healthy: the next item of a session", [], dice => ForumRun.Epochs(dice.Scattered(30, t => 5.3 + (3.5 * Math.Exp(-7 * t)), 0.006), dice.Scattered(30, t => 5.9 + (2.2 * Math.Exp(-8 * t)), 0.004), null, dice.Scores(30, t => 0.31 * (1 - Math.Exp(-7 * (t + 0.03))), 0.003))),
    ];

    private static IEnumerable<CurveFamily> Others =>
    [
        new("healthy: weighted classes, above ln 2 to begin with", [], dice => ForumRun.Epochs(dice.Scattered(40, t => 0.6 + (0.48 * Math.Exp(-6 * t)), 0.015), dice.Scattered(40, t => 0.68 + (0.32 * Math.Exp(-7 * t)), 0.03), dice.Scores(40, t => 0.86 - (0.25 * Math.Exp(-6 * t)), 0.006), dice.Scores(40, t => 0.83 - (0.2 * Math.Exp(-7 * t)), 0.012))),
        new("healthy: molecules as graphs, a rough validation score", [], dice => ForumRun.Epochs(dice.Scattered(80, t => 0.115 + (0.06 * Math.Exp(-7 * t)), 0.02), null, null, dice.Scores(80, t => 0.775 - (0.09 * Math.Exp(-9 * t)), 0.012))),
        new("healthy: scores alone, training and validation together", [], dice => Trace.Of(Metric.Accuracy, dice.Scores(35, t => 0.955 - (0.45 * Math.Exp(-7 * t)), 0.004)).And(Trace.Of(Metric.ValidationAccuracy, dice.Scores(35, t => 0.915 - (0.38 * Math.Exp(-8 * t)), 0.008)))),
        new("healthy: validation scores alone", [], dice => Trace.Of(Metric.ValidationAccuracy, dice.Scores(40, t => 0.83 - (0.42 * Math.Exp(-7 * t)), 0.008))),
        new("healthy: sharpness in mind, along a cosine", [], dice => ForumRun.Epochs(dice.Scattered(120, t => 0.03 + (0.9 * Math.Pow(1 - t, 1.6)) + (1.2 * Math.Exp(-25 * t)), 0.02), dice.Scattered(120, t => 0.19 + (0.5 * Math.Pow(1 - t, 1.6)) + (1.2 * Math.Exp(-25 * t)), 0.06), null, dice.Scores(120, t => 0.962 - (0.14 * Math.Pow(1 - t, 1.6)) - (0.4 * Math.Exp(-25 * t)), 0.008))),
        new("healthy: many small epochs of a sensor's series", [], dice => ForumRun.Epochs(dice.Scattered(250, t => 0.011 + (0.07 * Math.Exp(-15 * t)) + (0.004 * (1 - t)), 0.05), dice.Scattered(250, t => 0.014 + (0.05 * Math.Exp(-15 * t)) + (0.004 * (1 - t)), 0.12))),
    ];
}
