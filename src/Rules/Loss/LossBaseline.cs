namespace TrainingDoctor.Rules.Loss;

/// <summary>The loss of a network that ignores its inputs and always answers the frequencies or the mean of the targets: what any training must undercut.</summary>
internal static class LossBaseline
{
    /// <summary>Computes it from the loss function and the targets seen.</summary>
    /// <param name="facts">The run.</param>
    /// <returns>Null when loss or targets are not known well enough.</returns>
    public static double? Of(RunFacts facts)
    {
        if (facts.Run.Loss is not { HasClassWeights: false } loss || loss.Reduction is not (null or "mean"))
        {
            return null;
        }

        return loss.Kind switch
        {
            LossKind.CrossEntropy or LossKind.NegativeLogLikelihood => Entropy(facts),
            LossKind.BinaryCrossEntropy or LossKind.BinaryCrossEntropyWithLogits => BinaryEntropy(facts) ?? Entropy(facts),
            LossKind.MeanSquaredError => Variance(facts),
            _ => null,
        };
    }

    /// <summary>The entropy of the labels: exact for two classes, the largest possible one for more.</summary>
    private static double? Entropy(RunFacts facts)
    {
        if (facts.Of(Metric.TargetClassCount) is not { Maximum: >= 2 and var classes } || facts.Of(Metric.TargetMajorityFraction) is not { Last: > 0 and < 1 and var majority })
        {
            return null;
        }

        double rest = 1 - majority;
        return -(majority * Math.Log(majority)) - (rest * Math.Log(rest / (classes - 1)));
    }

    /// <summary>The entropy of a label by the mean of all targets: exact for one label, and for several that are equally frequent.</summary>
    private static double? BinaryEntropy(RunFacts facts) =>
        facts.Of(Metric.TargetMean) is { Mean: > 0 and < 1 and var mean } && facts.Of(Metric.TargetMinimum) is { Minimum: 0 } && facts.Of(Metric.TargetMaximum) is { Maximum: 1 }
            ? -(mean * Math.Log(mean)) - ((1 - mean) * Math.Log(1 - mean))
            : null;

    private static double? Variance(RunFacts facts) =>
        facts.Of(Metric.TargetStandardDeviation) is { Mean: > 0 and var deviation } && facts.Of(Metric.TargetBroadcast) is not { Maximum: > 0 } ? deviation * deviation : null;
}
