namespace TrainingDoctor.Statistics;

/// <summary>
/// A series of any length in constant memory: means of blocks of equal numbers of samples. When the blocks are full, neighbours are merged, so that the blocks always cover the
/// whole series evenly. Beside them the noise of single samples, from differences of neighbours (von Neumann 1941), which no trend can blow up.
/// </summary>
public sealed class CompactedSeries
{
    private const int Capacity = 128;
    private readonly double[] _means = new double[Capacity];
    private readonly long[] _steps = new long[Capacity];
    private double _sum;
    private long _pending;
    private long _pendingStep;
    private double _previous = double.NaN;
    private double _squaredDifferences;
    private long _differences;

    /// <summary>Gets the number of finite samples.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the number of samples that each full block holds.</summary>
    public long Stride { get; private set; } = 1;

    /// <summary>Gets the number of full blocks.</summary>
    public int BlockCount { get; private set; }

    /// <summary>Gets the first sample; NaN before any.</summary>
    public double First { get; private set; } = double.NaN;

    /// <summary>Gets the last sample; NaN before any.</summary>
    public double Last => _previous;

    /// <summary>Gets the standard deviation of a single sample around the local level.</summary>
    public double Noise => _differences == 0 ? 0 : Math.Sqrt(_squaredDifferences / _differences / 2);

    /// <summary>Gets the means of the full blocks, in order.</summary>
    public ReadOnlySpan<double> Means => _means.AsSpan(0, BlockCount);

    /// <summary>Gets the step of the first sample of each full block.</summary>
    public ReadOnlySpan<long> Steps => _steps.AsSpan(0, BlockCount);

    /// <summary>Takes one sample; NaN and infinities are passed over.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="value">The sample.</param>
    public void Add(long step, double value)
    {
        if (!double.IsFinite(value))
        {
            return;
        }

        if (Count++ == 0)
        {
            First = value;
        }
        else
        {
            double difference = value - _previous;
            _squaredDifferences += difference * difference;
            _differences++;
        }

        _previous = value;
        if (_pending++ == 0)
        {
            _pendingStep = step;
        }

        _sum += value;
        if (_pending == Stride)
        {
            Push();
        }
    }

    /// <summary>Returns the mean of a part of the blocks.</summary>
    /// <param name="from">Where the part begins, as a share of the series from 0 to 1.</param>
    /// <param name="to">Where it ends.</param>
    /// <returns>NaN when there are no blocks.</returns>
    public double MeanOf(double from, double to)
    {
        if (BlockCount == 0)
        {
            return double.NaN;
        }

        int first = Math.Clamp((int)(from * BlockCount), 0, BlockCount - 1);
        int last = Math.Clamp((int)Math.Ceiling(to * BlockCount), first + 1, BlockCount);
        double sum = 0;
        for (int i = first; i < last; i++)
        {
            sum += _means[i];
        }

        return sum / (last - first);
    }

    /// <summary>Returns the standard error of the mean of a part of the blocks, from the noise of single samples.</summary>
    /// <param name="share">The length of the part, as a share of the series.</param>
    public double ErrorOf(double share) => Noise / Math.Sqrt(Math.Max(1, share * BlockCount * Stride));

    /// <summary>Finds the lowest mean of neighbouring blocks.</summary>
    /// <param name="width">How many neighbours are taken together.</param>
    /// <returns>The mean, and the index of the first of these blocks; NaN and -1 when there are too few.</returns>
    public (double Mean, int Index) Lowest(int width)
    {
        var best = (Mean: double.NaN, Index: -1);
        for (int i = 0; i + width <= BlockCount; i++)
        {
            double sum = 0;
            for (int j = 0; j < width; j++)
            {
                sum += _means[i + j];
            }

            if (!(sum / width >= best.Mean))
            {
                best = (sum / width, i);
            }
        }

        return best;
    }

    /// <summary>Tells how surely a part of the blocks falls or rises: Kendall's tau, from -1 (falls throughout) to 1 (rises throughout), and its z-score (Mann 1945).</summary>
    /// <param name="from">Where the part begins, as a share of the series from 0 to 1.</param>
    public (double Tau, double Z) Trend(double from)
    {
        int first = Math.Clamp((int)(from * BlockCount), 0, BlockCount);
        int n = BlockCount - first;
        if (n < 3)
        {
            return (0, 0);
        }

        long concordant = 0;
        for (int i = first; i < BlockCount; i++)
        {
            for (int j = i + 1; j < BlockCount; j++)
            {
                concordant += Math.Sign(_means[j] - _means[i]);
            }
        }

        double pairs = n * (n - 1) / 2.0;
        return (concordant / pairs, concordant / Math.Sqrt(n * (n - 1.0) * ((2 * n) + 5) / 18));
    }

    private void Push()
    {
        if (BlockCount == Capacity)
        {
            for (int i = 0; i < Capacity / 2; i++)
            {
                _means[i] = (_means[2 * i] + _means[(2 * i) + 1]) / 2;
                _steps[i] = _steps[2 * i];
            }

            BlockCount = Capacity / 2;
            Stride *= 2;
            if (_pending < Stride)
            {
                return;
            }
        }

        _means[BlockCount] = _sum / _pending;
        _steps[BlockCount] = _pendingStep;
        BlockCount++;
        _sum = 0;
        _pending = 0;
    }
}
