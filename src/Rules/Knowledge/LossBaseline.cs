namespace TrainingDoctor.Rules.Knowledge;

/// <summary>The loss of a network that ignores its inputs and always answers the frequencies or the mean of the targets: what any training must undercut.</summary>
internal static class LossBaseline
{
    /// <summary>The loss of guessing among 1,000 classes, more than classifiers have whose score is logged.</summary>
    private const double LargestGuess = 6.95;

    /// <summary>Computes it from the loss function and the targets seen.</summary>
    /// <param name="facts">The run.</param>
    /// <returns>Null when loss or targets are not known well enough.</returns>
    public static double? Of(RunFacts facts)
    {
        if (facts.Run.Loss is null)
        {
            // What a text leaves open no model can know, so that its distance from the frequencies of letters tells little.
            return (facts.Run.Task != TrainingTask.LanguageModeling && RecognizedLoss.Of(facts) is { IsMean: true } recognized ? Of(recognized.Kind, facts) : null) ?? Guessing(facts);
        }

        if (facts.Run.Loss is not { HasClassWeights: false } loss || loss.Reduction is not (null or "mean") || RecognizedLoss.MayBeWeighted(facts))
        {
            return null;
        }

        return Of(loss.Kind, facts);
    }

    private static double? Of(LossKind kind, RunFacts facts) => kind switch
    {
        LossKind.CrossEntropy or LossKind.NegativeLogLikelihood => Entropy(facts),
        LossKind.BinaryCrossEntropy or LossKind.BinaryCrossEntropyWithLogits => BinaryEntropy(facts) ?? Entropy(facts),
        LossKind.MeanSquaredError => Variance(facts),
        _ => null,
    };

    /// <summary>
    /// The logarithm of the number of classes K, where a loss of about ln K and a score of about 1/K say that the network guesses. One who has learnt has a better
    /// score than the reciprocal of e to the loss, save near a perfect one.
    /// </summary>
    private static double? Guessing(RunFacts facts)
    {
        if ((facts.Of(Metric.ValidationAccuracy) ?? facts.Of(Metric.Accuracy)) is not { Count: >= 3 } score || facts.Of(Metric.Loss) is not { Recent: > 0 and < LargestGuess and var loss })
        {
            return null;
        }

        double accuracy = score.Recent / (score.Maximum > 1.5 ? 100 : 1);
        double classes = Math.Round(Math.Exp(loss));
        return classes >= 2 && Math.Abs(loss - Math.Log(classes)) < 0.03 * loss && (Math.Abs((accuracy * classes) - 1) < 0.1 || HasOneAnswer(facts)) ? Math.Log(classes) : null;
    }

    /// <summary>Tells whether the score has been the same to six digits for most of the validations, as when a network gives one answer to every sample; a perfect score may be.</summary>
    /// <param name="facts">The run.</param>
    public static bool HasOneAnswer(RunFacts facts) =>
        (facts.Curves.Of(Metric.ValidationAccuracy) ?? facts.Curves.Of(Metric.Accuracy)) is { Repeats: >= 5 } score && score.Repeats > 0.7 * score.Series.Count && score.Series.Last is > 0 and not (1 or 100);

    /// <summary>Gets the logarithm of 2, 10, 100 or 1,000, the numbers of classes that everybody uses, where a loss is that to three digits; null otherwise.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="tolerance">How far from it the loss may be, as a share.</param>
    public static double? NearestGuess(double loss, double tolerance = 0.005)
    {
        foreach (double classes in (ReadOnlySpan<double>)[2, 10, 100, 1000])
        {
            if (Math.Abs(loss - Math.Log(classes)) < tolerance * loss)
            {
                return Math.Log(classes);
            }
        }

        return null;
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
