namespace TrainingDoctor.Rules.Knowledge;

/// <summary>The loss of a run as its values show it: the monitor tries the usual losses on output and target, and one of them gives the number of every step.</summary>
/// <param name="Kind">The loss.</param>
/// <param name="Reduction">How it is reduced, as <see cref="Metric.RecognizedReduction"/> says; null when not always alike.</param>
internal readonly record struct RecognizedLoss(LossKind Kind, int? Reduction)
{
    /// <summary>One step may agree by chance, five do not.</summary>
    private const int FewestSteps = 5;

    /// <summary>Gets a value indicating whether it is a mean over what is compared.</summary>
    public bool IsMean => Reduction == 0;

    /// <summary>Gets a value indicating whether it is summed over the batch.</summary>
    public bool IsSum => Reduction == 1;

    /// <summary>Reads it from what was measured.</summary>
    /// <param name="facts">The run.</param>
    /// <returns>Null when no loss gave the number in every step that was looked at.</returns>
    public static RecognizedLoss? Of(RunFacts facts)
    {
        if (facts.Of(Metric.RecognizedLoss) is not { Count: >= FewestSteps } kind || kind.Minimum < 0 || kind.Minimum != kind.Maximum || kind.NonFiniteCount > 0)
        {
            return null;
        }

        int? reduction = facts.Of(Metric.RecognizedReduction) is { } measured && measured.Minimum == measured.Maximum ? (int)measured.Last : null;
        return new RecognizedLoss((LossKind)(int)kind.Last, reduction);
    }

    /// <summary>Tells whether a loss may be weighted where nobody sees it: the program computes it by a function, which is told weights at each call, and its value was never that of a usual loss, nor a part of it.</summary>
    /// <param name="facts">The run.</param>
    public static bool MayBeWeighted(RunFacts facts) => (facts.Run.Loss is not { } loss || loss.TypeName.Contains('_', StringComparison.Ordinal))
        && facts.Of(Metric.RecognizedLoss) is { Count: >= FewestSteps, Maximum: < 0 } && !facts.Has(Metric.RecognizedRemainder);

    /// <summary>Gets the kind of the loss: as the program says, else as its values show.</summary>
    /// <param name="facts">The run.</param>
    /// <returns>Null when it is not known.</returns>
    public static LossKind? KindOf(RunFacts facts) => facts.Run.Loss?.Kind is { } kind and not LossKind.Other ? kind : Of(facts)?.Kind is { } seen and not LossKind.Other ? seen : null;
}
