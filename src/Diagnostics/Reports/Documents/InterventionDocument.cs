namespace TrainingDoctor.Reports;

/// <summary>One thing that a live cure did to a run.</summary>
public sealed record InterventionDocument
{
    /// <summary>Gets the identity within the report: <c>I1</c>, <c>I2</c>, …</summary>
    public required string Id { get; init; }

    /// <summary>Gets what kind of intervention it was: <c>skip-non-finite-steps</c>, <c>lower-learning-rate</c>, <c>clip-steps</c>, <c>replace-activations</c> or <c>recycle-units</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the step after which it was made.</summary>
    public required long Step { get; init; }

    /// <summary>Gets what was done.</summary>
    public required string Message { get; init; }

    /// <summary>Gets the rule whose finding led to it; null where a number that is not finite did.</summary>
    public required string? RuleId { get; init; }

    /// <summary>Gets the layers that were changed.</summary>
    public required IReadOnlyList<string> Layers { get; init; }

    /// <summary>Gets a value indicating whether it was undone.</summary>
    public required bool Undone { get; init; }
}
