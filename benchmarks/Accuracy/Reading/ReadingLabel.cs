namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>What a reader has to find in a log, as somebody noted who looked at it without our readers.</summary>
internal sealed record ReadingLabel
{
    /// <summary>Gets the file or folder, relative to that of the labels.</summary>
    public required string File { get; init; }

    /// <summary>Gets the number of runs in it; null where nobody counted them.</summary>
    public int? Runs { get; init; }

    /// <summary>Gets its series.</summary>
    public IReadOnlyList<LabelledSeries> Series { get; init; } = [];
}

/// <summary>One series of a log, over all its runs.</summary>
internal sealed record LabelledSeries
{
    /// <summary>Gets what it is of: <c>training-loss</c>, <c>validation-loss</c>, or another role that is not compared.</summary>
    public string? Role { get; init; }

    /// <summary>Gets its name in the log.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Gets the number of its values.</summary>
    public int? Count { get; init; }

    /// <summary>Gets its first value; null where it is not finite.</summary>
    public double? First { get; init; }

    /// <summary>Gets its last value; null where it is not finite.</summary>
    public double? Last { get; init; }
}
