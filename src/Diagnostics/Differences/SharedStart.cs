namespace TrainingDoctor.Differences;

/// <summary>Two runs that begin with the same numbers to the last digits, as one seed gives them: where the first number differs, something was done differently.</summary>
/// <param name="Step">The first step at which numbers differ.</param>
/// <param name="Stage">The first stage in causal order that differs there.</param>
/// <param name="IsAbrupt">Whether they differ at once by more than rounding can grow to in a step.</param>
internal sealed record SharedStart(long Step, Stage Stage, bool IsAbrupt)
{
    /// <summary>At least as many numbers must begin alike, and half of those that another seed would have changed: a normalisation gives the same with every seed.</summary>
    private const int AlikeAtStart = 3;

    /// <summary>As a part of what a person would call a difference; rounding does not grow to this within a step.</summary>
    public const double Abrupt = 0.02;

    /// <summary>Finds the shared start of two runs; null when they have none.</summary>
    public static SharedStart? Of(IReadOnlyList<SeriesDifference> differences)
    {
        // Flags and categories are alike with any seed: numbers tell. Weights of one seed show in the outputs of layers; where none were measured, in the loss and what comes of it.
        var measured = differences.Where(difference => difference.Points.Count > 0).ToList();
        long begin = measured.Select(difference => difference.Points[0].Step).DefaultIfEmpty(0).Min();
        var telling = measured.Where(difference => difference.Points[0].Step == begin && IsTelling(difference)).ToList();
        var activations = telling.Where(difference => difference.Traits.Stage == Differences.Stage.Activations).ToList();
        var witnesses = activations.Count > 0 ? activations : [.. telling.Where(difference => difference.Traits.Stage is Differences.Stage.Loss or Differences.Stage.Gradients or Differences.Stage.Updates)];
        int alike = witnesses.Count(difference => !difference.Points[0].Differs);
        bool hasOtherInputs = telling.Exists(difference => difference.Key.Metric is Metric.InputMean or Metric.InputStandardDeviation && difference.Points[0].Differs);
        if (hasOtherInputs || alike < AlikeAtStart || 2 * alike < witnesses.Count)
        {
            return null;
        }

        var first = measured
            .SelectMany(difference => difference.Points.Where(point => point.Differs).Take(1).Select(point => (Difference: difference, Point: point)))
            .OrderBy(entry => entry.Point.Step)
            .ThenBy(entry => entry.Difference.Traits.Stage)
            .ToList();
        if (first.Count == 0)
        {
            return null;
        }

        var (earliest, at) = first[0];
        bool isAbrupt = first.TakeWhile(entry => entry.Point.Step == at.Step).Any(entry => entry.Point.Distance >= Abrupt * entry.Difference.Traits.Effect);
        return new SharedStart(at.Step, earliest.Traits.Stage, isAbrupt);
    }

    /// <summary>Tells whether what acts in a stage was the same: the numbers behind it were.</summary>
    public bool RulesOut(Stage stage) => stage < Stage || (Step > 0 && stage < Differences.Stage.Updates);

    /// <summary>A value that is chosen, or nothing with any seed, tells nothing.</summary>
    private static bool IsTelling(SeriesDifference difference) =>
        difference.Traits.Scale is ValueScale.Ratio or ValueScale.Signed && difference.Points[0].Good != 0 && difference.Key.Metric is not (Metric.LearningRate or Metric.BatchSize or Metric.NormalizationBatchSize);
}
