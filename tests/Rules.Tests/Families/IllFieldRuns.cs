namespace TrainingDoctor.Tests.Families;

/// <summary>Runs of many fields that somebody would ask about, because something is wrong with them.</summary>
/// <remarks>Written without a look at the rules, to be told apart from what these were mended on; none is taken from a log.</remarks>
internal static class IllFieldRuns
{
    private static readonly string[] Overfitting = ["overfitting", "overtraining"];
    private static readonly string[] Stuck = ["stalled-loss", "plateaued-loss", "underfitting"];
    private static readonly string[] Slow = ["slow-convergence", "stalled-loss", "plateaued-loss", "underfitting"];
    private static readonly string[] Diverging = ["diverging-loss", "loss-spike"];

    public static IReadOnlyList<CurveFamily> All { get; } = [.. Memorised, .. Unsteady, .. Unlearnt, .. Unfinished, .. Broken, .. Impossible, .. Rates, .. Mild];

    private static IEnumerable<CurveFamily> Memorised =>
    [
        new("ill: a detector past its best", Overfitting, dice => ForumRun.Epochs(
            dice.Scattered(120, t => 0.35 + (1.9 * Math.Exp(-5 * t)), 0.02), dice.Scattered(120, t => t < 0.3 ? 0.9 + (4 * Math.Pow(0.3 - t, 2) / 0.3) : 0.9 + (0.75 * (t - 0.3)), 0.03), null, dice.Scores(120, t => t < 0.3 ? 0.62 - (1.6 * Math.Pow(0.3 - t, 1.5)) : 0.62 - (0.1 * (t - 0.3)), 0.006))),
        new("ill: slices learnt by heart", Overfitting, dice => ForumRun.Epochs(
            dice.Scattered(80, t => 0.03 + (0.6 * Math.Exp(-8 * t)), 0.05), dice.Scattered(80, t => t < 0.2 ? 0.3 + (6 * Math.Pow(0.2 - t, 2)) : 0.3 + (0.42 * (t - 0.2)), 0.1), null, dice.Scores(80, t => t < 0.2 ? 0.7 - (6 * Math.Pow(0.2 - t, 2)) : 0.7 - (0.14 * (t - 0.2)), 0.012))),
        new("ill: a playwright's letters by heart", Overfitting, dice => ForumRun.Steps(dice.Scattered(100, t => 0.12 + (4 * Math.Exp(-4.5 * t)), 0.02), 50, 40, dice.Scattered(20, t => t < 0.2 ? 1.5 + (40 * Math.Pow(0.2 - t, 2)) : 1.5 + (2.1 * (t - 0.2)), 0.008))),
        new("ill: sentiment, eight epochs instead of two", Overfitting, dice => ForumRun.Steps(
            dice.Scattered(80, t => 0.004 + (0.55 * Math.Exp(-7 * t)), 0.25), 100, 8, dice.Scatter(0.015, 0.312, 0.294, 0.361, 0.452, 0.553, 0.622, 0.684, 0.722), dice.Jitter(0.002, 0.886, 0.901, 0.899, 0.9, 0.898, 0.899, 0.898, 0.898), ForumRun.Linear(80, 3e-5))) { Format = "huggingface" },
        new("ill: a small set of speech", Overfitting, dice => ForumRun.Steps(dice.Scattered(120, t => 0.015 + (3 * Math.Exp(-9 * t)), 0.08), 100, 60, dice.Scattered(24, t => t < 0.25 ? 0.62 + (30 * Math.Pow(0.25 - t, 2)) : 0.62 + (0.6 * (t - 0.25)), 0.02))),
        new("ill: ratings learnt one by one", Overfitting, dice => ForumRun.Epochs(dice.Scattered(60, t => 0.28 + (0.8 * Math.Exp(-3 * t)), 0.006), dice.Scattered(60, t => t < 0.15 ? 0.95 + (7 * Math.Pow(0.15 - t, 2)) : 0.95 + (0.5 * (t - 0.15)), 0.006))),
        new("ill: six rows, the last four uphill", Overfitting, dice => ForumRun.Epochs(dice.Scatter(0.02, 0.6, 0.35, 0.18, 0.09, 0.04, 0.02), dice.Scatter(0.015, 0.55, 0.5, 0.58, 0.7, 0.86, 1.01))),
        new("ill: eight rows of scores, validation goes down", Overfitting, dice => Trace.Of(Metric.Accuracy, dice.Jitter(0.003, 0.61, 0.76, 0.86, 0.92, 0.955, 0.975, 0.985, 0.99)).And(Trace.Of(Metric.ValidationAccuracy, dice.Jitter(0.004, 0.7, 0.742, 0.751, 0.73, 0.712, 0.69, 0.674, 0.662)))),
        new("ill: a table of numbers, two hundred epochs", Overfitting, dice => ForumRun.Epochs(dice.Scattered(200, t => 0.4 + (9 * Math.Exp(-5 * t)), 0.03), dice.Scattered(200, t => t < 0.15 ? 3.2 + (200 * Math.Pow(0.15 - t, 2)) : 3.2 + (2.6 * (t - 0.15)), 0.06))),
        new("ill: adapters, five times through three hundred rows", Overfitting, dice => ForumRun.Steps(
            [.. Enumerable.Range(0, 50).Select(i => 1.6 * Math.Exp(-0.75 * (i / 10)) * Math.Exp(0.08 * dice.Normal()))], 4, 5, dice.Scatter(0.006, 1.42, 1.38, 1.55, 1.9, 2.25), rate: ForumRun.WarmCosine(50, 2e-4, 0.05))) { Format = "huggingface" },
        new("ill: a citation graph, all of training known", Overfitting, dice => ForumRun.Epochs(
            dice.Scattered(150, t => 0.01 + (1.9 * Math.Exp(-14 * t)), 0.04), dice.Scattered(150, t => 1.15 + (0.8 * Math.Exp(-25 * t)) + (1.6 * t), 0.02), dice.Scores(150, t => 0.998 - (0.7 * Math.Exp(-14 * t)), 0.002), dice.Scores(150, t => 0.61 - (0.4 * Math.Exp(-25 * t)), 0.008))),
        new("ill: a gap from the first epochs on", Overfitting, dice => ForumRun.Epochs(
            dice.Scattered(40, t => 0.001 + (1.2 * Math.Exp(-9 * t)), 0.05), dice.Scattered(40, t => 1.6 + (0.4 * Math.Exp(-20 * t)), 0.03), dice.Scores(40, t => 0.999 - (0.5 * Math.Exp(-9 * t)), 0.0005), dice.Scores(40, t => 0.55 - (0.2 * Math.Exp(-20 * t)), 0.01))),
        new("ill: twelve evaluations of a fine-tuning, the third the best", Overfitting, dice => ForumRun.Steps(dice.Wandering(240, t => 0.3 + (2.1 * Math.Exp(-4 * t)), 0.08, 0.4), 10, 6, dice.Scatter(0.01, 2.4, 2.18, 2.11, 2.14, 2.21, 2.3, 2.42, 2.53, 2.66, 2.78, 2.9, 3.01))),
        new("ill: X-rays, a rough rise to the double", Overfitting, dice => ForumRun.Epochs(dice.Scattered(80, t => 0.04 + (0.6 * Math.Exp(-6 * t)), 0.06), dice.Scattered(80, t => t < 0.2 ? 0.42 + (4 * Math.Pow(0.2 - t, 2)) : 0.42 * (1 + (1.25 * (t - 0.2))), 0.17))),
    ];

