namespace TrainingDoctor.Tests.Examples;

internal static class TaskExamples
{
    private const int Steps = 120;

    private static readonly Trace Rising = Rewards(t => 0.2 + (0.8 * Rise(t, 0.4)));
    private static readonly Trace Flat = Rewards(_ => 0.2);
    private static readonly Trace Lost = Rewards(t => 0.2 + (0.8 * Rise(t, 0.25)) - (0.8 * Rise(t, 0.65)));

    public static IEnumerable<RuleExample> All =>
    [
        new("TD9001", Rising, Flat) { Shown = Metric.Reward, HealthyCaption = "The reward rises and levels out", IllCaption = "The reward goes nowhere" },
        new("TD9002", Rising, Lost) { Shown = Metric.Reward, HealthyCaption = "The reward keeps what it has won", IllCaption = "The reward is lost after half of the run" },
        new("TD9003", Rising.And(Of(Metric.ReferenceDivergence, t => 0.05 * t)), Lost.And(Of(Metric.ReferenceDivergence, t => 0.05 + (6 * Rise(t, 0.65))))) { Shown = Metric.ReferenceDivergence, HealthyCaption = "The divergence stays small", IllCaption = "The divergence grows while the reward is lost" },
        new("TD9004", Rising.And(Of(Metric.PolicyEntropy, t => 0.9 * Math.Exp(-6 * t))), Flat.And(Of(Metric.PolicyEntropy, t => (0.9 * Math.Exp(-9 * t)) + 0.001))) { Shown = Metric.PolicyEntropy, HealthyCaption = "The entropy falls while the reward rises", IllCaption = "The entropy is gone and the reward never rose" },
        new("TD9005", Rising.And(Of(Metric.SilentGroupFraction, _ => 0.3)), Flat.And(Of(Metric.SilentGroupFraction, t => Math.Min(1, 0.7 + t)))) { Shown = Metric.SilentGroupFraction, HealthyCaption = "A third of the groups are without spread", IllCaption = "No group tells one answer from another" },
        new("TD9006", Rising.And(Of(Metric.HeldOutReward, t => 0.2 + (0.5 * t))), Rising.And(Of(Metric.HeldOutReward, t => 0.4 - (0.3 * Rise(t, 0.5))))) { Shown = Metric.HeldOutReward, HealthyCaption = "The held-out reward rises with it", IllCaption = "The held-out reward falls while the reward rises" },
        new("TD9007", Rising.And(Of(Metric.TruncatedFraction, _ => 0.1)), Flat.And(Of(Metric.TruncatedFraction, t => 0.05 + (0.9 * Rise(t, 0.3))))) { Shown = Metric.TruncatedFraction, HealthyCaption = "Few answers are cut off", IllCaption = "Nearly all answers run into the limit" },
        new("TD9008", Rising.And(Of(Metric.ClippedFraction, _ => 0.15)), Lost.And(Of(Metric.ClippedFraction, t => 0.15 + (0.5 * t)))) { Shown = Metric.ClippedFraction, HealthyCaption = "A few ratios are clipped", IllCaption = "Half of the ratios are clipped" },
        new("TD9009", Rising.And(Of(Metric.ExplainedVariance, t => 0.9 * (1 - Math.Exp(-6 * t)))), Flat.And(Of(Metric.ExplainedVariance, _ => -0.1))) { Shown = Metric.ExplainedVariance, HealthyCaption = "The value function comes to explain the returns", IllCaption = "It stays worse than a constant" },
        new("TD9010", Preferences(t => -120 - (4 * t), t => 1 + (2 * t)), Preferences(t => -120 - (70 * t), t => 1 + (6 * t))) { Shown = Metric.ChosenLogProbability, HealthyCaption = "Chosen answers keep their likelihood", IllCaption = "Chosen answers lose theirs" },
        new("TD9011", Saturated(0.35, 1.5), Saturated(0.0005, 15)) { Shown = Metric.Loss, HealthyCaption = "The loss levels out", IllCaption = "Nothing is left to learn" },
        new("TD9012", Adversaries(t => 0.2 - (0.08 * t), t => 0.3 + (0.2 * t)), Adversaries(t => (0.2 * Math.Exp(-30 * t)) + 0.0001, t => 0.3 + (6 * t))) { Shown = Metric.DiscriminatorLoss, HealthyCaption = "The discriminator is ahead by little", IllCaption = "The discriminator is always right" },
        new("TD9013", Of(Metric.SampleSpread, t => 0.8 + (0.2 * t)), Of(Metric.SampleSpread, t => 0.02 + (0.9 * Math.Exp(-8 * t)))) { Shown = Metric.SampleSpread, HealthyCaption = "Samples differ", IllCaption = "Samples become alike" },
        new("TD9014", Of(Metric.EmbeddingSpread, _ => 0.022), Of(Metric.EmbeddingSpread, t => (0.022 * Math.Exp(-20 * t)) + 0.00001)) { Shown = Metric.EmbeddingSpread, HealthyCaption = "Embeddings keep their spread", IllCaption = "Embeddings collapse" },
        new("TD9015", Of(Metric.ExpertLoadMaximum, _ => 0.2), Of(Metric.ExpertLoadMaximum, t => Math.Min(0.98, 0.2 + t))) { Shown = Metric.ExpertLoadMaximum, HealthyCaption = "Experts share the load", IllCaption = "One expert takes all" },
        new("TD9016", Trace.Of(Metric.LossScale, Enumerable.Range(0, Steps).Select(i => i % 20 == 19 ? 32768.0 : 65536.0)), Trace.Of(Metric.LossScale, Enumerable.Range(0, Steps).Select(i => Math.Max(1, 65536 * Math.Pow(2, -i / 5))))) { Shown = Metric.LossScale, HealthyCaption = "A saw-tooth", IllCaption = "The scale sinks to its floor" },
    ];

    internal static Trace Of(Metric metric, Func<double, double> level) => Trace.Of(metric, Enumerable.Range(0, Steps).Select(i => level(i / (double)(Steps - 1))));

    private static double Rise(double t, double middle) => 1 / (1 + Math.Exp(-20 * (t - middle)));

    private static Trace Rewards(Func<double, double> level) => Trace.Of(Metric.Reward, SeededCurve.Noisy(Steps, step => level(step / (double)(Steps - 1)), 0.03));

    private static Trace Preferences(Func<double, double> chosen, Func<double, double> margin) => Of(Metric.ChosenLogProbability, chosen).And(Of(Metric.PreferenceMargin, margin));

    private static Trace Saturated(double end, double margin) => Of(Metric.Loss, t => end + (0.69 * Math.Exp(-15 * t))).And(Of(Metric.PreferenceMargin, t => margin * t)).And(Of(Metric.Accuracy, t => end > 0.1 ? 0.75 : 1));

    private static Trace Adversaries(Func<double, double> discriminator, Func<double, double> generator) => Of(Metric.DiscriminatorLoss, discriminator).And(Of(Metric.GeneratorLoss, generator));
}
