namespace TrainingDoctor.Rules.Statistics;

/// <summary>Finds a lasting change of level by adding up deviations (Page 1954): many small ones count as much as one large one.</summary>
/// <param name="slack">What is taken off every deviation, half the change that matters; in standard deviations.</param>
/// <param name="limit">The sum from which the level counts as changed; in standard deviations.</param>
public struct CumulativeSum(double slack, double limit)
{
    /// <summary>Gets the sum of deviations upwards.</summary>
    public double Up { get; private set; }

    /// <summary>Gets the sum of deviations downwards.</summary>
    public double Down { get; private set; }

    /// <summary>Gets 1 when the level rose, -1 when it fell, 0 otherwise.</summary>
    public readonly int Change => Up > limit ? 1 : Down > limit ? -1 : 0;

    /// <summary>Takes one deviation from the level expected, in standard deviations; NaN and infinities are passed over.</summary>
    /// <param name="deviation">The deviation.</param>
    public void Add(double deviation)
    {
        if (double.IsFinite(deviation))
        {
            Up = Math.Max(0, Up + deviation - slack);
            Down = Math.Max(0, Down - deviation - slack);
        }
    }

    /// <summary>Starts anew.</summary>
    public void Reset() => (Up, Down) = (0, 0);
}
