namespace TrainingDoctor;

/// <summary>A set of remedies that was tried on a program.</summary>
/// <param name="References">The remedies, as the report names them.</param>
/// <param name="Remedies">The remedies themselves.</param>
public sealed record RemedyCandidate(IReadOnlyList<RemedyReference> References, IReadOnlyList<Remedy> Remedies)
{
    /// <summary>Gets what the set does, in words.</summary>
    public string Title => string.Join("; ", Remedies.Select(remedy => remedy.Title.ToString()));

    /// <summary>Gets what could not be applied from outside, each with the reason.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>Gets the score of its longest trial, higher is better; null when it could not be applied at all.</summary>
    public double? Score { get; init; }

    /// <summary>Gets the number of epochs of its longest trial.</summary>
    public int Epochs { get; init; }

    /// <summary>Gets the verdict over the last trial; null when it never ran.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Gets the name of the rule behind the last trial's primary finding; null for none.</summary>
    public string? Primary { get; init; }

    /// <summary>Gets a value indicating whether parts that do not apply to the program are left out.</summary>
    internal bool IsTolerant { get; init; }

    /// <summary>Returns this set with another on top of it.</summary>
    internal RemedyCandidate And(RemedyCandidate other) => new([], [.. Remedies, .. other.Remedies]) { IsTolerant = IsTolerant || other.IsTolerant };
}
