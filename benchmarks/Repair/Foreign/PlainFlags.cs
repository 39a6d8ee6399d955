using System.Globalization;
using TrainingDoctor.Changes;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>The flags that a program of the corpus takes as a plain program, and what each changes.</summary>
internal static class PlainFlags
{
    private static readonly Dictionary<string, (string Help, Func<string, ProgramChange> Change)> Flags = new()
    {
        ["--lr"] = ("learning rate", value => LearningRateChange.Set(Number(value))),
        ["--batch-size"] = ("samples per step", value => new BatchOrder((long)Number(value), balanced: false)),
        ["--epochs"] = ("number of epochs", value => new EpochLimit(_ => (int)Number(value))),
        ["--optimizer"] = ("SGD, Adam, AdamW or RMSProp", value => new OptimizerChange(value, learningRate: null, weightDecay: null)),
        ["--weight-decay"] = ("weight decay", value => new WeightDecaySetting(Number(value))),
        ["--clip-grad-norm"] = ("largest norm of all gradients", value => new GradientClipping(Number(value))),
        ["--activation"] = ("activation of hidden layers", value => new EveryHiddenActivation(value)),
        ["--init"] = ("he, xavier, orthogonal or default", value => new Reinitialization([], value)),
        ["--dropout"] = ("share of hidden units to drop", value => Number(value) > 0 ? new DropoutInsertion(Number(value)) : new DropoutRemoval([], 0)),
        ["--warmup-steps"] = ("steps until the learning rate is reached", value => new Warmup((long)Number(value))),
    };

    /// <summary>Gets the kinds of action that a flag covers.</summary>
    public static IReadOnlySet<RemedyActionKind> Kinds { get; } = new HashSet<RemedyActionKind>
    {
        RemedyActionKind.ScaleLearningRate, RemedyActionKind.SetLearningRate, RemedyActionKind.AddWarmup, RemedyActionKind.ClipGradientNorm, RemedyActionKind.ReplaceActivation, RemedyActionKind.Reinitialize,
        RemedyActionKind.ChangeBatchSize, RemedyActionKind.ChangeOptimizer, RemedyActionKind.AddDropout, RemedyActionKind.RemoveDropout, RemedyActionKind.AddWeightDecay, RemedyActionKind.StopEarly, RemedyActionKind.TrainLonger,
    };

    /// <summary>Gets what <c>--help</c> prints.</summary>
    public static string Help { get; } = string.Join(
        "\n", ["usage: train [options]", string.Empty, "options:", .. Flags.Select(flag => $"  {flag.Key} {flag.Key[2..].Replace('-', '_').ToUpperInvariant(),-16} {flag.Value.Help}"), "  --seed SEED             seed"]);

    /// <summary>Returns what a flag changes; null for a flag that is none of these.</summary>
    /// <param name="flag">The flag.</param>
    /// <param name="value">Its value.</param>
    public static ProgramChange? Change(string flag, string value) => Flags.TryGetValue(flag, out var known) ? known.Change(value) : null;

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
