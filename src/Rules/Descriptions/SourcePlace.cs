namespace TrainingDoctor;

/// <summary>A place in the source of the program that trains.</summary>
public sealed record SourcePlace
{
    /// <summary>Gets what stands there.</summary>
    public required SourceRole What { get; init; }

    /// <summary>Gets the path of the layer, for <see cref="SourceRole.Layer"/>; null for anything else.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the file, relative to the root of its repository where that was found, with slashes.</summary>
    public required string File { get; init; }

    /// <summary>Gets the line, counted from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Gets the column, counted from 1; null where only the line is known.</summary>
    public int? Column { get; init; }
}

/// <summary>What stands at a place in the source.</summary>
public enum SourceRole
{
    /// <summary>The monitor is attached.</summary>
    Attach,

    /// <summary>The monitor is told of a step: the loop that trains.</summary>
    Step,

    /// <summary>The monitor is told of a validation.</summary>
    Validation,

    /// <summary>The optimizer is made.</summary>
    Optimizer,

    /// <summary>The loss function is made.</summary>
    Criterion,

    /// <summary>A layer is assigned to its field.</summary>
    Layer,

    /// <summary>The class of the model is declared.</summary>
    Model,
}
