namespace TrainingDoctor.Rules.Optimization.Rates;

/// <summary>Follows whether a learning rate is steady, and tells when it leaves that for a multiple of all that came before. A restart comes back to what was there.</summary>
/// <param name="samples">So many rates within a factor of two of the first of them are steady.</param>
internal sealed class RateSteadiness(long samples)
{
    private double _level = double.NaN;
    private long _count;

    /// <summary>Tells whether a rate jumps away from a steady time.</summary>
    /// <param name="rate">The rate.</param>
    /// <param name="largest">The largest before it.</param>
    /// <param name="factor">How many times the largest it must be.</param>
    public bool IsLeftBy(double rate, double largest, double factor) => _count >= samples && rate > factor * largest && largest > 0;

    /// <summary>Takes one finite rate, zero or above.</summary>
    /// <param name="rate">The rate.</param>
    public void Add(double rate)
    {
        bool isSteady = rate > 0 && rate <= 2 * _level && rate >= _level / 2;
        (_count, _level) = isSteady ? (_count + 1, _level) : (1, rate);
    }
}
