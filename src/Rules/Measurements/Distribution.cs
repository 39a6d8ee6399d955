namespace TrainingDoctor;

/// <summary>What a distribution is of.</summary>
public enum DistributionKind
{
    /// <summary>The values of a parameter.</summary>
    Weights,

    /// <summary>Its gradient.</summary>
    Gradients,

    /// <summary>What came out of a layer.</summary>
    Outputs,
}

/// <summary>
/// How the numbers of a tensor are spread, counted by sign and by power of two. Bucket 0 holds zero and what is smaller than 2^-24, bucket k the magnitudes from 2^(k-25) to 2^(k-24), bucket -k the
/// same with a minus sign; what is larger than 2^16 counts to bucket ±41.
/// </summary>
/// <param name="Kind">What it is of.</param>
/// <param name="Scope">The parameter or layer.</param>
/// <param name="Step">The step.</param>
/// <param name="First">The first bucket of <paramref name="Counts"/>, from -41 to 41.</param>
/// <param name="Counts">How many numbers are in each bucket; of a large tensor those of a sample. Empty when none is finite.</param>
public sealed record Distribution(DistributionKind Kind, string Scope, long Step, int First, IReadOnlyList<long> Counts)
{
    /// <summary>The last bucket on either side.</summary>
    public const int LastBucket = 41;

    /// <summary>Returns the magnitude at which a bucket begins; 0 for bucket 0.</summary>
    /// <param name="bucket">The bucket.</param>
    public static double EdgeOf(int bucket) => bucket == 0 ? 0 : Math.Sign(bucket) * Math.ScaleB(1, Math.Abs(bucket) - 25);
}
