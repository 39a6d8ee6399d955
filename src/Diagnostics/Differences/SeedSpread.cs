namespace TrainingDoctor.Differences;

/// <summary>
/// How far two seeds of one program are usually apart, as a standard deviation on the scale of the metric: from pairs of seeds of the sound programs of the corpus
/// (<c>benchmarks/Differences DIR --spread</c>: the larger of the 90 % and the 99 % quantile, as those of a normal distribution).
/// </summary>
internal static class SeedSpread
{
    /// <summary>What was chosen is the same with every seed.</summary>
    private const double Chosen = 1e-3;

    /// <summary>Finds the spread of a metric.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="traits">What is known of it.</param>
    /// <param name="elements">The number of weights, units or samples that it sums up; null when it is not known. Of a few, chance decides.</param>
    /// <param name="share">What a share usually is in the runs that went well; NaN for what is none.</param>
    public static double Of(Metric metric, MetricTraits traits, long? elements, double share = double.NaN)
    {
        double usual = Usual(metric, traits);
        return elements is { } count && metric is not (Metric.LearningRate or Metric.TargetFeatureCorrelation) ? Math.Sqrt((usual * usual) + (Drawn(traits, share, Math.Max(1, count)) / Math.Max(1, count))) : usual;
    }

    /// <summary>The variance of one element, drawn once for a run.</summary>
    private static double Drawn(MetricTraits traits, double share, long count) => (traits.Scale, traits.Stage) switch
    {
        (ValueScale.Ratio or ValueScale.Signed, _) => 1.5,
        (ValueScale.Fraction, Stage.Activations) => 0.25,
        (ValueScale.Fraction, Stage.Data) when count > 1 && !double.IsNaN(share) && Math.Clamp(share, 1.0 / count, 1 - (1.0 / count)) is var p => p * (1 - p),
        _ => 0,
    };

    private static double Usual(Metric metric, MetricTraits traits) => (metric, traits.Stage, traits.Scale) switch
    {
        (Metric.LearningRate or Metric.BatchSize, _, _) => Chosen,
        (Metric.TargetMinimum or Metric.TargetMaximum, _, _) => 0.25,
        (Metric.TargetFeatureCorrelation, _, _) => 0.04,
        (Metric.GlobalGradientNorm, _, _) => 0.31,
        (_, Stage.Data, ValueScale.Fraction) => 0.03,
        (_, Stage.Data, _) => 0.1,
        (_, Stage.Activations, ValueScale.Fraction) => 0.08,
        (_, Stage.Activations, ValueScale.Signed) => 0.5,
        (_, Stage.Activations, _) => 0.25,
        (_, Stage.Loss, ValueScale.Signed) => 0.13,
        (_, Stage.Loss, _) => 0.2,
        (_, Stage.Gradients, ValueScale.Ratio) => 0.22,
        (_, Stage.Gradients, _) => 0.12,
        (_, Stage.Updates, _) => 0.2,
        (_, Stage.Weights, _) => 0.08,
        (_, Stage.Validation, ValueScale.Ratio) => 0.16,
        (_, Stage.Validation, ValueScale.Signed) => 0.13,
        _ => 0.04,
    };
}
