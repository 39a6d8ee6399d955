namespace TrainingDoctor.Rules.Knowledge;

/// <summary>
/// What cross entropy tells of its input without a look at the model. Over probabilities in place of logits its softmax sees differences of at most 1, so that with k classes it can
/// neither fall below ln(e + k - 1) - 1 nor rise above ln(e + k - 1), and a network that is sure of its answers stands at that bound less the share of right ones.
/// </summary>
/// <remarks>It holds for means over any number of samples, hence for batches, epochs and validations alike, in live runs and in logs.</remarks>
/// <param name="Classes">The number of classes.</param>
/// <param name="IsTold">Whether the number of classes and the loss are known, not inferred.</param>
/// <param name="Loss">The smallest loss of the run.</param>
/// <param name="LossStep">Its step.</param>
/// <param name="IsValidation">Whether the loss is that of the validation.</param>
/// <param name="Accuracy">The share of right answers; null where none was told.</param>
/// <param name="AccuracyStep">The step of the accuracy.</param>
/// <param name="AccuracyMetric">What the accuracy is.</param>
internal sealed record CrossEntropyFloor(double Classes, bool IsTold, double Loss, long LossStep, bool IsValidation, double? Accuracy, long AccuracyStep, Metric AccuracyMetric)
{
    private const double Rounding = 1e-3;
    private const double Fit = 0.03;
    private const double Flat = 0.02;

    /// <summary>Below it, honest logits that stopped early stand as high: a rate that fell to nothing leaves any loss where it was.</summary>
    private const double Sure = 0.9;
    private const double Stopped = 0.01;
    private const double Moved = 0.02;
    private const double Touching = 0.005;
    private const long MinimumLosses = 20;
    private const long MinimumValidations = 5;
    private const long LargestInferred = 1000;

    /// <summary>Gets the smallest loss that probabilities allow.</summary>
    public double Floor => Of(Classes);

    /// <summary>Gets the smallest cross entropy over probabilities.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    public static double Of(double classes) => Math.Log(Math.E + classes - 1) - 1;

    /// <summary>Tells whether a loss shows that logits were fed: it fell below what probabilities allow.</summary>
    /// <param name="facts">The run.</param>
    /// <param name="classes">The number of classes.</param>
    public static bool IsRefuted(RunFacts facts, double classes) =>
        Least(facts, Metric.Loss) < Of(classes) - Rounding || Least(facts, Metric.ValidationLoss) < Of(classes) - Rounding;

    /// <summary>Tells whether the rate came to next to nothing, so that a loss at rest may have been stopped anywhere.</summary>
    /// <param name="facts">The run.</param>
    public static bool IsStopped(RunFacts facts) => facts.Of(Metric.LearningRate) is { Last: var last, Maximum: var most } && last < Stopped * most;

    /// <summary>Looks for the floor in a run.</summary>
    /// <param name="facts">The run, at its end.</param>
    /// <param name="classes">The number of classes; null where it is not known.</param>
    /// <returns>Null where the losses are no proof of probabilities.</returns>
    public static CrossEntropyFloor? Find(RunFacts facts, double? classes) => AreLogitsSeen(facts) ? null : facts.Run.Loss switch
    {
        { Kind: LossKind.CrossEntropy, HasClassWeights: false, Reduction: null or "mean" } when classes >= 2 => Told(facts, classes.Value),
        null when facts.Run.Task is null or TrainingTask.MulticlassClassification => Inferred(facts, classes),
        _ => null,
    };

