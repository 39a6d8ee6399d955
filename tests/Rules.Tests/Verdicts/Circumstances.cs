using TrainingDoctor.Rules.Knowledge.Frameworks;

namespace TrainingDoctor.Tests.Verdicts;

/// <summary>What may be known of a run besides its measurements, drawn at random, so that whatever a verdict, a cause or a remedy takes from it is seen in some run.</summary>
internal static class Circumstances
{
    private static readonly TrainingTask[] Tasks = Enum.GetValues<TrainingTask>();
    private static readonly LossKind[] Losses = Enum.GetValues<LossKind>();
    private static readonly string[] Optimizers = ["SGD", "SGD", "Adam", "AdamW", "RMSProp", "Adagrad", "Adadelta", "LBFGS"];
    private static readonly double[] Rates = [1e-7, 1e-4, 1e-3, 1e-2, 0.5, 10];
    private static readonly string?[] Reductions = [null, "mean", "sum", "none"];
    private static readonly string?[] Precisions = [null, "fp32", "bf16", "fp16"];
    private static readonly string[] Formats = ["telemetry", "csv", "jsonl", "text"];

    /// <summary>Draws the circumstances of a run; each of them is left as it is half of the time.</summary>
    /// <param name="run">What is known of the run.</param>
    /// <param name="paths">The layers that its measurements name.</param>
    /// <param name="seed">What to draw from.</param>
    public static RunDescription Draw(RunDescription run, IReadOnlyList<string> paths, int seed)
    {
        var random = new Random(seed);
        T Changed<T>(T now, Func<T> drawn) => random.Next(2) == 0 ? now : drawn();
        bool? Perhaps() => random.Next(3) switch { 0 => null, 1 => true, _ => false };

        return run with
        {
            Task = Changed(run.Task, () => Tasks[random.Next(Tasks.Length)]),
            Framework = Changed(run.Framework, () => FrameworkCatalog.All[random.Next(FrameworkCatalog.All.Count)].Name),
            Situation = Changed(run.Situation, () => new RunSituation { IsPretrained = Perhaps(), IsAdapter = Perhaps(), Precision = Precisions[random.Next(Precisions.Length)] }),
            PlannedSteps = Changed(run.PlannedSteps, () => 10L << random.Next(10)),
            Model = Changed(run.Model, () => RandomModel.Draw(random, paths)),
            Optimizer = Changed(run.Optimizer, () => new OptimizerDescription
            {
                TypeName = Optimizers[random.Next(Optimizers.Length)],
                LearningRates = [Rates[random.Next(Rates.Length)]],
                WeightDecay = random.Next(3) == 0 ? Rates[random.Next(Rates.Length)] : 0,
                Momentum = random.Next(2) == 0 ? 0.9 : 0,
                ParameterCount = random.Next(5),
                ForeignParameterCount = random.Next(6) == 0 ? 2 : 0,
            }),
            Loss = Changed(run.Loss, () => Losses[random.Next(Losses.Length)] is var kind ? new LossDescription
            {
                Kind = kind,
                TypeName = kind + "Loss",
                Reduction = Reductions[random.Next(Reductions.Length)],
                HasClassWeights = random.Next(4) == 0,
                IgnoredIndex = random.Next(4) == 0 ? -100 : null,
            } : null),
            Log = Changed(run.Log, () => new LogDescription { Format = Formats[random.Next(Formats.Length)], LossIsAveraged = random.Next(2) == 0, IsSummaryOnly = random.Next(6) == 0 }),
        };
    }
}
