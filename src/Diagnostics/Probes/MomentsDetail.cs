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
