namespace TrainingDoctor.Rules.Statistics;

/// <summary>
/// A series of any length in constant memory: means of blocks of equal numbers of samples. When the blocks are full, neighbours are merged, so that the blocks always cover the
/// whole series evenly. Beside them the noise of single samples, from differences of neighbours (von Neumann 1941), which no trend can blow up.
/// </summary>
public sealed class CompactedSeries
{
    /// <summary>The largest number of blocks; a power of two, so that blocks merge without rest.</summary>
    public const int Capacity = 128;

    private const int FirstRoom = 8;

    private double[] _means = [];
    private double[] _lowest = [];
    private double[] _highest = [];
    private double[] _squaredDifferences = [];
    private long[] _steps = [];
    private long[] _ends = [];
    private double _sum;
    private double _pendingDifferences;
    private double _pendingLowest = double.PositiveInfinity;
    private double _pendingHighest = double.NegativeInfinity;
    private long _pending;
    private long _pendingStep;

    /// <summary>Gets the number of finite samples.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the number of samples that each full block holds.</summary>
    public long Stride { get; private set; } = 1;

    /// <summary>Gets the number of full blocks.</summary>
    public int BlockCount { get; private set; }

    /// <summary>Gets the number of samples at the end that make no full block yet.</summary>
    public long PendingCount => _pending;

    /// <summary>Gets the first sample; NaN before any.</summary>
    public double First { get; private set; } = double.NaN;

    /// <summary>Gets the step of the first sample; -1 before any.</summary>
    public long FirstStep { get; private set; } = -1;

    /// <summary>Gets the last sample; NaN before any.</summary>
    public double Last { get; private set; } = double.NaN;

    /// <summary>Gets the step of the last sample; -1 before any.</summary>
    public long LastStep { get; private set; } = -1;

    /// <summary>Gets the usual standard deviation of a single sample around the local level: the median over the blocks.</summary>
    public double Noise => NoiseOf(0, 1);

    /// <summary>Gets the means of the full blocks, in order.</summary>
    public ReadOnlySpan<double> Means => _means.AsSpan(0, BlockCount);

    /// <summary>Gets the smallest samples of the full blocks, in order.</summary>
    public ReadOnlySpan<double> Lowests => _lowest.AsSpan(0, BlockCount);

    /// <summary>Gets the largest samples of the full blocks, in order.</summary>
    public ReadOnlySpan<double> Highests => _highest.AsSpan(0, BlockCount);

    /// <summary>Gets the step of the first sample of each full block.</summary>
    public ReadOnlySpan<long> Steps => _steps.AsSpan(0, BlockCount);

