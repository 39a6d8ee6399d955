namespace TrainingDoctor.Rules.Knowledge;

/// <summary>How long a step is beside the weights that it changes, and what that asks of the learning rate.</summary>
internal static class UpdateSizes
{
    /// <summary>A step of a thousandth of the weights is usual (Karpathy, CS231n).</summary>
    private const double UsualRatio = 1e-3;

    /// <summary>A step of half the weights' size leaves little of what they were: with Adam and PyTorch's initial weights, a rate of 0.03 in a layer of a hundred inputs.</summary>
    public const double OverthrowingRatio = 0.5;

    /// <summary>Returns the longest steps of a run, where one overthrew the weights.</summary>
    /// <param name="facts">The run.</param>
    /// <param name="step">The step before which it had to come, since a step's values are those before its update; null where there was none yet.</param>
    /// <returns>Null where none did, or a longer one came later.</returns>
    public static SeriesSummary? Overthrow(RunFacts facts, long? step) =>
        facts.Of(Metric.GlobalUpdateRatio) is { Maximum: > OverthrowingRatio } update && update.MaximumStep < step ? update : null;

    /// <summary>Returns the factor for the learning rate that a run's measured updates ask for, to one digit.</summary>
    /// <param name="facts">The run.</param>
    public static double FactorFor(RunFacts facts) => FactorTowards(
        facts.Of(Metric.GlobalUpdateRatio)?.Mean ?? double.NaN,
        isExact: facts.Run.Optimizer?.TypeName.StartsWith("Ada", StringComparison.Ordinal) ?? false);

    /// <summary>Returns the factor for the learning rate that brings an update ratio near the usual thousandth, to one digit.</summary>
    /// <param name="ratio">The ratio that was measured.</param>
    /// <param name="isExact">Whether the ratio follows the rate exactly, as with adaptive optimizers; otherwise less is asked for.</param>
    public static double FactorTowards(double ratio, bool isExact)
    {
        if (!(ratio > 0) || !double.IsFinite(ratio))
        {
            return 0.1;
        }

        double factor = UsualRatio / ratio;
        factor = isExact ? factor : Math.Sqrt(factor);
        return Math.Clamp(Math.Pow(10, Math.Round(Math.Log10(factor))), 1e-4, factor > 1 ? 1e4 : 0.1);
    }
}
