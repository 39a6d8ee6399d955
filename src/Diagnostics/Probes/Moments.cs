using System.Numerics;
using System.Runtime.CompilerServices;

namespace TrainingDoctor.Probes;

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
            if (!TryAdd<float, TDetail>(block, SmallestSafe, LargestSafe))
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
            if (!TryAdd<double, TDetail>(block, 0, double.MaxValue))
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

    private bool TryAdd<T, TDetail>(ReadOnlySpan<T> block, double smallest, double largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TDetail : struct, IMomentsDetail
    {
        if (!BlockSums.TryTake<T, TDetail>(block, smallest, largest, out var sums))
        {
            return false;
        }

        Add(block.Length, sums.Pivot, sums.First, sums.Second, sums.Third);
        _count += block.Length;
        _zeros += sums.Zeros;
        _negatives += sums.Negatives;
        _minimum = Math.Min(_minimum, sums.Minimum);
        _maximum = Math.Max(_maximum, sums.Maximum);
        return true;
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