    /// <summary>Gets the step of the last sample of each full block.</summary>
    public ReadOnlySpan<long> Ends => _ends.AsSpan(0, BlockCount);

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
            FirstStep = step;
        }
        else
        {
            double difference = value - Last;
            _pendingDifferences += difference * difference;
        }

        Last = value;
        LastStep = step;
        if (_pending++ == 0)
        {
            _pendingStep = step;
        }

        _sum += value;
        _pendingLowest = Math.Min(_pendingLowest, value);
        _pendingHighest = Math.Max(_pendingHighest, value);
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

        var part = Part(from, to);
        double sum = 0;
        for (int i = part.First; i < part.End; i++)
        {
            sum += _means[i];
        }

        return sum / (part.End - part.First);
    }

    /// <summary>Returns how many samples a part of the blocks holds: the number that <see cref="MeanOf"/> is the mean of.</summary>
    /// <param name="from">Where the part begins, as a share of the series from 0 to 1.</param>
    /// <param name="to">Where it ends.</param>
    public long CountOf(double from, double to)
    {
        var part = Part(from, to);
        return (part.End - part.First) * Stride;
    }

    /// <summary>Returns the median of a part of the blocks.</summary>
    /// <param name="from">Where the part begins, as a share of the series from 0 to 1.</param>
    /// <param name="to">Where it ends.</param>
    /// <returns>NaN when there are no blocks.</returns>
    public double MedianOf(double from, double to)
    {
        if (BlockCount == 0)
        {
            return double.NaN;
        }

        var part = Part(from, to);
        Span<double> scratch = stackalloc double[part.End - part.First];
        _means.AsSpan(part.First, part.End - part.First).CopyTo(scratch);
        return Quantiles.Median(scratch);
    }

    /// <summary>Returns the usual standard deviation of a single sample around the local level, within a part of the series.</summary>
    /// <param name="from">Where the part begins, as a share of the series from 0 to 1.</param>
    /// <param name="to">Where it ends.</param>
    /// <remarks>The median over blocks, corrected by the median of the chi-squared distribution (Wilson and Hilferty 1931): one spike or a steep beginning leaves it alone.</remarks>
    public double NoiseOf(double from, double to)
    {
        var part = Part(from, to);
        int first = Stride == 1 ? Math.Max(1, part.First) : part.First;
        int count = part.End - first;
        if (count < 1)
        {
            return 0;
        }

        Span<double> scratch = stackalloc double[count];
        for (int i = 0; i < count; i++)
        {
            // Half the mean squared difference of neighbours is the variance; of the very first block one difference is missing.
            scratch[i] = _squaredDifferences[first + i] / (2.0 * Math.Max(1, first + i == 0 ? Stride - 1 : Stride));
        }

        double correction = 1 - (2.0 / (9 * Stride));
        return Math.Sqrt(Quantiles.Median(scratch) / (correction * correction * correction));
    }

    /// <summary>Returns the standard deviation of a block's mean around the level of its neighbours, within a part of the series.</summary>
    /// <param name="from">Where the part begins, as a share of the series from 0 to 1.</param>
    /// <param name="to">Where it ends.</param>
    /// <remarks>
    /// From second differences, which no straight trend touches. Samples that depend on each other, as running means do, make it larger than <see cref="Noise"/> over the root of
    /// <see cref="Stride"/>.
    /// </remarks>
    public double BlockNoiseOf(double from, double to)
    {
        var part = Part(from, to);
        int count = part.End - part.First - 2;
        if (count < 1)
        {
            return NoiseOf(from, to) / Math.Sqrt(Stride);
        }

        Span<double> scratch = stackalloc double[count];
        for (int i = 0; i < count; i++)
        {
            scratch[i] = Math.Abs(_means[part.First + i] - (2 * _means[part.First + i + 1]) + _means[part.First + i + 2]);
        }

        return Quantiles.Median(scratch) / (Quantiles.NormalMedianDeviation * Math.Sqrt(6));
    }

    /// <summary>Returns the standard error of the mean of a part of the blocks, the larger of what single samples and what blocks tell.</summary>
    /// <param name="from">Where the part begins, as a share of the series from 0 to 1.</param>
    /// <param name="to">Where it ends.</param>
    public double ErrorOf(double from, double to)
    {
        var part = Part(from, to);
        double blocks = Math.Max(1, part.End - part.First);
        return Math.Max(NoiseOf(from, to) / Math.Sqrt(blocks * Stride), BlockNoiseOf(from, to) / Math.Sqrt(blocks));
    }

    /// <summary>Finds the lowest mean of neighbouring blocks.</summary>
    /// <param name="width">How many neighbours are taken together.</param>
    /// <returns>The mean, and the index of the first of these blocks; NaN and -1 when there are too few.</returns>
    public (double Mean, int Index) Lowest(int width) => Best(width, 1);

    /// <summary>Finds the best mean of neighbouring blocks.</summary>
    /// <param name="width">How many neighbours are taken together.</param>
    /// <param name="sign">1 where lower is better, -1 where higher is.</param>
    /// <returns>The mean, and the index of the first of these blocks; NaN and -1 when there are too few.</returns>
    public (double Mean, int Index) Best(int width, int sign)
    {
        var best = (Mean: double.NaN, Index: -1);
        for (int i = 0; i + width <= BlockCount; i++)
        {
            double sum = 0;
            for (int j = 0; j < width; j++)
            {
                sum += _means[i + j];
            }

            if (!(sign * sum / width >= sign * best.Mean))
            {
                best = (sum / width, i);
            }
        }

        return best;
    }

    /// <summary>Tells how surely a part of the blocks falls or rises.</summary>
    /// <param name="from">Where the part begins, as a share of the series from 0 to 1.</param>
    /// <param name="to">Where it ends.</param>
    public (double Tau, double Z) Trend(double from, double to = 1)
    {
        if (BlockCount == 0)
        {
            return (0, 0);
        }

        var part = Part(from, to);
        return TrendTest.MannKendall(_means.AsSpan(part.First, part.End - part.First));
    }

    /// <summary>Returns the blocks of a part of the series.</summary>
    /// <param name="from">Where the part begins, as a share of the series from 0 to 1.</param>
    /// <param name="to">Where it ends.</param>
    /// <returns>Index of the first block, and of the block behind the last; at least one block while there is one.</returns>
    public (int First, int End) Part(double from, double to)
    {
        if (BlockCount == 0)
        {
            return (0, 0);
        }

        int first = Math.Clamp((int)(from * BlockCount), 0, BlockCount - 1);
        return (first, Math.Clamp((int)Math.Ceiling(to * BlockCount), first + 1, BlockCount));
    }

    private void Push()
    {
        if (BlockCount == Capacity)
        {
            Merge();
            if (_pending < Stride)
            {
                return;
            }
        }

        if (BlockCount == _means.Length)
        {
            // A short run has few: of ten thousand logs in a folder each would hold the room of a long one.
            Resize(Math.Clamp(2 * BlockCount, FirstRoom, Capacity));
        }

        _means[BlockCount] = _sum / _pending;
        _lowest[BlockCount] = _pendingLowest;
        _highest[BlockCount] = _pendingHighest;
        _squaredDifferences[BlockCount] = _pendingDifferences;
        _steps[BlockCount] = _pendingStep;
        _ends[BlockCount] = LastStep;
        BlockCount++;
        (_sum, _pendingDifferences, _pending, _pendingLowest, _pendingHighest) = (0, 0, 0, double.PositiveInfinity, double.NegativeInfinity);
    }

    private void Resize(int blocks)
    {
        Array.Resize(ref _means, blocks);
        Array.Resize(ref _lowest, blocks);
        Array.Resize(ref _highest, blocks);
        Array.Resize(ref _squaredDifferences, blocks);
        Array.Resize(ref _steps, blocks);
        Array.Resize(ref _ends, blocks);
    }

    private void Merge()
    {
        for (int i = 0; i < Capacity / 2; i++)
        {
            _means[i] = (_means[2 * i] + _means[(2 * i) + 1]) / 2;
            _lowest[i] = Math.Min(_lowest[2 * i], _lowest[(2 * i) + 1]);
            _highest[i] = Math.Max(_highest[2 * i], _highest[(2 * i) + 1]);
            _squaredDifferences[i] = _squaredDifferences[2 * i] + _squaredDifferences[(2 * i) + 1];
            _steps[i] = _steps[2 * i];
            _ends[i] = _ends[(2 * i) + 1];
        }

        BlockCount = Capacity / 2;
        Stride *= 2;
    }
}
