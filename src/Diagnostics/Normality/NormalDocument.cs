namespace TrainingDoctor.Normality;

/// <summary>What good runs usually do, as it is written to a file.</summary>
public sealed record NormalDocument
{
    /// <summary>The version of the schema.</summary>
    public const string CurrentSchemaVersion = "1.0";

    /// <summary>Gets the version of the schema.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>Gets the good runs; at least one.</summary>
    public required IReadOnlyList<NormalRunDocument> Runs { get; init; }

    /// <summary>Gets the samples that the first of them saw in a step; null where that is not known.</summary>
    public required double? SamplesPerStep { get; init; }

    /// <summary>Gets the steps that the first of them took for an epoch; null where that is not known.</summary>
    public required double? StepsPerEpoch { get; init; }

    /// <summary>Gets what each series, and each relation of two, usually does.</summary>
    public required IReadOnlyList<NormalSeriesDocument> Series { get; init; }
}

/// <summary>One good run.</summary>
public sealed record NormalRunDocument
{
    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the file or folder that it was read from; null for live runs.</summary>
    public required string? Path { get; init; }

    /// <summary>Gets the number of its steps.</summary>
    public required long Steps { get; init; }
}

/// <summary>What one series, or the relation of two, usually does. The lists have one entry for each phase.</summary>
public sealed record NormalSeriesDocument
{
    /// <summary>Gets what it is of.</summary>
    public required NormalSeriesKeyDocument Of { get; init; }

    /// <summary>Gets what it is divided by; null when it stands for itself.</summary>
    public required NormalSeriesKeyDocument? To { get; init; }

    /// <summary>Gets how values are set against each other: by <c>ratio</c>, or by difference.</summary>
    public required string Scale { get; init; }

    /// <summary>Gets the value that counts as one; of ratios the one below which nothing is told apart.</summary>
    public required double Unit { get; init; }

    /// <summary>Gets how much neighbouring phases differ within a run, as a standard deviation on the scale.</summary>
    public required double Noise { get; init; }

    /// <summary>Gets the phases in which it was measured: 0 to 7 for the first eight steps, then four for each doubling of the steps.</summary>
    public required IReadOnlyList<int> Phases { get; init; }

    /// <summary>Gets the value in the middle of the good runs.</summary>
    public required IReadOnlyList<double> Typical { get; init; }

    /// <summary>Gets the smallest value of a good run.</summary>
    public required IReadOnlyList<double> Low { get; init; }

    /// <summary>Gets the largest value of a good run.</summary>
    public required IReadOnlyList<double> High { get; init; }

    /// <summary>Gets how far two good runs are from each other, as a standard deviation on the scale; of few runs, what two seeds usually differ by has a part in it.</summary>
    public required IReadOnlyList<double> Deviation { get; init; }
}

/// <summary>What a series is of.</summary>
public sealed record NormalSeriesKeyDocument
{
    /// <summary>Gets the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Gets the kind of thing that it belongs to.</summary>
    public required ScopeKind Kind { get; init; }

    /// <summary>Gets the layer, parameter, data set or rank; null for the run.</summary>
    public required string? Scope { get; init; }

    /// <summary>Gets the value below which a part of a relation counts as this value; 0 for series that stand for themselves.</summary>
    public required double Floor { get; init; }
}
