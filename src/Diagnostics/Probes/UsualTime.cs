namespace TrainingDoctor.Probes;

/// <summary>How long something usually takes that is done again and again, known from the second time on: what was slow only because it was compiled first, or interrupted, counts little.</summary>
internal sealed class UsualTime
{
    /// <summary>How much of a longer time is believed.</summary>
    private const double Longest = 1.5;

    /// <summary>The weight of a longer time.</summary>
    private const double Smoothing = 0.1;

    /// <summary>Gets how often it was done.</summary>
    public long Count { get; private set; }

    /// <summary>Gets how long it usually takes, in the ticks that were added; 0 before any.</summary>
    public double Ticks { get; private set; }

    /// <summary>Gets how long all of them took, had each taken as long as usual.</summary>
    public double Total => Count * Ticks;

    /// <summary>Takes one time.</summary>
    /// <param name="ticks">How long it took; at least 0.</param>
    public void Add(double ticks)
    {
        // Downwards at once, upwards slowly: nothing is ever quicker than it is.
        Ticks = Count == 0 || ticks < Ticks ? ticks : Ticks + (Smoothing * (Math.Min(ticks, Longest * Ticks) - Ticks));
        Count++;
    }
}
