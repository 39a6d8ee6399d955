namespace TrainingDoctor;

/// <summary>What a reader found out about a log while it read it.</summary>
public sealed record LogDescription
{
    /// <summary>Gets the format, e.g. <c>huggingface</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Gets the columns that no rule could use, by name.</summary>
    public IReadOnlyList<string> UnmappedColumns { get; init; } = [];

    /// <summary>Gets the columns that were used, with the role each was given.</summary>
    public IReadOnlyDictionary<string, string> MappedColumns { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets what was damaged, each with file, line or offset, and what was expected.</summary>
    public IReadOnlyList<LogDamage> Damage { get; init; } = [];

    /// <summary>Gets what the reader decided that changes what is seen, in words: a resumed run joined, an evaluation after training left out.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Gets a value indicating whether logged losses are means since the last line, as most frameworks log them, not single batches.</summary>
    public bool LossIsAveraged { get; init; }

    /// <summary>Gets a value indicating whether the log holds only last values, so that no trend can be judged.</summary>
    public bool IsSummaryOnly { get; init; }
}

/// <summary>One damaged place of a log.</summary>
/// <param name="Location">File and line or offset, e.g. <c>metrics.csv(17)</c>.</param>
/// <param name="Problem">What was wrong, and what was expected.</param>
public sealed record LogDamage(string Location, string Problem);
