namespace TrainingDoctor.Tests.Families;

/// <summary>Healthy and ill runs of kinds of training whose loss tells nothing, simulated: none is taken from a log.</summary>
internal static class TaskFamilies
{
    public static IReadOnlyList<CurveFamily> All { get; } =
    [
        Rewarded("healthy: a reward that rises steadily", [], (dice, t) => dice.Between(0, 0.3) + t),
        Rewarded("healthy: a reward that comes late", [], (dice, t) => Rise(t, 0.7, 25)),
        Rewarded("healthy: a reward won at once", [], (_, t) => 1 - Math.Exp(-60 * t), noise: 0.06),
        Rewarded("healthy: a small gain in much noise", [], (_, t) => 0.5 * Rise(t, 0.4, 8), noise: 0.25, counts: [300, 600]),
        Rewarded("healthy: dips that come back", [], (_, t) => Rise(t, 0.2, 25) - (0.5 * Math.Exp(-Math.Pow((t - 0.6) / 0.03, 2)))),
        new("healthy: at the ceiling from the start", [], dice => Trace.Of(Metric.Reward, Enumerable.Range(0, 200).Select(_ => Math.Min(1, 0.93 + (0.08 * dice.Normal()))))) { Task = TrainingTask.PolicyOptimization },
        new("healthy: GRPO, entropy slides while the reward rises", [], dice =>
        {
            int n = dice.OneOf(60, 200, 500);
            double end = dice.Between(0.02, 0.3);
            return Course(dice, n, t => 0.2 + Rise(t, 0.4, 10), 0.1).And(Level(dice, n, Metric.PolicyEntropy, t => 0.8 * Math.Exp(Math.Log(end) * t))).And(Level(dice, n, Metric.ReferenceDivergence, t => 0.001 + (0.15 * t)))
                .And(Level(dice, n, Metric.ResponseLength, t => 400 - (200 * t))).And(Level(dice, n, Metric.TruncatedFraction, _ => 0.08)).And(Level(dice, n, Metric.SilentGroupFraction, t => 0.2 + (0.4 * t))).And(Level(dice, n, Metric.ClippedFraction, _ => 0.01));
        }) { Task = TrainingTask.PolicyOptimization },
        Rewarded("stagnation: noise around one level", ["reward-stagnation"], (_, _) => 0.4, noise: 0.2, counts: [40, 120, 400]),
        new("stagnation: a running mean that wanders", ["reward-stagnation"], dice =>
        {
            double level = 0;
            return Trace.Of(Metric.Reward, Enumerable.Range(0, dice.OneOf(150, 400)).Select(_ => -150 + (20 * (level = (0.8 * level) + (0.6 * dice.Normal())))));
        }) { Task = TrainingTask.Reinforcement },
        Rewarded("collapse: back to the beginning", ["reward-collapse"], (_, t) => Rise(t, 0.25, 25) - Rise(t, 0.7, 40)),
        Rewarded("collapse: two thirds lost", ["reward-collapse"], (_, t) => Rise(t, 0.25, 25) - (0.67 * Rise(t, 0.65, 40))),
        Rewarded("collapse: below the beginning", ["reward-collapse"], (_, t) => 0.5 - (1.2 * Rise(t, 0.5, 12))),
        new("drift: the divergence explodes", ["policy-drift"], dice =>
        {
            int n = dice.OneOf(40, 150);
            double at = dice.Between(0.3, 0.7);
            return Course(dice, n, t => 0.5 - (0.5 * Rise(t, at, 50)), 0.1).And(Level(dice, n, Metric.ReferenceDivergence, t => t < at ? 0.02 : dice.Factor(30, 1e5)));
        }) { Task = TrainingTask.PolicyOptimization },
        new("entropy: gone at once, nothing earned", ["entropy-collapse", "reward-stagnation"], dice =>
        {
            int n = dice.OneOf(50, 200);
            return Course(dice, n, _ => 0.1, 0.05).And(Level(dice, n, Metric.PolicyEntropy, t => (2 * Math.Exp(-20 * t)) + 0.002));
        }) { Task = TrainingTask.Reinforcement },
        new("no signal: all groups alike", ["no-advantage-signal"], dice =>
        {
            int n = dice.OneOf(50, 200);
            return Trace.Of(Metric.Reward, Enumerable.Range(0, n).Select(_ => Math.Max(0, 0.01 * dice.Normal()))).And(Level(dice, n, Metric.SilentGroupFraction, _ => 0.97));
        }) { Task = TrainingTask.PolicyOptimization },
        new("length: into the limit", ["response-length-drift"], dice =>
        {
            int n = dice.OneOf(50, 200);
            return Course(dice, n, _ => 0.2, 0.1).And(Level(dice, n, Metric.TruncatedFraction, t => 0.05 + (0.92 * Rise(t, 0.3, 20))));
        }) { Task = TrainingTask.PolicyOptimization },
        new("hacking: the reward rises, held-out tasks fall", ["reward-hacking"], dice =>
        {
            int n = dice.OneOf(100, 300);
            return Course(dice, n, t => Rise(t, 0.4, 10), 0.1).And(Trace.Of(Metric.HeldOutReward, Enumerable.Range(0, 20).Select(i => 0.45 - (0.3 * Rise(i / 19.0, 0.5, 10)) + (0.01 * dice.Normal()))).Every(n / 20));
        }) { Task = TrainingTask.PolicyOptimization },
        Preferred("healthy: DPO", [], -0.05, 0.4, 1.5, 0.75),
        Preferred("healthy: DPO of long answers", [], 0.02, 0.45, 1, 0.7),
        Preferred("displacement: both answers become less likely", ["likelihood-displacement"], -0.5, 0.2, 6, 0.9),
        Preferred("saturation: nothing left", ["preference-saturation"], -0.03, 0.001, 15, 1),
        new("stagnation: pairs that are never told apart", ["reward-stagnation"], dice =>
        {
            int n = dice.OneOf(60, 150, 400);
            return Trace.Of(Metric.Loss, dice.Scattered(n, _ => 0.693, 0.05)).And(Trace.Of(Metric.PreferenceMargin, Enumerable.Range(0, n).Select(_ => 0.02 * dice.Normal())))
                .And(Trace.Of(Metric.Accuracy, dice.Scores(n, _ => 0.5, 0.05)));
        }) { Task = TrainingTask.Preference },
        new("healthy: pairs that are told apart late", [], dice =>
        {
            int n = dice.OneOf(100, 300);
            return Trace.Of(Metric.Loss, dice.Scattered(n, t => 0.693 - (0.15 * Rise(t, 0.6, 12)), 0.05)).And(Trace.Of(Metric.PreferenceMargin, Enumerable.Range(0, n).Select(i => (0.6 * Rise(i / (double)n, 0.6, 12)) + (0.03 * dice.Normal()))))
                .And(Trace.Of(Metric.Accuracy, dice.Scores(n, t => 0.5 + (0.2 * Rise(t, 0.6, 12)), 0.05)));
        }) { Task = TrainingTask.Preference },
        new("hacking: the style is paid, what is right falls", ["reward-hacking"], dice =>
        {
            int n = dice.OneOf(100, 300);
            double pay = dice.Between(1, 3);
            double[] right = dice.Scores(n, t => 0.5 - (0.42 * Rise(t, 0.5, 12)), 0.05);
            double[] style = dice.Scattered(n, t => 0.3 + (pay * Rise(t, 0.4, 12)), 0.05);
            return Trace.Of(Metric.Reward, right.Zip(style, (one, other) => one + other)).And(Trace.Of(Metric.RewardPart, "correctness reward func", right)).And(Trace.Of(Metric.RewardPart, "style reward func", style));
        }) { Task = TrainingTask.PolicyOptimization },
        new("stagnation: a game that is lost as in the beginning, by hardly less", ["reward-stagnation"], dice =>
        {
            int n = dice.OneOf(100, 300);
            double gain = dice.Between(0.05, 0.3);
            return Trace.Of(Metric.Reward, Enumerable.Range(0, n).Select(i => -21 + (gain * i / n) + (0.03 * dice.Normal())));
        }) { Task = TrainingTask.Reinforcement },
        new("experts: two or three of many", ["expert-imbalance"], dice =>
        {
            int experts = dice.OneOf(8, 16, 64);
            double weight = experts * dice.Between(2, 6);
            double part = dice.Between(0.1, 0.3);
            return Enumerable.Range(0, experts).Select(k => Trace.Of(Metric.ExpertLoad, $"expert {k}", dice.Scattered(100, t => ((k < 2 ? 1 + (weight * Rise(t, part, 20)) : 1) / (experts + (2 * weight * Rise(t, part, 20)))), 0.05))).Aggregate((one, other) => one.And(other));
        }),
        new("healthy: experts that are unevenly loaded", [], dice =>
        {
            int experts = dice.OneOf(8, 32);
            double[] weights = [.. Enumerable.Range(0, experts).Select(_ => dice.Factor(0.5, 1.8))];
            return Enumerable.Range(0, experts).Select(k => Trace.Of(Metric.ExpertLoad, $"expert {k}", dice.Scattered(100, _ => weights[k] / weights.Sum(), 0.08))).Aggregate((one, other) => one.And(other));
        }),
        Adversaries("healthy: a discriminator that is ahead", [], (_, t) => 0.5 - (0.25 * t), (_, t) => 0.9 + (0.8 * t)),
        Adversaries("healthy: least squares", [], (_, _) => 0.2, (_, t) => 0.3 + (0.15 * t)),
        Adversaries("imbalance: the discriminator is always right", ["adversarial-imbalance"], (_, t) => (0.6 * Math.Exp(-20 * t)) + 0.0001, (_, t) => 1 + (9 * Rise(t, 0.2, 20))),
        Adversaries("imbalance: least squares, no sample taken for real", ["adversarial-imbalance"], (_, t) => (0.2 * Math.Exp(-14 * t)) + 0.0007, (_, t) => 0.4 + (0.6 * Rise(t, 0.1, 30))),
        Adversaries("imbalance: the generator's loss has no end", ["adversarial-imbalance"], (_, t) => (0.9 * Math.Exp(-9 * t)) + 0.012, (_, t) => 1 + (10 * Rise(t, 0.3, 20))),
        new("healthy: a code that carries something", [], dice => Codes(dice, t => 8 + (10 * Math.Exp(-10 * t)))) { Task = TrainingTask.Variational },
        new("collapse of the code", ["posterior-collapse"], dice => Codes(dice, t => (6 * Math.Exp(-12 * t)) + 0.0005)) { Task = TrainingTask.Variational },
        new("healthy: views keep their spread", [], dice => Level(dice, 100, Metric.EmbeddingSpread, t => 0.02 + (0.002 * t)).And(Trace.Of(Metric.Loss, dice.Scattered(100, t => 6.2 - (1.6 * (1 - Math.Exp(-3 * t))), 0.005)))) { Task = TrainingTask.SelfSupervised },
        new("collapse of views", ["representation-collapse"], dice => Level(dice, 100, Metric.EmbeddingSpread, t => (0.02 * Math.Exp(-15 * t)) + 1e-6)) { Task = TrainingTask.SelfSupervised },
        new("healthy: diffusion, the mean of the last two hundred losses", [], dice =>
        {
            double[] single = dice.Scattered(1000, _ => 0.1, 0.7);
            return Trace.Of(Metric.Loss, Enumerable.Range(0, single.Length).Select(i => single[Math.Max(0, i - 199)..(i + 1)].Average()));
        }) { Task = TrainingTask.Diffusion },
        new("divergence: diffusion, worse than no prediction", ["diverging-loss"], dice => Trace.Of(Metric.Loss, dice.Scattered(dice.OneOf(300, 1000), t => 0.12 + (1.1 * Rise(t, 0.5, 40)), 0.4))) { Task = TrainingTask.Diffusion },
        new("healthy: diffusion, flat after the first steps", [], dice => Trace.Of(Metric.Loss, dice.Scattered(dice.OneOf(200, 1000), t => 0.06 + (0.9 * Math.Exp(-200 * t)), 0.3))) { Task = TrainingTask.Diffusion },
    ];

