using TrainingDoctor.Differences;

namespace TrainingDoctor.Tests.Differences;

public sealed class MetricTraitsTests
{
    /// <summary>Numbers without a unit that can't go below zero, so that their ratio tells. One that can, as a correlation, has none: 0.04 is not half as bad as 0.02.</summary>
    private static readonly HashSet<Metric> Magnitudes =
    [
        Metric.LearningRate, Metric.GlobalUpdateRatio, Metric.LossScale, Metric.RegularizationGradientRatio, Metric.InputStandardDeviation, Metric.InputAbsoluteMaximum, Metric.InputFeatureScaleRatio,
        Metric.TargetStandardDeviation, Metric.TargetRowSum, Metric.LinearFitError, Metric.ValidationInputScale, Metric.OutputStandardDeviation, Metric.OutputAbsoluteMaximum, Metric.BatchVariation, Metric.ActivationGradientStandardDeviation,
        Metric.ActivationGradientAbsoluteMaximum, Metric.GradientStandardDeviation, Metric.GradientAbsoluteMaximum, Metric.WeightStandardDeviation, Metric.WeightAbsoluteMaximum, Metric.UpdateRatio,
        Metric.SampleSpread, Metric.LatentWeight, Metric.EmbeddingSpread, Metric.RouterEntropy,
    ];

    [Fact]
    public void WhatCanGoBelowZeroIsNotComparedByRatio()
    {
        var ratios = MetricCatalog.All.Where(info => info.Unit == "1" && MetricTraits.Find(info.Metric) is { Scale: ValueScale.Ratio }).Select(info => info.Metric);

        Assert.Equal(Magnitudes.Order(), ratios.Order());
    }
}
