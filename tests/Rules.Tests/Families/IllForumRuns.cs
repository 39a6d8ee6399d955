namespace TrainingDoctor.Tests.Families;

/// <summary>Runs that people paste into forums because something is wrong with them.</summary>
/// <remarks>Written before the rules were measured on them, from what is known of such faults; none is taken from a log.</remarks>
internal static class IllForumRuns
{
    private static readonly string[] Overfitting = ["overfitting", "overtraining"];
    private static readonly string[] Stuck = ["stalled-loss", "plateaued-loss", "underfitting"];

    public static IReadOnlyList<CurveFamily> All { get; } =
    [
        new("ill: reviews learnt by heart in twenty epochs", Overfitting, dice => ForumRun.Epochs(
            dice.Scattered(20, t => 0.01 + (0.5 * Math.Exp(-6 * t)), 0.03), dice.Scattered(20, t => t < 0.16 ? 0.38 - (0.62 * t) : 0.28 + (0.75 * (t - 0.16)), 0.02), dice.Scores(20, t => 0.999 - (0.2 * Math.Exp(-7 * t)), 0.001), dice.Scores(20, t => 0.885 - (0.035 * t), 0.003))),
        new("ill: ten epochs, the last five uphill", Overfitting, dice => ForumRun.Epochs(
            dice.Scatter(0.01, 0.69, 0.55, 0.44, 0.36, 0.29, 0.24, 0.19, 0.16, 0.13, 0.11), dice.Scatter(0.012, 0.61, 0.53, 0.49, 0.46, 0.455, 0.47, 0.50, 0.54, 0.58, 0.63))),
        new("ill: validation rises from the first epoch", Overfitting, dice => ForumRun.Epochs(
            dice.Scatter(0.01, 0.44, 0.27, 0.16, 0.09, 0.05), dice.Scatter(0.008, 0.45, 0.48, 0.55, 0.63, 0.72), [0.79, 0.88, 0.94, 0.97, 0.985], [0.80, 0.795, 0.79, 0.785, 0.78])),
        new("ill: training right, validation at sixty percent", Overfitting, dice =>
        {
            int n = dice.OneOf(15, 30, 60);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.01 + (1.1 * Math.Exp(-6 * t)), 0.04), dice.Scattered(n, t => 0.95 + (1.9 * t), 0.03), dice.Scores(n, t => 0.998 - (0.5 * Math.Exp(-6 * t)), 0.002), dice.Scores(n, t => 0.6, 0.012));
        }),
        new("ill: scores alone, validation falls", Overfitting, dice =>
        {
            int n = dice.OneOf(20, 40);
            return Trace.Of(Metric.Accuracy, dice.Scores(n, t => 0.6 + (0.39 * Math.Sqrt(t)), 0.006)).And(Trace.Of(Metric.ValidationAccuracy, dice.Scores(n, t => t < 0.35 ? 0.66 + (0.23 * t) : 0.74 - (0.18 * (t - 0.35)), 0.008)));
        }),
        new("ill: a regression that learns its noise", Overfitting, dice =>
        {
            int n = dice.OneOf(40, 100, 300);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.01 + (0.5 * Math.Exp(-5 * t)), 0.05), dice.Scattered(n, t => t < 0.25 ? 0.3 - (0.4 * t) : 0.2 + (0.33 * (t - 0.25)), 0.07));
        }),
        new("ill: instructions seen ten times", Overfitting, dice =>
        {
            const int rows = 100;
            double[] loss = [.. Enumerable.Range(0, rows).Select(i => (1.35 * Math.Exp(-0.36 * (i / 10))) * Math.Exp(0.04 * dice.Normal()))];
            return ForumRun.Steps(loss, 10, 10, dice.Scatter(0.006, 1.27, 1.21, 1.22, 1.29, 1.4, 1.54, 1.69, 1.84, 1.96, 2.05), rate: ForumRun.Linear(rows, 2e-4));
        }) { Format = "huggingface" },
        new("ill: a gap that nobody closes", Overfitting, dice =>
        {
            int n = dice.OneOf(30, 80, 150);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.015 + (1.4 * Math.Exp(-8 * t)), 0.04), dice.Scattered(n, t => 1.15 + (0.5 * Math.Exp(-25 * t)), 0.03), dice.Scores(n, t => 0.996 - (0.5 * Math.Exp(-8 * t)), 0.002), dice.Scores(n, t => 0.62 - (0.15 * Math.Exp(-25 * t)), 0.01));
        }),
        new("ill: a rise with noise of fifteen percent", Overfitting, dice =>
        {
            int n = dice.OneOf(40, 80, 150);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.02 + (0.8 * Math.Exp(-5 * t)), 0.05), dice.Scattered(n, t => t < 0.2 ? 0.8 - (1.5 * t) : 0.5 + (0.75 * (t - 0.2)), 0.15));
        }),
        new("ill: four epochs uphill", Overfitting, dice => ForumRun.Epochs(dice.Scatter(0.01, 0.52, 0.31, 0.18, 0.10), dice.Scatter(0.01, 0.33, 0.36, 0.44, 0.55))),
        new("mild: three percent and then fifteen, late", Overfitting, dice =>
        {
            int n = dice.OneOf(60, 100);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.05 + (0.9 * Math.Exp(-4 * t)), 0.02), dice.Scattered(n, t => 0.5 + (0.6 * Math.Exp(-8 * t)) + (t > 0.6 ? 0.19 * (t - 0.6) : 0), 0.01));
        }) { IsMild = true },
        new("mild: six percent uphill", Overfitting, dice =>
        {
            int n = dice.OneOf(12, 25, 50);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.1 + (0.9 * Math.Exp(-4 * t)), 0.02), dice.Scattered(n, t => 0.5 + (0.6 * Math.Exp(-14 * t)) + (0.04 * t), 0.005));
        }) { IsMild = true },
        new("mild: surer and surer, and a little better", Overfitting, dice =>
        {
            int n = dice.OneOf(15, 30);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.03 + (0.7 * Math.Exp(-5 * t)), 0.03), dice.Scattered(n, t => (0.35 + (0.4 * Math.Exp(-12 * t))) * (1 + (0.32 * t)), 0.012), null, dice.Scores(n, t => 0.86 + (0.03 * t) - (0.15 * Math.Exp(-12 * t)), 0.002));
        }) { IsMild = true },
        new("mild: speech recognition, a rise of ten percent while the errors fall", Overfitting, dice =>
            ForumRun.Steps(dice.Scattered(40, t => 0.01 + (1.1 * Math.Exp(-7 * t)), 0.05), 25, 6, dice.Scatter(0.006, 0.31, 0.288, 0.291, 0.299, 0.308, 0.318), null, ForumRun.Linear(40, 1e-5))
                .And(Trace.Of(Metric.ValidationError, [34.2, 32.1, 31.4, 30.9, 30.7, 30.6]).Every(166).From(166))) { IsMild = true, Format = "huggingface" },

        new("ill: the validation loss between a third and the threefold", ["noisy-validation"], dice =>
        {
            int n = dice.OneOf(20, 50, 100);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.15 + (0.9 * Math.Exp(-5 * t)), 0.02), dice.Scattered(n, t => 0.5 + (0.4 * Math.Exp(-6 * t)), 0.5), dice.Scores(n, t => 0.95 - (0.3 * Math.Exp(-5 * t)), 0.005), dice.Scores(n, t => 0.8, 0.09));
        }),
        new("ill: the validation score between a half and nine tenths", ["noisy-validation"], dice =>
        {
            int n = dice.OneOf(15, 30, 60);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.15 + (0.9 * Math.Exp(-5 * t)), 0.02), null, dice.Scores(n, t => 0.95 - (0.3 * Math.Exp(-5 * t)), 0.005), [.. Enumerable.Range(0, n).Select(_ => Math.Round(dice.Between(0.45, 0.92), 3))]);
        }),
        new("ill: ten validations, up and down", ["noisy-validation"], dice => ForumRun.Epochs(
            dice.Scatter(0.02, 1.1, 0.8, 0.62, 0.5, 0.42, 0.36, 0.31, 0.27, 0.24, 0.22), dice.Scatter(0.05, 0.9, 1.4, 0.7, 0.62, 1.8, 0.66, 1.2, 0.55, 1.6, 0.7))),
        new("ill: three validations thrown far off", ["noisy-validation"], dice =>
        {
            double[] validation = dice.Scattered(18, t => 0.35 + (0.6 * Math.Exp(-6 * t)), 0.04);
            validation[6] *= dice.Between(3, 6);
            validation[10] *= dice.Between(2.5, 5);
            validation[15] *= dice.Between(3, 6);
            return ForumRun.Epochs(dice.Scattered(18, t => 0.2 + (0.8 * Math.Exp(-5 * t)), 0.02), validation);
        }),
        new("mild: one validation thrown far off", ["noisy-validation", "loss-spike"], dice =>
        {
            double[] validation = dice.Scattered(30, t => 0.35 + (0.6 * Math.Exp(-6 * t)), 0.04);
            validation[17] *= dice.Between(3, 5);
            return ForumRun.Epochs(dice.Scattered(30, t => 0.2 + (0.8 * Math.Exp(-5 * t)), 0.02), validation);
        }) { IsMild = true },

        new("mild: twelve samples of validation", ["noisy-validation"], dice =>
        {
            int n = dice.OneOf(25, 50, 80);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.25 + (0.6 * Math.Exp(-4 * t)), 0.08), dice.Scattered(n, t => 0.42 + (0.4 * Math.Exp(-5 * t)), 0.07), dice.Scores(n, t => 0.9 - (0.35 * Math.Exp(-4 * t)), 0.03),
                [.. dice.Scores(n, t => 0.83 - (0.3 * Math.Exp(-5 * t)), 0.05).Select(s => Math.Round(12 * s) / 12)]);
        }) { IsMild = true },

        new("ill: six rows of ln 10", Stuck, dice => ForumRun.Epochs(dice.Jitter(0.0006, 2.3041, 2.3031, 2.3029, 2.3028, 2.3028, 2.3027), dice.Jitter(0.0003, 2.3028, 2.3027, 2.3027, 2.3027, 2.3027, 2.3027), dice.Jitter(0.001, 0.098, 0.1, 0.1, 0.099, 0.1, 0.1), [0.1, 0.1, 0.1, 0.1, 0.1, 0.1])),
        new("ill: five rows of ln 2", Stuck, dice => ForumRun.Epochs(dice.Jitter(0.0004, 0.6936, 0.6933, 0.6932, 0.6932, 0.6931), null, dice.Jitter(0.003, 0.497, 0.501, 0.499, 0.5, 0.502))),
        new("ill: eight rows of ln 100", Stuck, dice => ForumRun.Epochs(dice.Jitter(0.0015, 4.6081, 4.6066, 4.6061, 4.6058, 4.6057, 4.6056, 4.6055, 4.6055))),
        new("ill: one answer for all", Stuck, dice => ForumRun.Epochs([.. Enumerable.Repeat(dice.OneOf(0, 1) == 0 ? 7.9712 : 7.6246, dice.OneOf(4, 8, 20))], null, [.. Enumerable.Repeat(0.5, 4)])),
        new("ill: two hundred batches at ln 10", Stuck, dice => Trace.Of(Metric.Loss, dice.Scattered(200, _ => 2.305, 0.008))),
        new("ill: forty epochs at ln 100", Stuck, dice => ForumRun.Epochs(dice.Scattered(40, t => 4.606 - (0.012 * t), 0.0008), dice.Scattered(40, t => 4.606 - (0.01 * t), 0.0008), null, dice.Scores(40, _ => 0.0105, 0.0008))),
        new("ill: standardised targets and their variance", Stuck, dice =>
        {
            int n = dice.OneOf(20, 60, 120);
            return ForumRun.Epochs(dice.Scattered(n, _ => 0.998, 0.006), dice.Scattered(n, _ => 1.01, 0.004));
        }),
        new("ill: a tenth won in fifty epochs", ["slow-convergence", "underfitting", "stalled-loss", "plateaued-loss"], dice => ForumRun.Epochs(dice.Scattered(50, t => 2.303 - (0.25 * t), 0.003), dice.Scattered(50, t => 2.302 - (0.24 * t), 0.003), dice.Scores(50, t => 0.11 + (0.09 * t), 0.004), dice.Scores(50, t => 0.11 + (0.09 * t), 0.006))),
        new("ill: a coin toss for forty epochs", ["slow-convergence", .. Stuck], dice => ForumRun.Epochs(dice.Scattered(40, t => 0.694 - (0.014 * t), 0.0025), dice.Scattered(40, t => 0.694 - (0.01 * t), 0.003), dice.Scores(40, t => 0.505 + (0.025 * t), 0.008), dice.Scores(40, t => 0.503 + (0.015 * t), 0.012))),
        new("ill: a third right after four epochs and after forty", Stuck, dice =>
        {
            int n = dice.OneOf(20, 40);
            return ForumRun.Epochs(dice.Scattered(n, t => 1.79 + (0.5 * Math.Exp(-40 * t)), 0.004), dice.Scattered(n, t => 1.8 + (0.45 * Math.Exp(-40 * t)), 0.006), dice.Scores(n, t => 0.34 - (0.15 * Math.Exp(-40 * t)), 0.004), dice.Scores(n, t => 0.335 - (0.13 * Math.Exp(-40 * t)), 0.006));
        }),
        new("ill: from a hundred thousand to the variance", Stuck, dice =>
        {
            int n = dice.OneOf(30, 60);
            return ForumRun.Epochs([dice.Factor(1e4, 1e6), dice.Factor(50, 500), dice.Between(1.2, 2), .. dice.Scattered(n, _ => 0.985, 0.004)]);
        }),
        new("ill: characters by their frequency", Stuck, dice => Trace.Of(Metric.Loss, dice.Scattered(dice.OneOf(50, 100), t => 3.02 + (0.35 * Math.Exp(-40 * t)), 0.008)).Every(100)),
        new("ill: blanks for ever", Stuck, dice =>
        {
            int n = dice.OneOf(30, 60, 100);
            return ForumRun.Epochs(dice.Scattered(n, t => 2.88 + (25 * Math.Exp(-60 * t)), 0.006), dice.Scattered(n, t => 2.91 + (3 * Math.Exp(-60 * t)), 0.005)).And(Trace.Of(Metric.ValidationError, Enumerable.Repeat(1.0, n)));
        }),
        new("mild: still falling when it ends", ["slow-convergence", "underfitting"], dice => ForumRun.Epochs(
            dice.Scatter(0.008, 2.2, 2.12, 2.05, 1.97, 1.9, 1.83, 1.77, 1.7, 1.64, 1.58, 1.52, 1.46), dice.Scatter(0.01, 2.16, 2.08, 2.01, 1.94, 1.87, 1.8, 1.74, 1.68, 1.62, 1.56, 1.5, 1.45))) { IsMild = true },

        new("ill: zeros in place of NaN", ["vanished-loss", "non-finite-gradient", "non-finite-loss"], dice =>
        {
            int rows = dice.OneOf(10, 40, 100);
            return ForumRun.Steps([.. dice.Scattered(rows, t => 1.2 + (0.3 * Math.Exp(-3 * t)), 0.05), .. Enumerable.Repeat(0.0, rows)], 10, 2);
        }) { Format = "huggingface" },
        new("ill: a cross entropy below zero", ["implausible-loss", "invalid-target"], dice =>
        {
            int n = dice.OneOf(6, 10, 30);
            return ForumRun.Epochs([.. Enumerable.Range(0, n).Select(i => (0.6 - (2.5 * i)) * Math.Exp(0.03 * dice.Normal()))], null, dice.Scores(n, _ => 0.33, 0.01));
        }),
        new("ill: the smallest number of single precision", ["implausible-loss"], dice => Trace.Of(Metric.Loss, [.. dice.Scattered(4, _ => 6.9, 0.05), .. Enumerable.Repeat(87.3365, dice.OneOf(6, 30))]).Every(20)),
        new("ill: a sum over the batch", ["implausible-loss", "sum-reduced-loss"], dice =>
        {
            double batch = Math.Pow(2, dice.OneOf(4, 5, 6, 7));
            int n = dice.OneOf(8, 20);
            return ForumRun.Epochs([batch * Math.Log(10) * 1.0005, .. dice.Scattered(n, t => batch * (0.8 + (1.2 * Math.Exp(-3 * t))), 0.01)], null, dice.Scores(n + 1, t => 0.72 - (0.62 * Math.Exp(-3 * t)), 0.005));
        }),
        new("ill: perfect from the first epoch", ["suspicious-validation"], dice =>
        {
            int n = dice.OneOf(5, 10, 20);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.04 + (0.45 * Math.Exp(-6 * t)), 0.03), dice.Scattered(n, _ => 1e-5, 0.4), dice.Scores(n, t => 0.985 - (0.15 * Math.Exp(-6 * t)), 0.002), [.. Enumerable.Repeat(1.0, n)]);
        }),
        new("ill: worse than guessing any word", ["implausible-loss"], dice =>
        {
            int rows = dice.OneOf(30, 100);
            return ForumRun.Steps(dice.Scattered(rows, t => 6.8 + (8.4 * Math.Exp(-8 * t)), 0.015), 10, 3, rate: ForumRun.WarmCosine(rows, 1e-4, 0.03));
        }) { Format = "huggingface" },
        new("ill: probabilities fed into the softmax", ["implausible-loss", "output-loss-mismatch"], dice =>
        {
            int n = dice.OneOf(10, 20, 50);
            return ForumRun.Epochs(dice.Scattered(n, t => 1.48 + (0.5 * Math.Exp(-15 * t)), 0.002), dice.Scattered(n, t => 1.49 + (0.4 * Math.Exp(-15 * t)), 0.002), dice.Scores(n, t => 0.985 - (0.4 * Math.Exp(-15 * t)), 0.002), dice.Scores(n, t => 0.975 - (0.35 * Math.Exp(-15 * t)), 0.003));
        }),
        new("ill: every validation is no number", ["non-finite-loss"], dice => ForumRun.Epochs(dice.Scattered(10, t => 0.3 + Math.Exp(-4 * t), 0.03), [.. Enumerable.Repeat(double.NaN, 10)])),
        new("ill: zero loss and zero accuracy", ["vanished-loss"], dice => ForumRun.Epochs([.. Enumerable.Repeat(0.0, dice.OneOf(4, 10))], null, [.. Enumerable.Repeat(0.0, 4)])),
        new("ill: validation equal to training", ["suspicious-validation"], dice =>
        {
            double[] losses = dice.Scattered(15, t => 0.2 + Math.Exp(-5 * t), 0.02);
            return ForumRun.Epochs(losses, losses);
        }),
        new("ill: infinity in the middle", ["non-finite-loss"], dice =>
        {
            double[] losses = dice.Scattered(40, t => 0.5 + (2 * Math.Exp(-4 * t)), 0.03);
            losses[21] = double.PositiveInfinity;
            losses[22] = double.NaN;
            losses[23] = double.NaN;
            return Trace.Of(Metric.Loss, losses).Every(10);
        }),

        new("ill: a rate of zero in every row", ["degenerate-learning-rate"], dice =>
        {
            int rows = dice.OneOf(6, 20, 60);
            return ForumRun.Steps(dice.Scattered(rows, _ => 2.1, 0.02), 10, 2, rate: [.. Enumerable.Repeat(0.0, rows)]);
        }) { Format = "huggingface" },
        new("ill: the schedule ended long before the run", ["degenerate-learning-rate"], dice =>
        {
            int rows = dice.OneOf(40, 120);
            double end = dice.Between(0.45, 0.7);
            return ForumRun.Steps(dice.Scattered(rows, t => 1.1 + (0.9 * Math.Exp(-5 * Math.Min(t, end))), 0.03), 10, 5, rate: [.. Enumerable.Range(0, rows).Select(i => Math.Max(0, 2e-4 * (1 - (i / (end * rows)))))]);
        }) { Format = "huggingface" },
        new("ill: one-cycle stepped once an epoch", ["degenerate-learning-rate"], dice =>
        {
            int n = dice.OneOf(20, 40);
            const double steps = 12000;
            return ForumRun.Epochs(dice.Scattered(n, t => 0.9 + (1.2 * Math.Exp(-4 * t)), 0.01), dice.Scattered(n, t => 0.95 + (1.1 * Math.Exp(-4 * t)), 0.015))
                .And(Trace.Of(Metric.LearningRate, Enumerable.Range(0, n).Select(i => 4e-5 + (0.001 * 0.5 * (1 - Math.Cos(Math.PI * (i + 1) * 40 / steps))))));
        }),
        new("ill: a warm-up as long as the run", ["degenerate-learning-rate", "slow-convergence"], dice =>
        {
            int rows = dice.OneOf(30, 100);
            return ForumRun.Steps(dice.Scattered(rows, t => 1.5 + (0.9 * Math.Exp(-2 * t)), 0.02), 10, 4, rate: [.. Enumerable.Range(1, rows).Select(i => 1e-6 * i)]);
        }),
        new("ill: the rate a hundredfold, and the loss with it", ["degenerate-learning-rate", "diverging-loss", "loss-spike"], dice =>
        {
            int rows = dice.OneOf(80, 160);
            return ForumRun.Steps([.. dice.Scattered(rows / 2, t => 0.5 + (1.8 * Math.Exp(-5 * t)), 0.03), .. dice.Scattered(rows / 2, t => 6.9, 0.02)], 10, 6, rate: [.. Enumerable.Range(0, rows / 2 * 2).Select(i => i < rows / 2 ? 1e-3 : 0.1)]);
        }),
        new("ill: resumed with the first rate, the loss thrown back", ["degenerate-learning-rate", "diverging-loss", "loss-spike"], dice =>
        {
            int rows = dice.OneOf(80, 200);
            double at = dice.Between(0.5, 0.7);
            int from = (int)(at * rows);
            return ForumRun.Steps(dice.Scattered(rows, t => t < at ? 0.6 + (1.9 * Math.Exp(-6 * t)) : 0.95 + (0.35 * Math.Exp(-20 * (t - at))), 0.02), 10, 6, rate: [.. Enumerable.Range(0, rows).Select(i => i < from ? 5e-4 * (1 - (i / (double)rows)) : 5e-4)]);
        }),

        new("ill: no number from three fifths on", ["non-finite-loss"], dice =>
        {
            int n = dice.OneOf(10, 30, 100);
            return Trace.Of(Metric.Loss, [.. dice.Scattered(n, t => 1.1 + Math.Exp(-4 * t), 0.03), .. Enumerable.Repeat(double.NaN, n * 2 / 3)]).Every(20);
        }),
        new("ill: down, and then up beyond the start", ["diverging-loss"], dice =>
        {
            int n = dice.OneOf(20, 60, 200);
            return Trace.Of(Metric.Loss, dice.Scattered(n, t => t < 0.4 ? 2.3 - (3 * t) : 1.1 + (4 * (t - 0.4)), 0.04)).Every(10);
        }),
        new("ill: one step, and never the same again", ["diverging-loss", "loss-spike"], dice =>
        {
            int n = dice.OneOf(30, 100, 400);
            double at = dice.Between(0.4, 0.7);
            return Trace.Of(Metric.Loss, dice.Scattered(n, t => t < at ? 0.45 + (2 * Math.Exp(-7 * t)) : 6.91, 0.03)).Every(10);
        }),
        new("ill: spike after spike", ["loss-spike", "oscillating-loss", "diverging-loss"], dice =>
        {
            double[] losses = dice.Scattered(300, t => 0.4 + (2 * Math.Exp(-7 * t)), 0.06);
            for (int i = 60; i < 300; i += dice.OneOf(11, 17, 23))
            {
                losses[i] *= dice.Factor(1500, 1e5);
            }

            return Trace.Of(Metric.Loss, losses).Every(10);
        }),
        new("ill: gradients that are no numbers", ["non-finite-gradient", "non-finite-loss"], dice =>
            ForumRun.Steps(dice.Scattered(60, t => 1.4 + (0.8 * Math.Exp(-4 * Math.Min(t, 0.4))), 0.05), 10, 2).And(Trace.Of(Metric.GlobalGradientNorm, [.. dice.Scattered(24, _ => 1.1, 0.3), .. Enumerable.Repeat(double.NaN, 36)]).Every(10).From(10))) { Format = "huggingface" },
        new("ill: growth from the first step", ["diverging-loss", "non-finite-loss"], dice => Trace.Of(Metric.Loss, Enumerable.Range(0, dice.OneOf(5, 8, 15)).Select(i => 120 * Math.Pow(dice.Between(3, 30), i)))),
        new("ill: three rows and the numbers are gone", ["non-finite-loss", "diverging-loss"], dice => Trace.Of(Metric.Loss, 1543.2, dice.Factor(1e7, 1e12), dice.Factor(1e18, 1e30), double.NaN, double.NaN)),
        new("ill: up and down each epoch", ["oscillating-loss"], dice =>
        {
            int n = dice.OneOf(24, 40, 80);
            return Trace.Of(Metric.Loss, Enumerable.Range(0, n).Select(i => (i % 2 == 0 ? 0.7 : 1.5) * Math.Exp(0.08 * dice.Normal())));
        }),
        new("ill: a rate that throws the loss about", ["oscillating-loss", "stalled-loss", "diverging-loss"], dice => ForumRun.Epochs([.. Enumerable.Range(0, dice.OneOf(25, 50, 100)).Select(_ => dice.Between(2.2, 7.5))])),

        new("ill: training right, validation at a tenth", ["suspicious-validation", "validation-at-chance", .. Overfitting], dice =>
        {
            int n = dice.OneOf(8, 15, 40);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.05 + (1.9 * Math.Exp(-5 * t)), 0.03), dice.Scattered(n, t => 2.4 + (3.5 * t), 0.04), dice.Scores(n, t => 0.98 - (0.65 * Math.Exp(-5 * t)), 0.004), dice.Scores(n, _ => 0.1, 0.004));
        }),
        new("ill: training right, validation exactly a half", ["suspicious-validation", "validation-at-chance", .. Overfitting], dice =>
        {
            int n = dice.OneOf(6, 10, 20);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.05 + (0.6 * Math.Exp(-5 * t)), 0.03), dice.Scattered(n, t => 0.75 + (1.5 * t), 0.1), dice.Scores(n, t => 0.985 - (0.35 * Math.Exp(-5 * t)), 0.004), [.. Enumerable.Repeat(0.5, n)]);
        }),
        new("mild: begun again from nothing in the middle", ["loss-spike", "diverging-loss"], dice =>
        {
            int n = dice.OneOf(100, 200);
            return Trace.Of(Metric.Loss, dice.Scattered(n, t => 0.6 + (1.7 * Math.Exp(-9 * (t < 0.5 ? t : t - 0.5))), 0.02)).Every(10);
        }) { IsMild = true },
    ];
}
