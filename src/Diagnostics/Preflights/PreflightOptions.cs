namespace TrainingDoctor;

/// <summary>How a preflight looks at a program. All of it is optional.</summary>
public sealed class PreflightOptions
{
    /// <summary>Gets or sets the name of the run in the report.</summary>
    /// <value>The default is the model's type.</value>
    public string? Name { get; set; }

    /// <summary>Gets or sets what the network is trained to do.</summary>
    public TrainingTask? Task { get; set; }

    /// <summary>Gets or sets the file that telemetry is recorded to, replayable by <c>traindoctor diagnose</c>.</summary>
    /// <value>Null for none.</value>
    public string? RecordTo { get; set; }

    /// <summary>Gets or sets the rules.</summary>
    /// <value>The default is the whole catalogue.</value>
    public RuleSet Rules { get; set; } = RuleSet.Default;

    /// <summary>Gets or sets which dimension of the input counts the samples of the batch.</summary>
    /// <value>Null to find it: 0, or 1 where sizes or the order of the data tell that time comes first. At least 0.</value>
    public int? BatchDimension { get; set; }

    /// <summary>Gets or sets how many steps a copy may take to learn the batch by heart, and once more without its inputs.</summary>
    /// <value>The default is 100; 0 leaves it out.</value>
    public int LearningSteps { get; set; } = 100;

    /// <summary>Gets or sets how many seconds learning by heart may take in all. What does not end in time is not judged.</summary>
    /// <value>The default is 20; above 0.</value>
    public double TimeLimit { get; set; } = 20;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Rules);
        ArgumentOutOfRangeException.ThrowIfNegative(LearningSteps, $"{nameof(PreflightOptions)}.{nameof(LearningSteps)}");
        ArgumentOutOfRangeException.ThrowIfNegative(BatchDimension ?? 0, $"{nameof(PreflightOptions)}.{nameof(BatchDimension)}");
        if (!(TimeLimit > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(TimeLimit), TimeLimit, $"{nameof(PreflightOptions)}.{nameof(TimeLimit)} must be above 0.");
        }

        if (RecordTo is { } path && string.IsNullOrWhiteSpace(path))
        {
            throw new ArgumentException($"{nameof(PreflightOptions)}.{nameof(RecordTo)} must name a file.", nameof(RecordTo));
        }
    }
}
