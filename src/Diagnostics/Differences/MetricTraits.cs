namespace TrainingDoctor.Differences;

/// <summary>How the values of a metric are set against each other.</summary>
internal enum ValueScale
{
    /// <summary>By their ratio.</summary>
    Ratio,

    /// <summary>By their difference, as shares from 0 to 1.</summary>
    Fraction,

    /// <summary>By their difference, as scores of a scale that the values themselves tell: 1, 100, or their largest.</summary>
    Score,

    /// <summary>By their difference in units of the deviation that belongs to them.</summary>
    Signed,

    /// <summary>By whether they are zero.</summary>
    Flag,

    /// <summary>By whether they are equal.</summary>
    Category,
}

/// <summary>What a comparison has to know of a metric.</summary>
/// <param name="Stage">Where in a training it is measured.</param>
/// <param name="Scale">How its values are set against each other.</param>
/// <param name="Effect">The least distance on that scale that a person would call a difference.</param>
/// <param name="Deviation">The metric whose values are the unit of a signed one; null when it is a number of its own.</param>
internal sealed record MetricTraits(Stage Stage, ValueScale Scale, double Effect, Metric? Deviation = null)
{
    /// <summary>Half as much again: what a norm or a deviation must differ by.</summary>
    private static readonly double LargeRatio = Math.Log(1.5);

    /// <summary>A fifth: what a loss must differ by.</summary>
    private static readonly double LossRatio = Math.Log(1.2);

    /// <summary>A fifth of how far it came: what a loss without a ratio must differ by.</summary>
    private const double SignedLoss = 0.2;

    /// <summary>What was chosen by hand and has no noise: rates, sizes of batches.</summary>
    private static readonly double ChosenRatio = Math.Log(1.01);

    /// <summary>What the comparison leaves out: counters, extremes of batches, and what is true of the machine and not of the training.</summary>
    private static readonly HashSet<Metric> LeftOut =
    [
        Metric.Epoch, Metric.StepDuration, Metric.StepTime, Metric.DataTime, Metric.Throughput, Metric.BusyProcessors, Metric.ProcessMemory, Metric.LiveTensors, Metric.Elapsed, Metric.DeviceMemory, Metric.DeviceUtilization, Metric.OptimizerIdle, Metric.CallCount, Metric.CallOrder, Metric.InputOrigin, Metric.ValidationPassCount, Metric.TargetClassCount, Metric.InputIdenticalBatch, Metric.RowSum, Metric.OutputMinimum, Metric.OutputMaximum,
        Metric.SampleLeakage, Metric.PlaceDependence, Metric.AnswerLeakage, Metric.InputDependence, Metric.EvaluationDifference, Metric.EvaluationDrift, Metric.BlindLoss, Metric.LearntLoss,
    ];

    private static readonly Dictionary<Metric, MetricTraits> All = MetricCatalog.All
        .Where(info => !LeftOut.Contains(info.Metric))
        .ToDictionary(info => info.Metric, Of);

    /// <summary>Gets a value indicating whether it is a loss.</summary>
    public bool IsLoss { get; private init; }

    /// <summary>Gets what holds for a loss that goes below zero: it has no ratio, and is set against how far it came.</summary>
    public MetricTraits BelowZero => this with { Scale = ValueScale.Signed, Effect = SignedLoss };

    /// <summary>Finds what is known of a metric; null for those that a comparison leaves out.</summary>
    public static MetricTraits? Find(Metric metric) => All.GetValueOrDefault(metric);

    private static MetricTraits Of(MetricInfo info)
    {
        var stage = StageOf(info);
        return (info.Metric, info.Unit) switch
        {
            (Metric.LearningRate or Metric.BatchSize, _) => new(stage, ValueScale.Ratio, ChosenRatio),
            (Metric.InputMean, _) => new(stage, ValueScale.Signed, 0.5, Metric.InputStandardDeviation),
            (Metric.TargetMean or Metric.TargetMinimum or Metric.TargetMaximum, _) => new(stage, ValueScale.Signed, 0.5, Metric.TargetStandardDeviation),
            (Metric.OutputMean, _) => new(stage, ValueScale.Signed, 0.5, Metric.OutputStandardDeviation),
            (Metric.WeightMean, _) => new(stage, ValueScale.Signed, 0.5, Metric.WeightStandardDeviation),
            (Metric.ActivationGradientMean, _) => new(stage, ValueScale.Signed, 0.5, Metric.ActivationGradientStandardDeviation),
            (Metric.OutputTargetCorrelation or Metric.ValidationTargetCorrelation or Metric.TargetFeatureCorrelation or Metric.ExplainedVariance, _) => new(stage, ValueScale.Signed, 0.25),
            (Metric.GradientCosine or Metric.BatchLossRatio or Metric.OutputSkewness or Metric.ValidationInputShift or Metric.ValidationTargetShift, _) =>
                new(stage, ValueScale.Signed, 0.5),
            (Metric.TargetShift, _) => new(stage, ValueScale.Category, 0.5),
            (Metric.Reward, _) => new(stage, ValueScale.Score, 0.1),
            (_, "loss") => new(stage, ValueScale.Ratio, LossRatio) { IsLoss = true },
            (_, "score") => new(stage, ValueScale.Score, 0.05),
            (_, "fraction") => new(stage, ValueScale.Fraction, 0.15),
            (_, "bool" or "elements") => new(stage, ValueScale.Flag, 0.5),
            (_, "kind" or "index") => new(stage, ValueScale.Category, 0.5),
            _ => new(stage, ValueScale.Ratio, LargeRatio),
        };
    }

    private static Stage StageOf(MetricInfo info) => info.Metric switch
    {
        Metric.LearningRate or Metric.UpdateRatio or Metric.GlobalUpdateRatio or Metric.RegularizationGradientRatio => Stage.Updates,
        Metric.GlobalGradientNorm or Metric.LossScale or Metric.SkippedSteps => Stage.Gradients,
        Metric.GlobalWeightNorm or Metric.RankWeightNorm or Metric.UnitSymmetry => Stage.Weights,
        Metric.BatchSize => Stage.Data,
        _ => info.Name.Split('_')[0] switch
        {
            "input" or "target" => Stage.Data,
            "validation" => Stage.Validation,
            "gradient" => Stage.Gradients,
            "activation" => Stage.Gradients,
            "weight" => Stage.Weights,
            _ when info.Scope == ScopeKind.Layer => Stage.Activations,
            _ when info.Scope == ScopeKind.Parameter => Stage.Weights,
            _ => Stage.Loss,
        },
    };
}