    private static CrossEntropyFloor? Told(RunFacts facts, double classes)
    {
        if (facts.Of(Metric.Loss) is not { } loss || loss.Count < MinimumLosses || !IsWithin(loss, classes) || !IsFlat(facts))
        {
            return null;
        }

        double level = facts.LossSeries.MeanOf(0.8, 1);
        foreach (var metric in new[] { Metric.Accuracy, Metric.ValidationAccuracy })
        {
            // Validation is at most as good as training, so that it bounds the training loss from above.
            if (Share(facts, metric) is { } score && score.Share >= Sure && level <= Of(classes) + (1 - score.Share) + Fit)
            {
                return new CrossEntropyFloor(classes, true, loss.Minimum, loss.MinimumStep, false, score.Share, score.Step, metric);
            }
        }

        bool touches = classes > 2 && loss.Minimum < (1 + Touching) * Of(classes) && level < 1.1 * Of(classes);
        return touches ? new CrossEntropyFloor(classes, true, loss.Minimum, loss.MinimumStep, false, null, 0, Metric.Accuracy) : null;
    }

    /// <summary>Infers the number of classes from the level at the end, and asks the whole curve whether it can be so: every loss lies within the bounds, the first no higher than a guess. A loss that never moved came to rest nowhere.</summary>
    private static CrossEntropyFloor? Inferred(RunFacts facts, double? known)
    {
        foreach (var (lossMetric, scoreMetric) in new[] { (Metric.Loss, Metric.Accuracy), (Metric.Loss, Metric.ValidationAccuracy), (Metric.ValidationLoss, Metric.ValidationAccuracy) })
        {
            if (facts.Of(lossMetric) is not { NonFiniteCount: 0 } loss || loss.Count < (lossMetric == Metric.Loss ? MinimumLosses : MinimumValidations)
                || loss.Maximum - loss.Minimum < Moved || Share(facts, scoreMetric) is not { Share: >= Sure } score)
            {
                continue;
            }

            double level = lossMetric == Metric.Loss ? facts.LossSeries.MeanOf(0.8, 1) : loss.Recent;
            double classes = Math.Round(Math.Exp(level + score.Share) - Math.E + 1);
            bool isFlat = lossMetric == Metric.Loss ? IsFlat(facts) : Math.Abs(loss.Last - loss.Recent) <= Flat * loss.Recent;
            if (classes is > 2 and <= LargestInferred && (known is null || known == classes) && isFlat && !IsRefuted(facts, classes) && IsWithin(loss, classes) && loss.First <= Math.Log(classes) + Fit
                && Math.Abs(level + score.Share - Of(classes) - 1) <= Fit && level < Of(classes) + 0.1)
            {
                return new CrossEntropyFloor(classes, false, loss.Minimum, loss.MinimumStep, lossMetric == Metric.ValidationLoss, score.Share, score.Step, scoreMetric);
            }
        }

        return null;
    }

    /// <summary>What the model puts out is no probability. A function called between model and loss is not seen, and a guess at it from the level alone is worth less than what was.</summary>
    private static bool AreLogitsSeen(RunFacts facts) =>
        facts.Of(Metric.OutputMinimum, LayerChain.OutputScope) is { Minimum: < -Rounding } || facts.Of(Metric.OutputMaximum, LayerChain.OutputScope) is { Maximum: > 1 + Rounding };

    private static double Least(RunFacts facts, Metric metric) => facts.Of(metric)?.Minimum ?? double.PositiveInfinity;

    private static bool IsWithin(SeriesSummary loss, double classes) =>
        loss.NonFiniteCount == 0 && loss.Minimum >= Of(classes) - Rounding && loss.Maximum <= Of(classes) + 1 + Rounding;

    /// <summary>A loss on its way down passes any value; only one that has come to rest there has found a floor.</summary>
    private static bool IsFlat(RunFacts facts)
    {
        double late = facts.LossSeries.MeanOf(0.8, 1);
        return Math.Abs(facts.LossSeries.MeanOf(0.6, 0.8) - late) <= Flat * late;
    }

    private static (double Share, long Step)? Share(RunFacts facts, Metric metric) => facts.Of(metric) is { NonFiniteCount: 0, Minimum: >= 0 } score
        ? (score.Last / (score.Maximum > 1.5 ? 100 : 1), score.LastStep) is { Item1: <= 1 } share ? share : null
        : null;
}
