using System.Numerics;
using System.Runtime.InteropServices;

namespace TrainingDoctor.Probes;

/// <summary>What one vectorised pass takes of a block of finite elements.</summary>
/// <param name="Pivot">What the sums are around: one of the elements.</param>
/// <param name="First">The sum of the differences from the pivot.</param>
/// <param name="Second">The sum of their squares.</param>
/// <param name="Third">The sum of their cubes; of the block's rest alone where shape is not asked for.</param>
/// <param name="Zeros">How many are zero; of the block's rest alone where zeros are not asked for.</param>
/// <param name="Negatives">How many are below zero; of the block's rest alone where shape is not asked for.</param>
/// <param name="Minimum">The smallest.</param>
/// <param name="Maximum">The largest.</param>
internal readonly record struct BlockSums(double Pivot, double First, double Second, double Third, long Zeros, long Negatives, double Minimum, double Maximum)
{
    /// <summary>Sums up a block; leaves it when an element is not finite, or so small or large that sums in the element's type would lose it.</summary>
    /// <typeparam name="T">The type of the elements, in which whole vectors are summed.</typeparam>
    /// <typeparam name="TDetail">What is asked for.</typeparam>
    /// <param name="block">The elements, one at least.</param>
    /// <param name="smallest">The smallest magnitude, other than zero, whose powers the type holds.</param>
    /// <param name="largest">The largest magnitude whose powers the type holds.</param>
    /// <param name="sums">The sums, where the block could be summed.</param>
    public static bool TryTake<T, TDetail>(ReadOnlySpan<T> block, double smallest, double largest, out BlockSums sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TDetail : struct, IMomentsDetail
    {
        T pivot = Middle(block);
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
            sums = default;
            return false;
        }

        sums = new BlockSums(double.CreateTruncating(pivot), s1, s2, s3, zero, negative, minimum, maximum);
        return true;
    }

    /// <summary>Chooses the middle one of three elements, so that one outlier is not what all are compared with.</summary>
    private static T Middle<T>(ReadOnlySpan<T> block)
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
}