    private static IEnumerable<CurveFamily> Unsteady =>
    [
        new("ill: overlap anywhere between a fifth and three quarters", ["noisy-validation"], dice => ForumRun.Epochs(dice.Scattered(40, t => 0.12 + (0.5 * Math.Exp(-6 * t)), 0.03), null, null, [.. Enumerable.Range(0, 40).Select(_ => Math.Round(dice.Between(0.2, 0.75), 3))])),
        new("ill: a detector's validation loss, doubled or halved each time", ["noisy-validation"], dice => ForumRun.Epochs(dice.Scattered(50, t => 0.8 + (2.5 * Math.Exp(-6 * t)), 0.02), dice.Scattered(50, t => 1.3 + (1.5 * Math.Exp(-8 * t)), 0.6))),
        new("ill: the share of errors between a tenth and six tenths", ["noisy-validation"], dice => Trace.Of(Metric.Loss, dice.Scattered(30, t => 0.2 + (1.2 * Math.Exp(-6 * t)), 0.03)).And(Trace.Of(Metric.ValidationError, Enumerable.Range(0, 30).Select(_ => dice.Between(0.1, 0.6))))),
        new("ill: eight validations without rhyme", ["noisy-validation"], dice => ForumRun.Epochs(dice.Scatter(0.02, 0.9, 0.6, 0.45, 0.36, 0.3, 0.26, 0.23, 0.21), dice.Scatter(0.05, 0.52, 1.4, 0.61, 1.12, 0.46, 1.62, 0.7, 1.21))),
        new("ill: a regression's validation over an order of magnitude", ["noisy-validation"], dice => ForumRun.Epochs(dice.Scattered(60, t => 300 + (4000 * Math.Exp(-8 * t)), 0.03), [.. Enumerable.Range(0, 60).Select(_ => dice.Factor(350, 4000))])),
        new("ill: a rate that throws recommendations to and fro", ["oscillating-loss"], dice => ForumRun.Epochs([.. Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? 0.5 : 1.5) * Math.Exp(0.05 * dice.Normal()))])),
        new("ill: every thirtieth row twentyfold", ["loss-spike", "oscillating-loss"], dice => Trace.Of(Metric.Loss, Enumerable.Range(0, 300).Select(i => (1.1 + (3 * Math.Exp(-i / 40.0))) * Math.Exp(0.03 * dice.Normal()) * (i % 30 == 29 ? 20 : 1))).Every(20)),
    ];

    private static IEnumerable<CurveFamily> Unlearnt =>
    [
        new("ill: an area of a half under the curve", [.. Stuck, "validation-at-chance"], dice => ForumRun.Epochs(dice.Scattered(20, _ => 0.6934, 0.0008), dice.Scattered(20, _ => 0.6933, 0.0006), null, dice.Jitter(0.006, [.. Enumerable.Repeat(0.5, 20)]))),
        new("ill: nothing but background", Stuck, dice => ForumRun.Epochs(dice.Scattered(40, _ => 0.982, 0.003), dice.Scattered(40, _ => 0.984, 0.002), null, dice.Scores(40, _ => 0.018, 0.002))),
        new("ill: words by their frequency and no more", Stuck, dice => ForumRun.Steps(dice.Scattered(300, t => 7.42 + (3.3 * Math.Exp(-120 * t)), 0.01), 10, 1, rate: ForumRun.WarmCosine(300, 6e-4, 0.02))),
        new("ill: seven rows of a translator that does not begin", Stuck, dice => ForumRun.Epochs(dice.Scattered(7, _ => 6.913, 0.0015))),
        new("ill: pairs at ln 2", Stuck, dice => ForumRun.Epochs(dice.Scattered(100, _ => 0.69313, 2e-5))),
        new("ill: silence and nothing else", Stuck, dice => ForumRun.Steps(dice.Scattered(200, t => 2.88 + (9 * Math.Exp(-150 * t)), 0.006), 50, 40)) { IsOpen = true },
        new("ill: standardised targets, nothing explained", Stuck, dice => ForumRun.Epochs(dice.Scattered(60, _ => 1.0, 0.006), dice.Scattered(60, _ => 1.01, 0.004))),
        new("ill: triplets at their margin", Stuck, dice => Trace.Of(Metric.Loss, dice.Scattered(250, t => 1.0 + (0.15 * Math.Exp(-60 * t)), 0.003)).Every(10)),
        new("ill: four rows of ln 4", Stuck, dice => ForumRun.Epochs(dice.Scattered(4, _ => 1.3865, 0.0006), null, dice.Jitter(0.003, 0.25, 0.251, 0.248, 0.25))),
        new("ill: a hundred classes, one in a hundred right", Stuck, dice => ForumRun.Epochs(dice.Scattered(15, _ => 4.6055, 0.0004), null, dice.Jitter(0.0006, [.. Enumerable.Repeat(0.01, 15)]))),
        new("ill: eight thousand voices, none known", Stuck, dice => Trace.Of(Metric.Loss, dice.Scattered(80, _ => 8.99, 0.0015)).Every(100)),
        new("ill: ten rows of the same square", Stuck, _ => ForumRun.Epochs([.. Enumerable.Repeat(0.2314, 10)])),
        new("ill: three classes, a hair below ln 3", Stuck, dice => ForumRun.Epochs(dice.Scattered(30, t => 1.079 + (0.1 * Math.Exp(-50 * t)), 0.003), dice.Scattered(30, _ => 1.083, 0.003), dice.Scores(30, _ => 0.395, 0.008), dice.Scores(30, _ => 0.385, 0.008))),
        new("ill: a quarter right after five epochs and after sixty", Stuck, dice => ForumRun.Epochs(dice.Scattered(60, t => 3.31 + (1.2 * Math.Exp(-45 * t)), 0.004), dice.Scattered(60, t => 3.36 + (0.9 * Math.Exp(-45 * t)), 0.006), dice.Scores(60, t => 0.235 - (0.2 * Math.Exp(-45 * t)), 0.003), dice.Scores(60, t => 0.225 - (0.15 * Math.Exp(-45 * t)), 0.005))),
    ];

    private static IEnumerable<CurveFamily> Unfinished =>
    [
        new("ill: a language model at a rate too small", Slow, dice => ForumRun.Steps(dice.Scattered(150, t => 10.9 - (0.8 * t), 0.004), 20, 3, rate: [.. Enumerable.Repeat(3e-7, 150)])),
        new("ill: squares that fall by a fourteenth in a hundred epochs", Slow, dice => ForumRun.Epochs(dice.Scattered(100, t => 560 - (40 * t), 0.004))),
        new("ill: ten classes, a sixth right after fifty epochs", Slow, dice => ForumRun.Epochs(dice.Scattered(50, t => 2.303 - (0.07 * t), 0.002), null, dice.Scores(50, t => 0.1 + (0.065 * t), 0.003))),
        new("ill: eight rows in a straight line near ln 1000", Slow, dice => ForumRun.Epochs(dice.Scatter(0.0006, 6.905, 6.884, 6.862, 6.84, 6.819, 6.797, 6.776, 6.755))) { IsOpen = true },
    ];

    private static IEnumerable<CurveFamily> Broken =>
    [
        new("ill: a detector that explodes", [.. Diverging, "non-finite-loss"], dice => ForumRun.Steps([.. dice.Scattered(80, t => 2.4 + (2.5 * Math.Exp(-5 * t)), 0.05), .. dice.Scattered(120, t => 3 * Math.Exp(10 * t), 0.1)], 10, 5)),
        new("ill: ten rows, each several times the last", Diverging, dice => ForumRun.Epochs(dice.Scatter(0.1, 12, 40, 310, 2100, 16000, 1.2e5, 9e5, 7e6, 5e7, 4e8))),
        new("ill: a language model drifts off", Diverging, dice => ForumRun.Steps(dice.Scattered(300, t => t < 0.5 ? 2.4 + (7 * Math.Exp(-18 * t)) : 2.4 + (8 * (t - 0.5)), 0.02), 10, 1, rate: ForumRun.WarmCosine(300, 2e-3, 0.02))),
        new("ill: speech falls back to silence", Diverging, dice => ForumRun.Steps([.. dice.Scattered(120, t => 1.1 + (2.8 * Math.Exp(-6 * t)), 0.04), .. dice.Scattered(80, _ => 2.9, 0.006)], 50, 20)),
        new("ill: seven rows, down twice and then up", Diverging, dice => ForumRun.Epochs(dice.Scatter(0.03, 0.92, 0.71, 0.8, 1.3, 2.5, 6, 14))),
        new("ill: ratings ever worse", Diverging, dice => ForumRun.Epochs(dice.Scattered(30, t => t < 0.2 ? 1.15 - (0.75 * t) : 1.0 + (0.8 * (t - 0.2)), 0.012))),
        new("ill: all given back in the last fifth", Diverging, dice => Trace.Of(Metric.Loss, dice.Scattered(600, t => t < 0.8 ? 0.5 + (1.8 * Math.Exp(-8 * t)) : 0.5 + (11 * (t - 0.8)), 0.15)).Every(10)),
        new("ill: one jump to the eightfold, for good", Diverging, dice => Trace.Of(Metric.Loss, [.. dice.Scattered(70, t => 0.3 + (1.4 * Math.Exp(-6 * t)), 0.04), .. dice.Scattered(50, t => 2.6 - (0.3 * t), 0.03)]).Every(25)),
        new("ill: no numbers from the third row on", ["non-finite-loss"], _ => ForumRun.Epochs([1.9, 1.4, double.NaN, double.NaN, double.NaN, double.NaN])),
        new("ill: infinite once, then no number", ["non-finite-loss"], dice => Trace.Of(Metric.Loss, [.. dice.Scattered(40, t => 3.1 - (0.8 * t), 0.05), double.PositiveInfinity, .. Enumerable.Repeat(double.NaN, 30)]).Every(20)),
        new("ill: two rows in five are no numbers", ["non-finite-loss"], dice => Trace.Of(Metric.Loss, Enumerable.Range(0, 100).Select(i => i % 5 is 1 or 3 ? double.NaN : 1.5 * Math.Exp(0.05 * dice.Normal()))).Every(10)),
        new("ill: validation is no number from the middle on", ["non-finite-loss", "suspicious-validation", "implausible-loss"], dice => ForumRun.Epochs(dice.Scattered(20, t => 0.4 + (0.9 * Math.Exp(-5 * t)), 0.02), [.. dice.Scattered(10, t => 0.6 + (0.5 * Math.Exp(-5 * t)), 0.02), .. Enumerable.Repeat(double.NaN, 10)])),
    ];

    private static IEnumerable<CurveFamily> Impossible =>
    [
        new("ill: zero from two fifths on", ["vanished-loss"], dice => ForumRun.Steps([.. dice.Scattered(20, t => 1.9 - (0.4 * t), 0.04), .. Enumerable.Repeat(0.0, 30)], 10, 3, rate: ForumRun.Linear(50, 2e-4))) { Format = "huggingface" },
        new("ill: eight rows of zero", ["vanished-loss", "stalled-loss"], _ => ForumRun.Epochs([.. Enumerable.Repeat(0.0, 8)])),
        new("ill: binary cross entropy far below zero", ["implausible-loss", "diverging-loss"], dice => ForumRun.Epochs(dice.Jitter(0.5, [.. Enumerable.Range(1, 12).Select(i => -3.0 * i * i)]), null, dice.Scores(12, _ => 0.33, 0.004))),
        new("ill: known by heart before it began", ["suspicious-validation", "implausible-loss"], dice => ForumRun.Epochs(dice.Scatter(0.2, 0.004, 0.0011, 0.0006, 0.0004, 0.0003), dice.Scatter(0.2, 0.0009, 0.0005, 0.0004, 0.0003, 0.0002), [0.9992, 1, 1, 1, 1], [1, 1, 1, 1, 1])),
        new("ill: training at ninety-seven, validation at a tenth", ["suspicious-validation", "validation-at-chance", "overfitting", "mismatched-validation-data"], dice => ForumRun.Epochs(
            dice.Scattered(15, t => 0.08 + (1.6 * Math.Exp(-6 * t)), 0.03), dice.Scattered(15, t => 2.6 + (0.4 * t), 0.03), dice.Scores(15, t => 0.972 - (0.5 * Math.Exp(-6 * t)), 0.003), dice.Scores(15, _ => 0.1, 0.003))),
        new("ill: the same validation every time", ["suspicious-validation", "untrained-validation-weights"], dice => ForumRun.Epochs(dice.Scattered(14, t => 0.3 + (1.1 * Math.Exp(-5 * t)), 0.02), [.. Enumerable.Repeat(0.8841, 14)], null, [.. Enumerable.Repeat(0.613, 14)])),
        new("ill: validation equal to training to the last digit", ["suspicious-validation"], dice => dice.Scattered(18, t => 0.25 + (1.1 * Math.Exp(-5 * t)), 0.03) is var loss ? ForumRun.Epochs(loss, loss) : null!),
        new("ill: a language model begins above any guess", ["implausible-loss", .. Slow], dice => ForumRun.Steps(dice.Scattered(100, t => 10.9 + (5.3 * Math.Exp(-7 * t)), 0.01), 10, 1, rate: ForumRun.WarmCosine(100, 2e-5, 0.03))) { Format = "huggingface" },
    ];

    private static IEnumerable<CurveFamily> Rates =>
    [
        new("ill: a rate of zero from the first row to the last", ["degenerate-learning-rate"], dice => ForumRun.Steps(dice.Scattered(60, _ => 2.11, 0.02), 10, 3, rate: [.. Enumerable.Repeat(0.0, 60)])) { Format = "huggingface" },
        new("ill: the rate is used up after a third", ["degenerate-learning-rate"], dice => ForumRun.Steps(dice.Scattered(120, t => t < 0.33 ? 2.9 - (2 * t) : 2.24, 0.012), 50, 9, rate: [.. Enumerable.Range(0, 120).Select(i => Math.Max(0, 5e-5 * (1 - (i / 40.0))))])) { Format = "huggingface" },
        new("ill: still warming up when it ends", ["degenerate-learning-rate"], dice => ForumRun.Steps(dice.Scattered(100, t => 9.8 - (2.1 * t), 0.008), 10, 3, rate: [.. Enumerable.Range(1, 100).Select(i => i * 1e-6)])),
        new("ill: the rate halved every epoch", ["degenerate-learning-rate", .. Stuck], dice => ForumRun.Epochs(dice.Scattered(40, t => 1.45 + (0.8 * Math.Exp(-12 * t)), 0.003), dice.Scattered(40, t => 1.5 + (0.7 * Math.Exp(-12 * t)), 0.004)).And(Trace.Of(Metric.LearningRate, Enumerable.Range(0, 40).Select(i => 0.01 * Math.Pow(0.5, i))))),
    ];

    private static IEnumerable<CurveFamily> Mild =>
    [
        new("mild: a detector, seven per cent up towards the end", Overfitting, dice => ForumRun.Epochs(dice.Scattered(100, t => 0.8 + (2 * Math.Exp(-5 * t)), 0.015), dice.Scattered(100, t => t < 0.5 ? 1.4 + (3 * Math.Pow(0.5 - t, 2)) : 1.4 + (0.22 * (t - 0.5)), 0.012))) { IsMild = true },
        new("mild: a language model that could go on", ["slow-convergence", "underfitting"], dice => ForumRun.Steps(dice.Scattered(120, t => 6.9 - (2.4 * t), 0.008), 100, 1, dice.Scattered(10, t => 6.8 - (2.2 * t), 0.004))) { IsMild = true },
        new("mild: a quarter of noise in the validation loss", ["noisy-validation"], dice => ForumRun.Epochs(dice.Scattered(40, t => 0.2 + (0.9 * Math.Exp(-6 * t)), 0.02), dice.Scattered(40, t => 0.4 + (0.5 * Math.Exp(-8 * t)), 0.27))) { IsMild = true },
        new("mild: two bursts to the sixfold", Diverging, dice => Trace.Of(Metric.Loss, Enumerable.Range(0, 200).Select(i => (0.6 + (1.8 * Math.Exp(-i / 30.0))) * Math.Exp(0.04 * dice.Normal()) * (i is 90 or 91 or 150 or 151 ? 6 : 1))).Every(10)) { IsMild = true },
        new("mild: clicks, six per cent up in the last epochs", Overfitting, dice => ForumRun.Epochs(dice.Scatter(0.004, 0.47, 0.452, 0.441, 0.43, 0.418, 0.405), dice.Scatter(0.002, 0.459, 0.455, 0.457, 0.465, 0.475, 0.484))) { IsMild = true },
        new("mild: the last sixty epochs for nothing", ["overtraining", "plateaued-loss", "overfitting"], dice => ForumRun.Epochs(dice.Scattered(90, t => 0.35 + (1.2 * Math.Exp(-18 * t)), 0.006), dice.Scattered(90, t => 0.5 + (0.9 * Math.Exp(-20 * t)), 0.008))) { IsMild = true },
        new("mild: ten points between training and validation", Overfitting, dice => ForumRun.Epochs(dice.Scattered(30, t => 0.05 + (0.9 * Math.Exp(-6 * t)), 0.03), dice.Scattered(30, t => 0.4 + (0.5 * Math.Exp(-8 * t)), 0.03), dice.Scores(30, t => 0.985 - (0.35 * Math.Exp(-6 * t)), 0.003), dice.Scores(30, t => 0.88 - (0.25 * Math.Exp(-8 * t)), 0.006))) { IsMild = true, IsOpen = true },
        new("mild: begun again from nothing, by resuming", ["loss-spike", "diverging-loss", "degenerate-learning-rate"], dice => Trace.Of(Metric.Loss, [.. dice.Scattered(60, t => 0.4 + (1.9 * Math.Exp(-7 * t)), 0.03), .. dice.Scattered(60, t => 0.4 + (1.8 * Math.Exp(-7 * t)), 0.03)]).Every(20)) { IsMild = true },
    ];
}
