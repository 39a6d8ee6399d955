namespace TrainingDoctor.Rules.Inputs;

/// <summary>
/// Weighs a loss of outputs and targets that may broadcast against each other: with broadcasting it cannot fall clearly below what the mean answer costs, however good the model is.
/// </summary>
internal sealed class BroadcastLoss
{
    private double _levels;

    /// <summary>Gets the number of batches that were weighed.</summary>
    public long Batches { get; private set; }

    /// <summary>Gets the step of the first of them.</summary>
    public long Since { get; private set; }

    /// <summary>Gets the lowest loss, as a share of that of the mean answer.</summary>
    public double BestShare { get; private set; } = double.PositiveInfinity;

    /// <summary>Gets the mean of these shares, none counted above 1.</summary>
    public double MeanShare => _levels / Batches;

    /// <summary>Weighs a batch; one without variance or with a loss that is not finite is passed over.</summary>
    /// <param name="step">The step.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="deviation">The standard deviation of the targets.</param>
    /// <param name="kind">The loss, as far as it is known.</param>
    public void Add(long step, double loss, double deviation, LossKind? kind)
    {
        double variance = deviation * deviation;
        if (!(variance > 0) || !double.IsFinite(loss))
        {
            return;
        }

        if (Batches++ == 0)
        {
            Since = step;
        }

        // The mean over all pairs of a squared difference is at least the variance of the targets; of an absolute one, not much less than half their deviation.
        double share = kind is LossKind.MeanAbsoluteError or LossKind.Huber ? 2 * loss / Math.Min(deviation, Math.Max(variance, 1e-12)) : loss / variance;
        BestShare = Math.Min(BestShare, share);
        _levels += Math.Min(share, 1);
    }
}
