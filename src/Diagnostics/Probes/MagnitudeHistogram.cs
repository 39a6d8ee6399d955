using System.Numerics;

namespace TrainingDoctor.Probes;

/// <summary>Counts numbers by sign and by power of two, from 2^-24 (half precision's smallest number) to 2^16 (above its largest): what is rounded away and what is about to overflow stand at its ends.</summary>
internal sealed class MagnitudeHistogram
{
    private const int LeastExponent = -24;
    private const int Powers = 40;
    private const int Zero = Powers + 1;
    private readonly long[] _counts = new long[(2 * (Powers + 1)) + 1];

    /// <summary>Gets how many finite numbers were counted.</summary>
    public long Count { get; private set; }

    /// <summary>Gets their sum.</summary>
    public double Sum { get; private set; }

    /// <summary>Gets the sum of their squares.</summary>
    public double SumOfSquares { get; private set; }

    /// <summary>Gets the smallest; infinity when there is none.</summary>
    public double Minimum { get; private set; } = double.PositiveInfinity;

    /// <summary>Gets the largest; negative infinity when there is none.</summary>
    public double Maximum { get; private set; } = double.NegativeInfinity;

    /// <summary>Gets the buckets from the first to the last that is not empty: the upper edge of each and how many numbers are in it. Those below 2^-24 count as zero, those above 2^16 to the last power.</summary>
    public IEnumerable<(double Edge, long Count)> Buckets
    {
        get
        {
            int first = Array.FindIndex(_counts, count => count > 0);
            int last = Array.FindLastIndex(_counts, count => count > 0);
            for (int bucket = Math.Max(first, 0); bucket <= last; bucket++)
            {
                yield return (EdgeOf(bucket), _counts[bucket]);
            }
        }
    }

    /// <summary>Returns what was counted.</summary>
    /// <param name="kind">What the numbers are.</param>
    /// <param name="scope">The parameter or layer.</param>
    /// <param name="step">The step.</param>
    public Distribution ToDistribution(DistributionKind kind, string scope, long step)
    {
        int first = Math.Max(0, Array.FindIndex(_counts, count => count > 0));
        int last = Array.FindLastIndex(_counts, count => count > 0);
        return new Distribution(kind, scope, step, last < 0 ? 0 : first - Zero, last < 0 ? [] : [.. _counts[first..(last + 1)]]);
    }

    /// <summary>Counts numbers. What is not finite is left out: it is counted by itself (<see cref="TensorStatistics.NonFiniteCount"/>).</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="values">The numbers.</param>
    public void Add<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var number in values)
        {
            double value = double.CreateTruncating(number);
            if (!double.IsFinite(value))
            {
                continue;
            }

            Count++;
            Sum += value;
            SumOfSquares += value * value;
            Minimum = Math.Min(Minimum, value);
            Maximum = Math.Max(Maximum, value);
            _counts[BucketOf(value)]++;
        }
    }

    private static int BucketOf(double value)
    {
        int power = value == 0 ? -1 : Math.ILogB(value) - LeastExponent;
        return power < 0 ? Zero : Zero + (Math.Sign(value) * (Math.Min(power, Powers) + 1));
    }

    /// <summary>Positive buckets reach up to the next power of two, negative ones up to their own with the sign; that of zero up to the smallest power.</summary>
    private static double EdgeOf(int bucket) => bucket >= Zero ? Math.ScaleB(1, LeastExponent + bucket - Zero) : -Math.ScaleB(1, LeastExponent + Zero - bucket - 1);
}
