namespace TrainingDoctor.Rules.Statistics;

/// <summary>The median and the robust deviation of the newest samples. Keeps them sorted, so that a sample costs a search and one move.</summary>
public sealed class RollingMedian
{
    private readonly double[] _ring;
    private readonly double[] _sorted;
    private readonly double[] _scratch;
    private int _next;

    /// <summary>Creates an empty window.</summary>
    /// <param name="window">How many samples it holds; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is smaller than 1.</exception>
    public RollingMedian(int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        _ring = new double[window];
        _sorted = new double[window];
        _scratch = new double[window];
    }

    /// <summary>Gets the number of samples in the window.</summary>
    public int Count { get; private set; }

    /// <summary>Gets a value indicating whether the window is full.</summary>
    public bool IsFull => Count == _ring.Length;

    /// <summary>Gets the median; NaN before any sample.</summary>
    public double Median => Count == 0 ? double.NaN : Count % 2 == 1 ? _sorted[Count / 2] : (_sorted[(Count / 2) - 1] + _sorted[Count / 2]) / 2;

    /// <summary>Gets the largest sample of the window; NaN before any.</summary>
    public double Maximum => Count == 0 ? double.NaN : _sorted[Count - 1];

    /// <summary>Gets the smallest sample of the window; NaN before any.</summary>
    public double Minimum => Count == 0 ? double.NaN : _sorted[0];

    /// <summary>Computes the standard deviation that single outliers leave alone; NaN before any sample.</summary>
    public double ComputeDeviation()
    {
        _sorted.AsSpan(0, Count).CopyTo(_scratch);
        return Quantiles.RobustDeviation(_scratch.AsSpan(0, Count));
    }

    /// <summary>Takes one sample, and drops the oldest when the window is full; NaN and infinities are passed over.</summary>
    /// <param name="value">The sample.</param>
    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            return;
        }

        if (IsFull)
        {
            int gone = _sorted.AsSpan(0, Count).BinarySearch(_ring[_next]);
            _sorted.AsSpan(gone + 1, Count - gone - 1).CopyTo(_sorted.AsSpan(gone));
            Count--;
        }

        int place = _sorted.AsSpan(0, Count).BinarySearch(value);
        place = place < 0 ? ~place : place;
        _sorted.AsSpan(place, Count - place).CopyTo(_sorted.AsSpan(place + 1));
        _sorted[place] = value;
        Count++;
        _ring[_next] = value;
        _next = (_next + 1) % _ring.Length;
    }
}
