namespace TrainingDoctor.Probes;

/// <summary>Sees at once, and roughly, that a loss jumps: no finding, only a reason to look closer. In units of the loss's own noise.</summary>
internal sealed class LossAlarm
{
    private const double Weight = 0.05;
    private const double Deviations = 6;
    private const int WarmUp = 20;
    private double _mean;
    private double _deviation;
    private long _count;

    /// <summary>Takes a loss.</summary>
    /// <param name="loss">The loss.</param>
    /// <returns>True when it is not finite, or stands out above those before.</returns>
    public bool IsAlarming(double loss)
    {
        if (!double.IsFinite(loss))
        {
            return true;
        }

        bool stands = _count >= WarmUp && loss - _mean > Deviations * _deviation && loss - _mean > 0.01 * Math.Abs(_mean);
        double weight = Math.Max(Weight, 1.0 / ++_count);
        _deviation += weight * (Math.Abs(loss - _mean) - _deviation);
        _mean += weight * (loss - _mean);
        return stands;
    }
}