    private static double Rise(double t, double middle, double speed) => 1 / (1 + Math.Exp(-speed * (t - middle)));

    private static CurveFamily Rewarded(string name, string[] expected, Func<Dice, double, double> level, double noise = 0.1, int[]? counts = null) => new(name, expected, dice =>
    {
        double scale = dice.Factor(0.5, 1000);
        double offset = dice.Between(-1, 1) * scale;
        double shape = dice.Between(0.5, 1);
        int n = dice.OneOf(counts ?? [60, 150, 500]);
        return Trace.Of(Metric.Reward, Enumerable.Range(0, n).Select(i => offset + (scale * (level(new Dice(1), i / (double)(n - 1)) + (shape * noise * dice.Normal())))));
    })
    {
        Task = TrainingTask.Reinforcement,
    };

    private static Trace Course(Dice dice, int count, Func<double, double> level, double noise) =>
        Trace.Of(Metric.Reward, Enumerable.Range(0, count).Select(i => level(i / (double)(count - 1)) + (noise * dice.Normal())));

    private static Trace Level(Dice dice, int count, Metric metric, Func<double, double> level) => Trace.Of(metric, dice.Scattered(count, level, 0.08));

    private static CurveFamily Preferred(string name, string[] expected, double drift, double loss, double margin, double accuracy) => new(name, expected, dice =>
    {
        int n = dice.OneOf(40, 150);
        double start = -dice.Factor(60, 500);
        return Trace.Of(Metric.Loss, dice.Scattered(n, t => loss + ((0.69 - loss) * Math.Exp(-8 * t)), 0.05))
            .And(Trace.Of(Metric.ChosenLogProbability, Enumerable.Range(0, n).Select(i => (start * (1 - (drift * i / n))) + (0.01 * start * dice.Normal()))))
            .And(Trace.Of(Metric.PreferenceMargin, dice.Scattered(n, t => margin * (0.05 + t), 0.1)))
            .And(Trace.Of(Metric.Accuracy, Enumerable.Range(0, n).Select(i => Math.Min(1, accuracy - ((accuracy - 0.5) * Math.Exp(-8.0 * i / n)) + (accuracy < 1 ? 0.02 * dice.Normal() : 0)))));
    })
    {
        Task = TrainingTask.Preference,
    };

    private static CurveFamily Adversaries(string name, string[] expected, Func<Dice, double, double> discriminator, Func<Dice, double, double> generator) => new(name, expected, dice =>
    {
        int n = dice.OneOf(60, 200, 800);
        return Trace.Of(Metric.DiscriminatorLoss, dice.Scattered(n, t => discriminator(dice, t), 0.25)).And(Trace.Of(Metric.GeneratorLoss, dice.Scattered(n, t => generator(dice, t), 0.2)));
    })
    {
        Task = TrainingTask.Adversarial,
    };

    private static Trace Codes(Dice dice, Func<double, double> divergence)
    {
        double[] reconstruction = dice.Scattered(60, t => 80 + (100 * Math.Exp(-8 * t)), 0.01);
        double[] code = dice.Scattered(60, divergence, 0.05);
        return Trace.Of(Metric.ReconstructionLoss, reconstruction).And(Trace.Of(Metric.LatentDivergence, code)).And(Trace.Of(Metric.Loss, reconstruction.Zip(code, (one, other) => one + other)));
    }
}
