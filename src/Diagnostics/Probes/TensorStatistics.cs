namespace TrainingDoctor.Probes;

/// <summary>What one pass over a tensor gives. Moments and extremes are those of the finite elements.</summary>
internal readonly record struct TensorStatistics
{
    /// <summary>Gets the number of elements.</summary>
    public long Count { get; init; }

    /// <summary>Gets the number of NaN and infinite elements.</summary>
    public long NonFiniteCount { get; init; }

    /// <summary>Gets the flat index of the first NaN or infinite element; -1 when there is none.</summary>
    public long FirstNonFinite { get; init; }

    /// <summary>Gets the mean; NaN when no element is finite.</summary>
    public double Mean { get; init; }

    /// <summary>Gets the standard deviation (population).</summary>
    public double StandardDeviation { get; init; }

    /// <summary>Gets the third standardised moment; 0 when the elements do not vary.</summary>
    public double Skewness { get; init; }

    /// <summary>Gets the smallest element.</summary>
    public double Minimum { get; init; }

    /// <summary>Gets the largest element.</summary>
    public double Maximum { get; init; }

    /// <summary>Gets the share of elements that are exactly zero.</summary>
    public double ZeroFraction { get; init; }

    /// <summary>Gets the share of elements below zero.</summary>
    public double NegativeFraction { get; init; }

    /// <summary>Gets the largest magnitude.</summary>
    public double AbsoluteMaximum => Math.Max(Math.Abs(Minimum), Math.Abs(Maximum));

    /// <summary>Gets the L2 norm of the finite elements; infinite when it exceeds the range.</summary>
    public double Norm => Math.Sqrt((Count - NonFiniteCount) * ((Mean * Mean) + (StandardDeviation * StandardDeviation)));
}
