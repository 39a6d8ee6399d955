using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrainingDoctor.Probes;

/// <summary>What is measured of elements beyond their mean, deviation, extremes and what is not finite. Known when the loop is compiled, so that what is not asked for costs nothing.</summary>
internal interface IMomentsDetail
{
    /// <summary>Gets a value indicating whether zeros are counted.</summary>
    static abstract bool HasZeros { get; }

    /// <summary>Gets a value indicating whether skewness and signs are measured.</summary>
    static abstract bool HasShape { get; }
}

/// <summary>Everything, as of a layer's output.</summary>
internal readonly struct WholeShape : IMomentsDetail
{
    /// <inheritdoc/>
    public static bool HasZeros => true;

    /// <inheritdoc/>
    public static bool HasShape => true;
}

/// <summary>Scale and zeros, as of a gradient.</summary>
internal readonly struct ScaleAndZeros : IMomentsDetail
{
    /// <inheritdoc/>
    public static bool HasZeros => true;

    /// <inheritdoc/>
    public static bool HasShape => false;
}

/// <summary>Scale alone, as of a weight.</summary>
internal readonly struct ScaleOnly : IMomentsDetail
{
    /// <inheritdoc/>
    public static bool HasZeros => false;

    /// <inheritdoc/>
    public static bool HasShape => false;
}

/// <summary>Moments, extremes, zeros and non-finite elements of a stream of numbers, taken in one pass over blocks that stay in the nearest cache.</summary>
/// <remarks>
/// Five separate torch reductions cost about 100–300 % of a small step, one fused pass about 5–12 % (measured, design notes). Each block is summed around a pivot of its
/// own, so that a small spread around a large mean is not lost and an outlier spoils nothing but its block; blocks are merged in double (Chan, Golub, LeVeque 1979).
/// Blocks whose squares or cubes leave the range of float, as those of vanished and exploded gradients do, are summed in double.
/// </remarks>
internal struct Moments
{
    private const int BlockLength = 4096;
    private const double SmallestSafe = 1e-12;
    private const double LargestSafe = 1e12;

    private long _count;
    private double _merged;
    private long _nonFinite;
    private long _firstNonFinite;
    private long _zeros;
    private long _negatives;
    private double _mean;
    private double _squares;
    private double _cubes;
    private double _minimum;
    private double _maximum;

    /// <summary>Creates empty moments.</summary>
    public static Moments Empty => new() { _firstNonFinite = -1, _minimum = double.PositiveInfinity, _maximum = double.NegativeInfinity };

    /// <summary>Measures contiguous elements.</summary>
    /// <param name="values">The elements.</param>
    public static TensorStatistics Measure(ReadOnlySpan<float> values)
    {
        var moments = Empty;
        moments.Add(values);
        return moments.ToStatistics();
    }

    /// <summary>Takes further elements.</summary>
    /// <param name="values">The elements.</param>
    public void Add(ReadOnlySpan<float> values) => Add<WholeShape>(values);

    /// <summary>Takes further elements.</summary>
    /// <param name="values">The elements.</param>
    public void Add(ReadOnlySpan<double> values) => Add<WholeShape>(values);

    /// <summary>Takes further elements, as far as their shape is asked for.</summary>
    /// <typeparam name="TDetail">What is asked for; what is not stays zero.</typeparam>
    /// <param name="values">The elements.</param>
    public void Add<TDetail>(ReadOnlySpan<float> values)
        where TDetail : struct, IMomentsDetail
    {
        for (int start = 0; start < values.Length; start += BlockLength)
        {
            var block = values.Slice(start, Math.Min(BlockLength, values.Length - start));
            if (!TryAddBlock<float, TDetail>(block, SmallestSafe, LargestSafe))
            {
                Widen(block);
            }
        }
    }

    /// <summary>Takes further elements, as far as their shape is asked for.</summary>
    /// <typeparam name="TDetail">What is asked for; what is not stays zero.</typeparam>
    /// <param name="values">The elements.</param>
    public void Add<TDetail>(ReadOnlySpan<double> values)
        where TDetail : struct, IMomentsDetail
    {
        for (int start = 0; start < values.Length; start += BlockLength)
        {
            var block = values.Slice(start, Math.Min(BlockLength, values.Length - start));
            if (!TryAddBlock<double, TDetail>(block, 0, double.MaxValue))
            {
                AddOneByOne(block);
            }
        }
    }

