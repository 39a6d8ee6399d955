namespace TrainingDoctor.Tests.Families;

/// <summary>Healthy and ill kinds of runs as experts tell them apart, simulated: none is taken from a log.</summary>
internal static class CurveFamilies
{
    public static IReadOnlyList<CurveFamily> All { get; } =
    [
        new("healthy: both fall and level out", [], dice =>
        {
            int n = dice.OneOf(6, 10, 20, 50, 150);
            double rate = dice.Between(3, 8);
            double floor = dice.Between(0.05, 0.4);
            double noise = dice.Between(0.005, 0.04);
            return Losses(dice.Scattered(n, t => floor + (2 * Math.Exp(-rate * t)), noise), dice.Scattered(n, t => (1.1 * floor) + (1.9 * Math.Exp(-rate * t)), noise));
        }),
        new("healthy: a power law", [], dice =>
        {
            int n = dice.OneOf(12, 30, 100, 400);
            double power = dice.Between(0.2, 0.5);
            return Losses(dice.Scattered(n, t => 6 * Math.Pow(1 + (200 * t), -power), 0.02), dice.Scattered(n / 2, t => 5.8 * Math.Pow(1 + (200 * t), -power), 0.01));
        }),
        new("healthy: validation flat at its best", [], dice =>
        {
            int n = dice.OneOf(10, 20, 40);
            double noise = dice.Between(0.005, 0.02);
            double rise = dice.Between(0, 0.015);
            return Losses(dice.Scattered(n, t => 0.3 + (1.5 * Math.Exp(-4 * t)), 0.02), dice.Scattered(n, t => 0.45 + (1.2 * Math.Exp(-9 * t)) + (rise * t * 0.45), noise));
        }),
        new("healthy: stopped two validations after the best", [], dice =>
        {
            int n = dice.OneOf(8, 12, 25);
            double[] validation = dice.Scattered(n, t => 0.5 + (1.5 * Math.Exp(-5 * t)), 0.01);
            return Losses(dice.Scattered(n + 2, t => 0.4 + (1.6 * Math.Exp(-5 * t)), 0.01), [.. validation, validation[^1] * dice.Between(1.0, 1.03), validation[^1] * dice.Between(1.0, 1.04)]);
        }),
        new("healthy: validation below training, by augmentation", [], dice =>
        {
            int n = dice.OneOf(20, 60, 100);
            return Losses(dice.Scattered(n, t => 1.8 + (2.5 * Math.Exp(-4 * t)), 0.02), dice.Scattered(n, t => 0.7 + (2.8 * Math.Exp(-5 * t)), 0.02));
        }),
        new("healthy: a small validation set", [], dice =>
        {
            int n = dice.OneOf(15, 30, 60);
            return Losses(dice.Scattered(n, t => 0.2 + (1.5 * Math.Exp(-5 * t)), 0.02), dice.Scattered(n, t => 0.4 + (1.3 * Math.Exp(-6 * t)), 0.08))
                .And(Trace.Of(Metric.ValidationAccuracy, dice.Scores(n, t => 0.85 - (0.5 * Math.Exp(-6 * t)), 0.025)));
        }),
        new("healthy: a regression whose rest scatters", [], dice =>
        {
            int n = dice.OneOf(30, 80);
            return Losses(dice.Scattered(n, t => 0.01 + (4 * Math.Exp(-12 * t)), 0.1), dice.Scattered(n, t => 0.012 + (4 * Math.Exp(-12 * t)), 0.35));
        }),
        new("healthy: a cut of the rate", [], dice =>
        {
            int n = dice.OneOf(30, 90);
            return Losses(dice.Scattered(n, t => (0.5 + Math.Exp(-6 * t)) * (t > 0.6 ? 0.6 : 1), 0.02), dice.Scattered(n, t => (0.6 + Math.Exp(-6 * t)) * (t > 0.6 ? 0.75 : 1), 0.03));
        }),
        new("healthy: fine-tuning, batch by batch", [], dice =>
        {
            double fall = dice.Between(0.25, 0.6);
            return Trace.Of(Metric.Loss, dice.Scattered(dice.OneOf(200, 1000), t => 0.7 * (1 - (fall * (1 - Math.Exp(-3 * t)))), 0.25));
        }),
        new("healthy: overconfident by a little, better by the score", [], dice =>
        {
            int n = dice.OneOf(10, 20);
            double rise = dice.Between(0.02, 0.08);
            return Losses(dice.Scattered(n, t => 0.1 + Math.Exp(-5 * t), 0.02), dice.Scattered(n, t => (0.4 + (0.8 * Math.Exp(-12 * t))) * (1 + (rise * t)), 0.01))
                .And(Trace.Of(Metric.ValidationAccuracy, dice.Scores(n, t => 0.8 + (0.1 * t) - (0.3 * Math.Exp(-12 * t)), 0.004)));
        }),
        new("overfitting: a rise after the best", ["overfitting"], dice =>
        {
            int n = dice.OneOf(8, 12, 25, 60, 150);
            double rise = dice.Between(0.3, 1.5);
            double turn = dice.Between(0.25, 0.55);
            double noise = dice.Between(0.005, 0.04);
            return Losses(dice.Scattered(n, t => 0.03 + Math.Exp(-4 * t), 0.03), dice.Scattered(n, t => UTurn(t, turn, 0.5, 1.1, 0.5 * (1 + rise)), noise));
        }),
        new("overfitting: a noisy rise", ["overfitting"], dice =>
        {
            int n = dice.OneOf(40, 100, 200);
            double rise = dice.Between(0.35, 0.7);
            return Losses(dice.Scattered(n, t => 0.08 + Math.Exp(-4 * t), 0.04), dice.Scattered(n, t => UTurn(t, 0.4, 0.5, 1.1, 0.5 * (1 + rise)), 0.09));
        }),
        new("overfitting: four rises, then stopped", ["overfitting"], dice =>
        {
            int n = dice.OneOf(6, 9, 15);
            double[] falling = dice.Scattered(n, t => 0.5 + (0.7 * Math.Exp(-5 * t)), 0.008);
            double step = dice.Between(0.045, 0.1);
            return Losses(dice.Scattered(n + 4, t => 0.05 + Math.Exp(-4 * t), 0.02), [.. falling, .. Enumerable.Range(1, 4).Select(i => falling[^1] * (1 + (step * i)))]);
        }),
        new("overfitting: five epochs", ["overfitting"], dice =>
        {
            double rise = dice.Between(0.07, 0.2);
            double[] validation = [0.42, 0.36, 0.36 * (1 + rise), 0.36 * (1 + (2 * rise)), 0.36 * (1 + (3 * rise))];
            return Losses([0.61, 0.33, 0.21, 0.12, 0.07], validation);
        }),
        new("overfitting: training leaves validation behind", ["overfitting"], dice =>
        {
            int n = dice.OneOf(20, 50, 120);
            double floor = dice.Factor(0.02, 0.06);
            return Losses(dice.Scattered(n, t => floor + (1.5 * Math.Exp(-6 * t)), 0.03), dice.Scattered(n, t => 0.55 + Math.Exp(-15 * t), 0.02));
        }),
        new("overfitting: seen in the scores alone", ["overfitting"], dice =>
        {
            int n = dice.OneOf(20, 50, 100);
            double fall = dice.Between(0.08, 0.15);
            return Trace.Of(Metric.Accuracy, dice.Scores(n, t => 0.6 + (0.38 * t), 0.008))
                .And(Trace.Of(Metric.ValidationAccuracy, dice.Scores(n, t => t < 0.3 ? 0.6 + (0.5 * t) : 0.75 - (fall * (t - 0.3) / 0.7), 0.012)));
        }),
        new("overfitting: the validation file alone", ["overfitting"], dice =>
        {
            double rise = dice.Between(0.3, 1);
            return Trace.Of(Metric.ValidationLoss, dice.Scattered(dice.OneOf(12, 30), t => UTurn(t, 0.35, 0.5, 1.1, 0.5 * (1 + rise)), 0.02));
        }),
        new("overfitting: the scores part", ["overfitting"], dice =>
        {
            int n = dice.OneOf(12, 30, 80);
            return Trace.Of(Metric.Accuracy, dice.Scores(n, t => 0.5 + (0.48 * Math.Sqrt(t)), 0.006)).And(Trace.Of(Metric.ValidationAccuracy, dice.Scores(n, t => 0.62 - (0.15 * Math.Exp(-20 * t)), 0.01)));
        }),
        new("suspicious: validation at chance though training fits", ["suspicious-validation", "overfitting"], dice =>
        {
            int n = dice.OneOf(5, 10, 30);
            return Trace.Of(Metric.Accuracy, dice.Scores(n, t => 0.4 + (0.55 * t), 0.01)).And(Trace.Of(Metric.ValidationAccuracy, Enumerable.Repeat(0.1, n)));
        }),
        new("plateau: flat after an absurd first value", ["plateaued-loss", "stalled-loss", "underfitting"], dice =>
        {
            int n = dice.OneOf(30, 80);
            return Trace.Of(Metric.Loss, [dice.Factor(1e3, 1e7), dice.Between(60, 200), .. dice.Scattered(n, _ => 1.9, 0.002)]);
        }),
        new("learning rate: ended before training did", ["degenerate-learning-rate"], dice =>
        {
            int n = dice.OneOf(30, 100);
            double end = dice.Between(0.5, 0.75);
            return Trace.Of(Metric.Loss, dice.Scattered(n, t => 0.4 + Math.Exp(-5 * t), 0.02)).And(Trace.Of(Metric.LearningRate, Enumerable.Range(0, n).Select(i => Math.Max(0, 5e-5 * (1 - Math.Min(1, i / (end * n)))))));
        }),
        new("noisy validation: the loss jumps", ["noisy-validation"], dice =>
        {
            int n = dice.OneOf(12, 25, 60);
            return Losses(dice.Scattered(n, t => 0.2 + Math.Exp(-4 * t), 0.03), dice.Scattered(n, t => 0.5 + (0.5 * Math.Exp(-8 * t)), dice.Between(0.4, 0.7)));
        }),
        new("noisy validation: the score jumps", ["noisy-validation"], dice =>
        {
            int n = dice.OneOf(15, 40);
            return Trace.Of(Metric.Loss, dice.Scattered(n, t => 0.2 + Math.Exp(-4 * t), 0.03)).And(Trace.Of(Metric.ValidationAccuracy, dice.Scores(n, t => 0.7, dice.Between(0.14, 0.2))));
        }),
        new("at chance: ten rows", ["stalled-loss", "plateaued-loss", "underfitting"], dice =>
        {
            int classes = dice.OneOf(2, 10, 100);
            int n = dice.OneOf(6, 10, 30);
            return Trace.Of(Metric.Loss, dice.Scattered(n, _ => Math.Log(classes), 0.0005)).And(Trace.Of(Metric.ValidationAccuracy, dice.Scores(n, _ => 1.0 / classes, 0.0005)));
        }),
        new("stalled: the same to the last digit", ["stalled-loss"], dice => Trace.Of(Metric.Loss, Enumerable.Repeat(dice.Between(0.5, 30), dice.OneOf(3, 5, 20)))),
        new("diverging: a few rows", ["diverging-loss"], dice =>
        {
            double growth = dice.Factor(1.4, 100);
            return Trace.Of(Metric.Loss, Enumerable.Range(0, dice.OneOf(4, 6, 9)).Select(i => 2.3 * Math.Pow(growth, i) * Math.Exp(0.03 * dice.Normal())));
        }),
        new("diverging: collapse to chance", ["diverging-loss", "loss-spike"], dice =>
        {
            int n = dice.OneOf(16, 40, 120);
            double at = dice.Between(0.4, 0.7);
            return Losses(dice.Scattered(n, t => t < at ? 1.2 + (3.4 * Math.Exp(-5 * t)) : 4.6, 0.005), dice.Scattered(n, t => t < at ? 1.3 + (3.3 * Math.Exp(-5 * t)) : 4.61, 0.005));
        }),
        new("spikes of orders of magnitude", ["loss-spike", "diverging-loss", "oscillating-loss"], dice =>
        {
            double[] losses = dice.Scattered(dice.OneOf(25, 60, 300), t => 0.05, 0.4);
            for (int i = 8; i < losses.Length; i += dice.OneOf(5, 7, 9))
            {
                losses[i] *= dice.Factor(3000, 1e6);
            }

            return Trace.Of(Metric.Loss, losses);
        }),
        new("vanished: zero from one row to the next", ["vanished-loss"], dice =>
        {
            int n = dice.OneOf(5, 12, 40);
            return Trace.Of(Metric.Loss, [.. dice.Scattered(n, t => 2 - (0.3 * t), 0.02), .. Enumerable.Repeat(0.0, dice.OneOf(4, 10, 60))]);
        }),
        new("implausible: an underflow", ["implausible-loss"], dice => Trace.Of(Metric.Loss, [.. dice.Scattered(5, _ => 10, 0.4), .. Enumerable.Repeat(87.3365, dice.OneOf(4, 20))])),
        new("implausible: probabilities fed twice", ["implausible-loss", "output-loss-mismatch"], dice =>
        {
            int n = dice.OneOf(15, 40);
            return Trace.Of(Metric.Loss, dice.Scattered(n, t => 1.48 + (0.75 * Math.Exp(-9 * t)), 0.002)).And(Trace.Of(Metric.Accuracy, dice.Scores(n, t => 0.98 - (0.7 * Math.Exp(-9 * t)), 0.003)));
        }),
        new("plateau: broken off early at a bad level", ["plateaued-loss", "stalled-loss", "underfitting"], dice =>
        {
            int n = dice.OneOf(30, 60, 150);
            double level = dice.Between(0.7, 0.9);
            return Losses(dice.Scattered(n, t => 60 * (level + ((1 - level) * Math.Exp(-60 * t))), 0.0005), dice.Scattered(n, t => 59 * level, 0.0005));
        }),
        new("frozen: validation repeats itself", ["plateaued-loss", "degenerate-learning-rate", "stalled-loss"], dice =>
        {
            int n = dice.OneOf(12, 20);
            return Losses(dice.Scattered(50 * n, t => 0.2 + (0.3 * Math.Exp(-60 * t)), 0.3), [0.31, 0.27, 0.25, 0.246, .. Enumerable.Repeat(0.24513, n)]);
        }),
        new("underfitting: the training score does not rise", ["underfitting", "stalled-loss", "plateaued-loss"], dice =>
        {
            int n = dice.OneOf(10, 25);
            return Trace.Of(Metric.Loss, dice.Scattered(n, t => 1.9 + (3 * Math.Exp(-20 * t)), 0.02)).And(Trace.Of(Metric.Accuracy, dice.Scores(n, _ => 0.25, 0.02)));
        }),
        new("slow: a steady fall far from done", ["slow-convergence"], dice =>
            Trace.Of(Metric.Loss, dice.Scattered(dice.OneOf(40, 200), t => 2.3 * (1 - (0.15 * t)), 0.003))),
    ];

    private static Trace Losses(double[] training, double[] validation)
    {
        // As most logs have it: a row for each value of the longer series, validations spread evenly over them.
        long interval = Math.Max(1, training.Length / validation.Length);
        return Trace.Of(Metric.Loss, training).And(Trace.Of(Metric.ValidationLoss, validation).Every(interval));
    }

    private static double UTurn(double t, double turn, double best, double first, double last) =>
        t < turn ? best + ((first - best) * Math.Pow(1 - (t / turn), 2)) : best + ((last - best) * (t - turn) / (1 - turn));
}
