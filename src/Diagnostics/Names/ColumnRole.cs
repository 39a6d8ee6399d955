namespace TrainingDoctor.Names;

/// <summary>What kind of number a column holds.</summary>
internal enum RoleKind
{
    /// <summary>Nothing that a rule uses.</summary>
    None,

    /// <summary>The optimisation step.</summary>
    Step,

    /// <summary>The epoch.</summary>
    Epoch,

    /// <summary>The number of steps that were planned.</summary>
    PlannedSteps,

    /// <summary>A measurement.</summary>
    Metric,

    /// <summary>When the row was logged.</summary>
    Time,
}

/// <summary>What a column's name alone says of its role.</summary>
/// <param name="Kind">The kind.</param>
internal sealed record ColumnRole(RoleKind Kind)
{
    public static ColumnRole None { get; } = new(RoleKind.None);

    /// <summary>Gets the role of what tells when a row was logged, where the reader itself knows it.</summary>
    public static ColumnRole Time { get; } = new(RoleKind.Time);

    /// <summary>Gets the metric; for losses and scores the training one, whatever the phase.</summary>
    public Metric Metric { get; init; }

    /// <summary>Gets the phase in the name.</summary>
    public ColumnPhase Phase { get; init; }

    /// <summary>Gets how well the name fits the role; of several columns the highest wins.</summary>
    public int Rank { get; init; }

    /// <summary>Gets what of the name neither role nor phase explain: a part of the loss, an evaluation set, a layer.</summary>
    public string Residual { get; init; } = string.Empty;

    /// <summary>Gets the kind of scope.</summary>
    public ScopeKind Scope { get; init; } = ScopeKind.Run;

    /// <summary>Gets the name of the scope.</summary>
    public string ScopeName { get; init; } = string.Empty;

    /// <summary>Gets how the logged number becomes the measurement.</summary>
    public NumberSign Sign { get; init; }

    /// <summary>Gets a value indicating whether the name fits a metric that is usually of an evaluation, such as mAP.</summary>
    public bool IsUsuallyEvaluation { get; init; }
}

/// <summary>The phase of training in a column's name.</summary>
internal enum ColumnPhase
{
    /// <summary>None is named.</summary>
    Unknown,

    /// <summary>Training.</summary>
    Train,

    /// <summary>Validation.</summary>
    Validation,

    /// <summary>Test.</summary>
    Test,
}
