namespace TrainingDoctor.Probes;

/// <summary>Which units of a layer were zero, or at a bound, for every sample of a window of recent batches.</summary>
/// <remarks>Per-unit activity over a window, as in TheDeepChecker (TOSEM 2022): a global share of zeros would call a healthy, sparse layer dead.</remarks>
internal sealed class UnitActivity
{
    private const int MinimumSamples = 256;
    private const int MinimumBatches = 5;
    private long[] _zeroSamples = [];
    private int[] _zeroBatches = [];
    private long[] _boundSamples = [];
    private int[] _boundBatches = [];
    private double[] _sums = [];
    private double[] _squares = [];
    private long _samples;
    private int _batches;

    /// <summary>Gets a value indicating whether the window holds enough samples to call a unit dead.</summary>
    public bool IsReady => _samples >= MinimumSamples && _batches >= MinimumBatches;

    /// <summary>Gets the share of units that were zero for the whole window.</summary>
    public double DeadFraction => Share(_zeroSamples, _zeroBatches);

    /// <summary>Gets the share of units that were at a bound for the whole window.</summary>
    public double BoundFraction => Share(_boundSamples, _boundBatches);

    /// <summary>Gets the mean over units of the standard deviation across the samples of the last batch.</summary>
    public double SpreadAcrossSamples { get; private set; }

    /// <summary>Gets the share of elements of the last batch that were at a bound.</summary>
    public double ElementBoundFraction { get; private set; }

    /// <summary>Takes a batch.</summary>
    /// <param name="values">The output, row-major.</param>
    /// <param name="outer">The number of samples (or samples times positions) before the units.</param>
    /// <param name="units">The number of units.</param>
    /// <param name="inner">The number of values of a unit that lie together (positions of a channel).</param>
    /// <param name="low">Values at or below are at the lower bound.</param>
    /// <param name="high">Values at or above are at the upper bound.</param>
    public void Add(ReadOnlySpan<float> values, int outer, int units, int inner, float low, float high)
    {
        if (_zeroSamples.Length != units)
        {
            (_zeroSamples, _zeroBatches, _boundSamples, _boundBatches) = (new long[units], new int[units], new long[units], new int[units]);
            (_sums, _squares) = (new double[units], new double[units]);
            (_samples, _batches) = (0, 0);
        }

        Span<bool> active = units <= 4096 ? stackalloc bool[units] : new bool[units];
        Span<bool> free = units <= 4096 ? stackalloc bool[units] : new bool[units];
        active.Clear();
        free.Clear();
        Array.Clear(_sums);
        Array.Clear(_squares);
        long atBound = 0;
        int index = 0;
        for (int o = 0; o < outer; o++)
        {
            for (int u = 0; u < units; u++)
            {
                for (int i = 0; i < inner; i++)
                {
                    float x = values[index++];
                    bool bound = x <= low || x >= high;
                    active[u] |= x != 0;
                    free[u] |= !bound;
                    atBound += bound ? 1 : 0;
                    _sums[u] += x;
                    _squares[u] += (double)x * x;
                }
            }
        }

        double count = (double)outer * inner;
        double spread = 0;
        for (int u = 0; u < units; u++)
        {
            Extend(ref _zeroSamples[u], ref _zeroBatches[u], active[u], outer);
            Extend(ref _boundSamples[u], ref _boundBatches[u], free[u], outer);
            double mean = _sums[u] / count;
            spread += Math.Sqrt(Math.Max(0, (_squares[u] / count) - (mean * mean)));
        }

        _samples += outer;
        _batches++;
        SpreadAcrossSamples = spread / units;
        ElementBoundFraction = values.Length > 0 ? (double)atBound / values.Length : 0;
    }

    private static void Extend(ref long samples, ref int batches, bool interrupted, int added)
    {
        samples = interrupted ? 0 : samples + added;
        batches = interrupted ? 0 : batches + 1;
    }

    private static double Share(long[] samples, int[] batches)
    {
        int count = 0;
        for (int u = 0; u < samples.Length; u++)
        {
            count += samples[u] >= MinimumSamples && batches[u] >= MinimumBatches ? 1 : 0;
        }

        return samples.Length == 0 ? 0 : (double)count / samples.Length;
    }
}
