using TrainingDoctor.Monitoring;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Differences;

/// <summary>What the runs that went well tell of one series beside its own values: of how many elements it sums up, in what unit it is measured, and whether its losses go below zero.</summary>
/// <param name="Traits">What is known of its metric in these runs.</param>
/// <param name="Unit">The unit of a signed metric; null when it has none of its own.</param>
/// <param name="Elements">The number of weights, units or samples that it sums up; null when it is not known.</param>
internal sealed record SeriesSurroundings(MetricTraits Traits, double? Unit, long? Elements)
{
    /// <summary>The mean of fewer elements is as good as any other.</summary>
    private const int FewElements = 8;

    /// <summary>Finds the surroundings of a series.</summary>
    /// <param name="key">What the series is of.</param>
    /// <param name="good">All series of the runs that went well.</param>
    /// <param name="model">The model; null where it is not known.</param>
    /// <returns>Null when comparisons leave the series out.</returns>
    public static SeriesSurroundings? Of(SeriesKey key, IReadOnlyList<Dictionary<SeriesKey, TraceSeries>> good, ModelDescription? model)
    {
        if (MetricTraits.Find(key.Metric) is not { } traits)
        {
            return null;
        }

        if (traits.IsLoss && LossRange(good) is { } range)
        {
            return new SeriesSurroundings(traits.BelowZero, range, null);
        }

        long? elements = ElementsOf(key, traits, good, model);
        return elements < FewElements && traits.Scale == ValueScale.Signed && key.Kind != ScopeKind.Run ? null : new SeriesSurroundings(traits, UnitOf(key, traits, good), elements);
    }

    /// <summary>How far a loss that goes below zero came; null where it does not, so that ratios tell.</summary>
    private static double? LossRange(IReadOnlyList<Dictionary<SeriesKey, TraceSeries>> good)
    {
        double[] losses = [.. good.SelectMany(one => one.GetValueOrDefault(new SeriesKey(Metric.Loss, ScopeKind.Run, string.Empty))?.Finite ?? []).Select(bin => bin.Value.Mean)];
        return losses.Length > 0 && losses.Min() < 0 && losses.Max() > losses.Min() ? losses.Max() - losses.Min() : null;
    }

    private static long? ElementsOf(SeriesKey key, MetricTraits traits, IReadOnlyList<Dictionary<SeriesKey, TraceSeries>> good, ModelDescription? model) => key.Kind switch
    {
        ScopeKind.Parameter => model?.FindParameter(key.Scope)?.Count,
        ScopeKind.Layer when key.Scope == MonitorSession.OutputScope => AnswersOf(model),
        ScopeKind.Layer => model?.FindLayer(key.Scope)?.OutputFeatures,
        ScopeKind.Run when key.Metric is Metric.OutputTargetCorrelation or Metric.ValidationTargetCorrelation => AnswersOf(model),
        ScopeKind.Run when key.Metric is Metric.GlobalWeightNorm or Metric.GlobalGradientNorm or Metric.GlobalUpdateRatio => model?.ParameterCount,
        ScopeKind.Run when traits is { Stage: Stage.Data, Scale: ValueScale.Fraction } =>
            good[0].GetValueOrDefault(new SeriesKey(Metric.BatchSize, ScopeKind.Run, string.Empty))?.Finite.Select(bin => (long?)bin.Value.Mean).FirstOrDefault(),
        _ => null,
    };

    /// <summary>The number of answers that the model gives for a sample.</summary>
    private static long? AnswersOf(ModelDescription? model) => model?.Leaves.LastOrDefault(layer => layer.OutputFeatures is not null)?.OutputFeatures;

    /// <summary>The usual size of what a mean belongs to: its deviation, and the mean itself where the deviation is next to nothing.</summary>
    private static double? UnitOf(SeriesKey key, MetricTraits traits, IReadOnlyList<Dictionary<SeriesKey, TraceSeries>> good)
    {
        if (traits.Deviation is not { } deviation)
        {
            return null;
        }

        double unit = Math.Sqrt(Math.Pow(Size(deviation), 2) + Math.Pow(Size(key.Metric), 2));
        return unit > 0 && double.IsFinite(unit) ? unit : null;

        double Size(Metric metric)
        {
            double[] values = [.. good.SelectMany(one => one.GetValueOrDefault(key with { Metric = metric })?.Finite ?? []).Select(bin => Math.Abs(bin.Value.Mean))];
            return values.Length == 0 ? 0 : Quantiles.Median(values);
        }
    }
}