    /// <summary>Takes what was measured of the elements that follow.</summary>
    /// <param name="next">Their moments.</param>
    public void Add(in Moments next)
    {
        if (_firstNonFinite < 0 && next._firstNonFinite >= 0)
        {
            _firstNonFinite = _count + next._firstNonFinite;
        }

        Merge(next._count - next._nonFinite, next._mean, next._squares, next._cubes);
        _count += next._count;
        _nonFinite += next._nonFinite;
        _zeros += next._zeros;
        _negatives += next._negatives;
        _minimum = Math.Min(_minimum, next._minimum);
        _maximum = Math.Max(_maximum, next._maximum);
    }

    /// <summary>Gets the statistics of all elements taken.</summary>
    public readonly TensorStatistics ToStatistics()
    {
        long finite = _count - _nonFinite;
        double variance = Math.Max(0, _squares / finite);
        double deviation = Math.Sqrt(variance);
        double skewness = _cubes / finite / (variance * deviation);
        return new TensorStatistics
        {
            Count = _count,
            NonFiniteCount = _nonFinite,
            FirstNonFinite = _firstNonFinite,
            Mean = finite > 0 ? _mean : double.NaN,
            StandardDeviation = deviation,
            Skewness = double.IsFinite(skewness) ? skewness : 0,
            Minimum = finite > 0 ? _minimum : double.NaN,
            Maximum = finite > 0 ? _maximum : double.NaN,
            ZeroFraction = _count > 0 ? (double)_zeros / _count : double.NaN,
            NegativeFraction = _count > 0 ? (double)_negatives / _count : double.NaN,
        };
    }

    /// <summary>Apart from the loop, so that the usual block does not pay for clearing the room that this needs.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Widen(ReadOnlySpan<float> block)
    {
        Span<double> wide = stackalloc double[BlockLength];
        for (int i = 0; i < block.Length; i++)
        {
            wide[i] = block[i];
        }

        Add<WholeShape>(wide[..block.Length]);
    }

