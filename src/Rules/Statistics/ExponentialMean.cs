namespace TrainingDoctor.Rules.Statistics;

/// <summary>An exponentially weighted mean, corrected for its start as in Adam (Kingma and Ba 2015): after one sample it is that sample.</summary>
/// <param name="weight">The weight of the newest sample, above 0 and at most 1.</param>
public struct ExponentialMean(double weight)
{
    private double _sum;
    private double _weights;

    /// <summary>Gets the mean; NaN before any sample.</summary>
    public readonly double Value => _weights > 0 ? _sum / _weights : double.NaN;

    /// <summary>Takes one sample; NaN and infinities are passed over.</summary>
    /// <param name="value">The sample.</param>
    public void Add(double value)
    {
        if (double.IsFinite(value))
        {
            _sum += weight * (value - _sum);
            _weights += weight * (1 - _weights);
        }
    }
}
