namespace TrainingDoctor.Tests.Families;

/// <summary>Runs of which nobody in a forum would say that something is wrong, as their authors paste them.</summary>
/// <remarks>Written before the rules were measured on them, from what is known of such trainings; none is taken from a log.</remarks>
internal static class HealthyForumRuns
{
    public static IReadOnlyList<CurveFamily> All { get; } =
    [
        new("healthy: five epochs of digits", [], dice => ForumRun.Epochs(
            dice.Scatter(0.02, 0.301, 0.131, 0.0896, 0.0681, 0.0536), dice.Scatter(0.05, 0.148, 0.104, 0.0872, 0.0801, 0.0774), [0.912, 0.961, 0.973, 0.979, 0.983], [0.955, 0.968, 0.973, 0.975, 0.977])),
        new("healthy: a residual network, the rate cut twice", [], dice =>
        {
            int n = dice.OneOf(90, 120, 160);
            double Cut(double t) => t < 0.5 ? 1 : t < 0.75 ? 0.35 : 0.25;
            double[] validation = [.. Enumerable.Range(0, n).Select(i => (0.25 + (0.45 * Cut(i / (double)n)) + (1.2 * Math.Exp(-12.0 * i / n))) * Math.Exp((i < n / 2 ? 0.13 : 0.02) * dice.Normal()))];
            double[] score = [.. validation.Select(v => Math.Round(0.97 - (0.19 * v), 4))];
            return ForumRun.Epochs(dice.Scattered(n, t => 0.02 + (0.4 * Cut(t)) + (1.3 * Math.Exp(-12 * t)), 0.03), validation, null, score);
        }),
        new("healthy: one-cycle with a high rate in the middle", [], dice =>
        {
            int n = dice.OneOf(20, 30, 40);
            double Bump(double t) => 0.25 * Math.Exp(-Math.Pow((t - 0.35) / 0.12, 2));
            double[] rate = [.. Enumerable.Range(0, n).Select(i => i < 0.3 * n ? 0.004 + (0.096 * i / (0.3 * n)) : 0.1 * (1 - ((i - (0.3 * n)) / (0.7 * n))) + 1e-5)];
            return ForumRun.Epochs(dice.Scattered(n, t => 0.1 + (0.4 * (1 - t)) + (1.2 * Math.Exp(-8 * t)) + Bump(t) * 0.3, 0.02), dice.Scattered(n, t => 0.28 + (0.4 * (1 - t)) + (1.1 * Math.Exp(-8 * t)) + Bump(t), 0.05))
                .And(Trace.Of(Metric.LearningRate, rate));
        }),
        new("healthy: BERT for three epochs", [], dice =>
        {
            int rows = dice.OneOf(12, 30, 90);
            return ForumRun.Steps(dice.Scattered(rows, t => 0.2 + (0.42 * Math.Exp(-3 * t)), 0.12), 50, 3, dice.Scatter(0.01, 0.412, 0.384, 0.391), dice.Jitter(0.003, 0.828, 0.846, 0.852), ForumRun.WarmCosine(rows, 2e-5, 0.1));
        }),
        new("healthy: LoRA on instructions", [], dice =>
        {
            int rows = dice.OneOf(60, 150, 400);
            return ForumRun.Steps(dice.Scattered(rows, t => 1.12 + (0.5 * Math.Exp(-25 * t)) - (0.06 * t), 0.09), 10, 1, rate: ForumRun.WarmCosine(rows, 2e-4, 0.03));
        }) { Format = "huggingface" },
        new("healthy: a language model from scratch", [], dice =>
        {
            int rows = dice.OneOf(150, 500, 2000);
            return ForumRun.Steps(dice.Scattered(rows, t => 2.7 + (8 * Math.Pow(1 + (300 * t), -0.5)), 0.015), 100, 1, dice.Scattered(15, t => 2.75 + (8 * Math.Pow(1 + (300 * (t + 0.06)), -0.5)), 0.004), rate: ForumRun.WarmCosine(rows, 6e-4, 0.02));
        }) { Format = "huggingface" },
        new("healthy: the first lines of a pretraining, still warming up", [], dice =>
        {
            int rows = dice.OneOf(15, 40, 80);
            return ForumRun.Steps(dice.Scattered(rows, t => 6.1 + (4.7 * Math.Exp(-3 * t)), 0.01), 10, 0.004, rate: [.. Enumerable.Range(1, rows).Select(i => 1.5e-7 * i)]);
        }),
        new("healthy: distillation, slow and steady", [], dice =>
        {
            int n = dice.OneOf(60, 150, 300);
            return ForumRun.Epochs(dice.Scattered(n, t => 1.9 + (0.95 * Math.Exp(-3 * t)), 0.006), dice.Scattered(n, t => 0.82 + (0.5 * Math.Exp(-3.5 * t)), 0.012), null, dice.Scores(n, t => 0.79 - (0.16 * Math.Exp(-3.5 * t)), 0.003));
        }),
        new("healthy: a detector whose mosaic is closed at the end", [], dice =>
        {
            int n = dice.OneOf(50, 100, 200);
            return ForumRun.Epochs(dice.Scattered(n, t => (2.1 + (1.7 * Math.Exp(-5 * t)) - (0.3 * t)) * (t > 0.9 ? 0.9 : 1), 0.012), dice.Scattered(n, t => 2.3 + (1.6 * Math.Exp(-6 * t)), 0.025), null, dice.Scores(n, t => 0.62 - (0.55 * Math.Exp(-5 * t)), 0.012));
        }),
        new("healthy: segmentation by the Dice loss", [], dice =>
        {
            int n = dice.OneOf(25, 50, 120);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.11 + (0.6 * Math.Exp(-6 * t)), 0.02), dice.Scattered(n, t => 0.17 + (0.5 * Math.Exp(-7 * t)), 0.05), null, dice.Scores(n, t => 0.85 - (0.5 * Math.Exp(-7 * t)), 0.01));
        }),
        new("healthy: house prices in squared thousands", [], dice =>
        {
            int n = dice.OneOf(30, 100, 300);
            return ForumRun.Epochs(dice.Scattered(n, t => 900 + (42000 * Math.Exp(-14 * t)), 0.05), dice.Scattered(n, t => 1150 + (38000 * Math.Exp(-14 * t)), 0.08));
        }),
        new("healthy: a regression with a small validation set", [], dice =>
        {
            int n = dice.OneOf(25, 60, 150);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.06 + (0.9 * Math.Exp(-6 * t)), 0.04), dice.Scattered(n, t => 0.09 + (0.8 * Math.Exp(-6 * t)), 0.12));
        }),
        new("healthy: a variational autoencoder", [], dice =>
        {
            int n = dice.OneOf(20, 50, 100);
            return ForumRun.Epochs(dice.Scattered(n, t => 105 + (70 * Math.Exp(-9 * t)) + (360 * Math.Exp(-60 * t)), 0.003), dice.Scattered(n, t => 106.5 + (66 * Math.Exp(-10 * t)), 0.003));
        }),
        new("healthy: a diffusion model", [], dice =>
        {
            int rows = dice.OneOf(100, 400, 1000);
            return ForumRun.Steps(dice.Scattered(rows, t => 0.026 + (0.9 * Math.Exp(-150 * t)) + (0.02 * Math.Exp(-8 * t)), 0.15), 100, 50);
        }),
        new("healthy: an autoencoder", [], dice =>
        {
            int n = dice.OneOf(10, 30, 50);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.0021 + (0.07 * Math.Exp(-12 * t)), 0.02), dice.Scattered(n, t => 0.0023 + (0.05 * Math.Exp(-12 * t)), 0.02));
        }),
        new("healthy: contrastive pretraining", [], dice =>
        {
            int n = dice.OneOf(60, 200, 500);
            return ForumRun.Epochs(dice.Scattered(n, t => 4.6 + (2.1 * Math.Pow(1 + (60 * t), -0.55)), 0.006)).And(Trace.Of(Metric.LearningRate, ForumRun.WarmCosine(n, 0.6, 0.05)));
        }),
        new("healthy: speech by CTC, after its plateau of blanks", [], dice =>
        {
            int n = dice.OneOf(40, 100, 200);
            double Level(double t) => t < 0.05 ? 30 * Math.Pow(0.097, t / 0.05) : t < 0.2 ? 2.9 : 0.25 + (2.65 * Math.Exp(-9 * (t - 0.2)));
            return ForumRun.Epochs(dice.Scattered(n, Level, 0.02), dice.Scattered(n, t => 1.1 * Level(t), 0.025)).And(Trace.Of(Metric.ValidationError, dice.Scores(n, t => t < 0.2 ? 0.99 : 0.11 + (0.85 * Math.Exp(-9 * (t - 0.2))), 0.01)));
        }),
        new("healthy: translation with smoothed labels", [], dice =>
        {
            int n = dice.OneOf(20, 40);
            return ForumRun.Epochs(dice.Scattered(n, t => 3.6 + (4.2 * Math.Exp(-6 * t)), 0.006), dice.Scattered(n, t => 3.3 + (3.2 * Math.Exp(-7 * t)), 0.004));
        }),
        new("healthy: stopped early, the best five epochs ago", [], dice =>
        {
            int n = dice.OneOf(8, 15, 30);
            double[] falling = dice.Scattered(n, t => 0.48 + (0.9 * Math.Exp(-5 * t)), 0.008);
            return ForumRun.Epochs(dice.Scattered(n + 5, t => 0.4 + (1.1 * Math.Exp(-4.5 * t)), 0.01), [.. falling, .. Enumerable.Range(0, 5).Select(_ => falling.Min() * dice.Between(1.002, 1.025))]);
        }),
        new("healthy: warm restarts", [], dice =>
        {
            int n = dice.OneOf(60, 140);
            int[] periods = [n / 7, 2 * n / 7, n - (n / 7) - (2 * n / 7)];
            var rate = new List<double>();
            foreach (int period in periods)
            {
                rate.AddRange(Enumerable.Range(0, period).Select(i => 0.05 * (1 + Math.Cos(Math.PI * i / period)) + 1e-5));
            }

            double[] loss = [.. rate.Select((r, i) => (0.12 + (1.2 * Math.Exp(-7.0 * i / n)) + (2.2 * r)) * Math.Exp(0.02 * dice.Normal()))];
            double[] validation = [.. rate.Select((r, i) => (0.3 + (1.1 * Math.Exp(-7.0 * i / n)) + (1.8 * r)) * Math.Exp(0.05 * dice.Normal()))];
            return ForumRun.Epochs(loss, validation).And(Trace.Of(Metric.LearningRate, rate));
        }),
        new("healthy: resumed, the loss a little higher for a while", [], dice =>
        {
            int rows = dice.OneOf(80, 200);
            double at = dice.Between(0.4, 0.7);
            double[] rate = ForumRun.WarmCosine(rows, 3e-4, 0.03);
            return ForumRun.Steps(dice.Scattered(rows, t => 0.6 + (1.8 * Math.Exp(-4 * t)) + (t >= at ? 0.05 * Math.Exp(-40 * (t - at)) : 0), 0.02), 20, 4, rate: rate);
        }),
        new("healthy: the mean of all losses so far", [], dice =>
        {
            double sum = 0;
            int rows = dice.OneOf(200, 1500);
            double[] single = dice.Scattered(rows, t => 0.12 - (0.012 * t), 0.5);
            return Trace.Of(Metric.Loss, single.Select((loss, i) => (sum += loss) / (i + 1)));
        }),
        new("healthy: the mean of the epoch so far, begun anew each epoch", [], dice =>
        {
            int epochs = dice.OneOf(3, 6);
            const int rows = 60;
            var losses = new List<double>();
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                double sum = 0;
                for (int i = 0; i < rows; i++)
                {
                    sum += 0.35 + (1.3 * Math.Exp(-1.4 * (epoch + (i / (double)rows)))) + (0.15 * dice.Normal());
                    losses.Add(sum / (i + 1));
                }
            }

            return Trace.Of(Metric.Loss, losses).Every(10);
        }),
        new("healthy: validation below training, by dropout", [], dice =>
        {
            int n = dice.OneOf(15, 40, 100);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.55 + (0.9 * Math.Exp(-5 * t)), 0.015), dice.Scattered(n, t => 0.38 + (0.8 * Math.Exp(-5 * t)), 0.03), dice.Scores(n, t => 0.81 - (0.3 * Math.Exp(-5 * t)), 0.005), dice.Scores(n, t => 0.87 - (0.25 * Math.Exp(-5 * t)), 0.012));
        }),
        new("healthy: preferences, from ln 2", [], dice =>
        {
            int rows = dice.OneOf(40, 120, 300);
            return ForumRun.Steps(dice.Scattered(rows, t => 0.693 - (0.22 * (1 - Math.Exp(-4 * t))), 0.05), 10, 1, dice.Scattered(6, t => 0.68 - (0.16 * (1 - Math.Exp(-3 * t))), 0.005), rate: ForumRun.WarmCosine(rows, 5e-6, 0.1));
        }) { Format = "huggingface" },
        new("healthy: two norms that are no numbers while the loss scale settles", [], dice =>
        {
            int rows = dice.OneOf(60, 200);
            return ForumRun.Steps(dice.Scattered(rows, t => 1.3 + (1.1 * Math.Exp(-10 * t)), 0.06), 10, 2, rate: ForumRun.WarmCosine(rows, 1e-4, 0.05))
                .And(Trace.Of(Metric.GlobalGradientNorm, [double.NaN, double.NaN, .. dice.Scattered(rows - 2, _ => 0.9, 0.2)]).Every(10).From(10));
        }) { Format = "huggingface" },
        new("healthy: three epochs", [], dice => ForumRun.Epochs(dice.Scatter(0.03, 0.82, 0.51, 0.40), dice.Scatter(0.02, 0.55, 0.45, 0.42), [0.69, 0.81, 0.86], [0.80, 0.84, 0.85])),
        new("healthy: a linear probe that has converged", [], dice =>
        {
            int n = dice.OneOf(20, 30, 60);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.44 + (0.8 * Math.Exp(-30 * t)), 0.006), dice.Scattered(n, t => 0.47 + (0.6 * Math.Exp(-30 * t)), 0.006), dice.Scores(n, t => 0.86 - (0.2 * Math.Exp(-30 * t)), 0.003), dice.Scores(n, t => 0.845 - (0.15 * Math.Exp(-30 * t)), 0.004));
        }),
        new("healthy: fine-tuned on an easy task", [], dice =>
        {
            int n = dice.OneOf(5, 10, 20);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.03 + (0.3 * Math.Exp(-6 * t)), 0.05), dice.Scattered(n, t => 0.085 + (0.06 * Math.Exp(-6 * t)), 0.03), dice.Scores(n, t => 0.992 - (0.08 * Math.Exp(-6 * t)), 0.001), dice.Scores(n, t => 0.975 - (0.01 * Math.Exp(-6 * t)), 0.002));
        }),
        new("healthy: a plateau until the rate is lowered", [], dice =>
        {
            int n = dice.OneOf(50, 100);
            double Cut(double t) => t < 0.45 ? 1 : t < 0.75 ? 0.55 : 0.45;
            return ForumRun.Epochs(dice.Scattered(n, t => (0.62 * Cut(t)) + (1.6 * Math.Exp(-25 * t)), 0.02), dice.Scattered(n, t => 0.2 + (0.5 * Cut(t)) + (1.4 * Math.Exp(-25 * t)), 0.03))
                .And(Trace.Of(Metric.LearningRate, Enumerable.Range(0, n).Select(i => i < 0.45 * n ? 1e-3 : i < 0.75 * n ? 1e-4 : 1e-5)));
        }),
        new("healthy: ImageNet with mixed images", [], dice =>
        {
            int n = dice.OneOf(90, 300);
            return ForumRun.Epochs(dice.Scattered(n, t => 2.7 + (4.1 * Math.Exp(-9 * t)) - (0.25 * t), 0.008), dice.Scattered(n, t => 0.95 + (5 * Math.Exp(-11 * t)), 0.015), null, [.. dice.Scores(n, t => 0.785 - (0.78 * Math.Exp(-8 * t)), 0.002).Select(s => 100 * s)])
                .And(Trace.Of(Metric.LearningRate, ForumRun.WarmCosine(n, 1e-3, 0.03)));
        }),
        new("healthy: a graph network, all its training nodes right", [], dice =>
            ForumRun.Epochs(dice.Scattered(200, t => 0.35 + (1.6 * Math.Exp(-4 * t)), 0.03), dice.Scattered(200, t => 0.72 + (1.2 * Math.Exp(-4 * t)), 0.008), dice.Scores(200, t => 0.999 - (0.7 * Math.Exp(-12 * t)), 0.003), dice.Scores(200, t => 0.792 - (0.5 * Math.Exp(-12 * t)), 0.004))),
        new("healthy: unfrozen midway, a small step up and then on", [], dice =>
        {
            int n = dice.OneOf(20, 40);
            double Level(double t) => t < 0.5 ? 0.5 + (0.9 * Math.Exp(-12 * t)) : 0.22 + (0.4 * Math.Exp(-9 * (t - 0.5)));
            return ForumRun.Epochs(dice.Scattered(n, Level, 0.02), dice.Scattered(n, t => 0.08 + Level(t), 0.03));
        }),
        new("healthy: two spikes that recovered at once", [], dice =>
        {
            double[] loss = dice.Scattered(600, t => 2.4 + (5 * Math.Exp(-15 * t)), 0.015);
            loss[250] *= 1.9;
            loss[251] *= 1.3;
            loss[431] *= 1.6;
            return Trace.Of(Metric.Loss, loss).Every(10);
        }),
        new("healthy: word errors that fall", [], dice =>
        {
            int n = dice.OneOf(10, 20, 40);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.2 + (1.9 * Math.Exp(-5 * t)), 0.03), dice.Scattered(n, t => 0.36 + (1.2 * Math.Exp(-6 * t)), 0.015)).And(Trace.Of(Metric.ValidationError, dice.Scattered(n, t => 14 + (50 * Math.Exp(-6 * t)), 0.02)));
        }),
        new("healthy: masked autoencoding with a long warm-up", [], dice =>
        {
            int n = dice.OneOf(100, 400, 800);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.41 + (0.55 * Math.Exp(-40 * t)) + (0.06 * (1 - t)), 0.004)).And(Trace.Of(Metric.LearningRate, ForumRun.WarmCosine(n, 1.5e-4, 0.05)));
        }),
        new("healthy: single samples, noisy as they are", [], dice => Trace.Of(Metric.Loss, dice.Scattered(dice.OneOf(300, 1200), t => 0.9 - (0.45 * (1 - Math.Exp(-3 * t))), 0.6))),
        new("healthy: stopped by hand while all goes well", [], dice =>
        {
            int n = dice.OneOf(6, 9, 14);
            return ForumRun.Epochs(dice.Scattered(n, t => 0.55 + (1.6 * Math.Exp(-2.5 * t)), 0.02), dice.Scattered(n, t => 0.65 + (1.3 * Math.Exp(-2.5 * t)), 0.03), dice.Scores(n, t => 0.8 - (0.5 * Math.Exp(-2.5 * t)), 0.005), dice.Scores(n, t => 0.77 - (0.4 * Math.Exp(-2.5 * t)), 0.01));
        }),
        new("healthy: continued pretraining, near its floor from the start", [], dice =>
        {
            int rows = dice.OneOf(80, 300);
            return ForumRun.Steps(dice.Scattered(rows, t => 1.95 - (0.14 * (1 - Math.Exp(-4 * t))), 0.02), 10, 1, dice.Scattered(8, t => 1.93 - (0.1 * (1 - Math.Exp(-3 * (t + 0.1)))), 0.002), rate: ForumRun.WarmCosine(rows, 1e-5, 0.03));
        }) { Format = "huggingface" },
        new("healthy: several tokens' perplexity, scores that scatter early", [], dice =>
        {
            int n = dice.OneOf(30, 60);
            double[] score = [.. Enumerable.Range(0, n).Select(i => Math.Round(Math.Clamp(0.9 - (0.6 * Math.Exp(-9.0 * i / n)) + ((i < n / 5 ? 0.08 : 0.012) * dice.Normal()), 0.05, 0.99), 3))];
            return ForumRun.Epochs(dice.Scattered(n, t => 0.1 + (1.9 * Math.Exp(-7 * t)), 0.03), null, null, score);
        }),
    ];
}
