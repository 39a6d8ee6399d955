namespace TrainingDoctor.Rules.Statistics;

/// <summary>Mean and variance of everything seen, without cancellation (Welford 1962).</summary>
public struct RunningMoments
{
    private double _squares;

    /// <summary>Gets the number of samples.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the mean; 0 before any sample.</summary>
    public double Mean { get; private set; }

    /// <summary>Gets the unbiased variance; 0 for fewer than two samples.</summary>
    public readonly double Variance => Count < 2 ? 0 : _squares / (Count - 1);

    /// <summary>Gets the standard deviation.</summary>
    public readonly double Deviation => Math.Sqrt(Variance);

    /// <summary>Takes one sample; NaN and infinities are passed over.</summary>
    /// <param name="value">The sample.</param>
    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            return;
        }

        Count++;
        double distance = value - Mean;
        Mean += distance / Count;
        _squares += distance * (value - Mean);
    }
}