    /// <summary>Takes a block of finite elements; leaves it when an element is not finite, or so small or large that sums in the element's type would lose it.</summary>
    private bool TryAddBlock<T, TDetail>(ReadOnlySpan<T> block, double smallest, double largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TDetail : struct, IMomentsDetail
    {
        T pivot = Pivot(block);
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(block);
        var (pivots, one) = (new Vector<T>(pivot), Vector<T>.One);
        var (low, high) = (pivots, pivots);
        var (sum1, sum2, sum3) = (Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero);
        var (zeros, negatives) = (Vector<T>.Zero, Vector<T>.Zero);
        int v = 0;

        // Two at a time, with sums of their own: an addition need not wait for the one before.
        var (oddLow, oddHigh) = (pivots, pivots);
        var (odd1, odd2, odd3) = (Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero);
        var (oddZeros, oddNegatives) = (Vector<T>.Zero, Vector<T>.Zero);
        for (; v < vectors.Length - 1; v += 2)
        {
            var (x, y) = (vectors[v], vectors[v + 1]);
            var (d, e) = (x - pivots, y - pivots);
            var (dd, ee) = (d * d, e * e);
            sum1 += d;
            odd1 += e;
            sum2 += dd;
            odd2 += ee;

            // The processor's own minimum treats NaN in its own way; a block with NaN is left to another loop anyway.
            low = Vector.MinNative(low, x);
            oddLow = Vector.MinNative(oddLow, y);
            high = Vector.MaxNative(high, x);
            oddHigh = Vector.MaxNative(oddHigh, y);
            if (TDetail.HasZeros)
            {
                zeros += Vector.BitwiseAnd(Vector.Equals(x, Vector<T>.Zero), one);
                oddZeros += Vector.BitwiseAnd(Vector.Equals(y, Vector<T>.Zero), one);
            }

            if (TDetail.HasShape)
            {
                sum3 += dd * d;
                odd3 += ee * e;
                negatives += Vector.BitwiseAnd(Vector.LessThan(x, Vector<T>.Zero), one);
                oddNegatives += Vector.BitwiseAnd(Vector.LessThan(y, Vector<T>.Zero), one);
            }
        }

        var (s1, s2, s3) = (Sum(sum1 + odd1), Sum(sum2 + odd2), Sum(sum3 + odd3));
        long zero = (long)Sum(zeros + oddZeros);
        long negative = (long)Sum(negatives + oddNegatives);
        (low, high) = (Vector.MinNative(low, oddLow), Vector.MaxNative(high, oddHigh));
        var (minimum, maximum) = (double.CreateTruncating(pivot), double.CreateTruncating(pivot));
        for (int i = 0; i < Vector<T>.Count; i++)
        {
            minimum = Math.Min(minimum, double.CreateTruncating(low[i]));
            maximum = Math.Max(maximum, double.CreateTruncating(high[i]));
        }

        // NaN and infinities stay in a sum of squares; so does what leaves the type's range, and neither may be summed like this.
        bool isFinite = double.IsFinite(s2);
        foreach (T x in block[(v * Vector<T>.Count)..])
        {
            isFinite &= T.IsFinite(x);
            double d = double.CreateTruncating(x - pivot);
            s1 += d;
            s2 += d * d;
            s3 += d * d * d;
            zero += x == T.Zero ? 1 : 0;
            negative += x < T.Zero ? 1 : 0;
            minimum = Math.Min(minimum, double.CreateTruncating(x));
            maximum = Math.Max(maximum, double.CreateTruncating(x));
        }

        double magnitude = Math.Max(-minimum, maximum);
        if (!isFinite || magnitude > largest || (magnitude < smallest && magnitude > 0))
        {
            return false;
        }

        Add(block.Length, double.CreateTruncating(pivot), s1, s2, s3);
        _count += block.Length;
        _zeros += zero;
        _negatives += negative;
        _minimum = Math.Min(_minimum, minimum);
        _maximum = Math.Max(_maximum, maximum);
        return true;
    }

    /// <summary>Chooses the middle one of three elements, so that one outlier is not what all are compared with.</summary>
    private static T Pivot<T>(ReadOnlySpan<T> block)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (a, b, c) = (block[0], block[block.Length / 2], block[^1]);
        return T.Max(T.Min(a, b), T.Min(T.Max(a, b), c));
    }

    private static double Sum<T>(Vector<T> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Vector.Widen(Vector.AsVectorSingle(vector), out var lower, out var upper);
            return Vector.Sum(lower + upper);
        }

        return double.CreateTruncating(Vector.Sum(vector));
    }

    private void AddOneByOne(ReadOnlySpan<double> block)
    {
        long finite = 0;
        double pivot = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        foreach (double x in block)
        {
            _negatives += x < 0 ? 1 : 0;
            if (!double.IsFinite(x))
            {
                _nonFinite++;
                _firstNonFinite = _firstNonFinite < 0 ? _count : _firstNonFinite;
                _count++;
                continue;
            }

            pivot = finite++ == 0 ? x : pivot;
            double d = x - pivot;
            s1 += d;
            s2 += d * d;
            s3 += d * d * d;
            _zeros += x == 0 ? 1 : 0;
            _minimum = Math.Min(_minimum, x);
            _maximum = Math.Max(_maximum, x);
            _count++;
        }

        Add(finite, pivot, s1, s2, s3);
    }

    /// <summary>Takes sums around a pivot.</summary>
    private void Add(long count, double pivot, double s1, double s2, double s3)
    {
        double shift = s1 / count;
        double squares = Math.Max(0, s2 - (s1 * shift));
        double cubes = s3 - (3 * shift * s2) + (2 * shift * shift * s1);
        Merge(count, pivot + shift, squares, cubes);
    }

    private void Merge(long count, double mean, double squares, double cubes)
    {
        if (count == 0)
        {
            return;
        }

        double before = _merged;
        double after = before + count;
        double delta = mean - _mean;
        _cubes += cubes + (delta * delta * delta * before * count * (before - count) / (after * after)) + (3 * delta * ((before * squares) - (count * _squares)) / after);
        _squares += squares + (delta * delta * before * count / after);
        _mean += delta * count / after;
        _merged = after;
    }
}
