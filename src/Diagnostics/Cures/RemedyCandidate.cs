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

    /// <summary>Returns this set with another on top of it. A rate that is multiplied twice is multiplied by the product, and not at all where that is 1.</summary>
    /// <param name="other">The set on top.</param>
    internal RemedyCandidate And(RemedyCandidate other) => new([], [.. Joined(Remedies, other.Remedies)]) { IsTolerant = IsTolerant || other.IsTolerant };

    private static IEnumerable<Remedy> Joined(IReadOnlyList<Remedy> first, IReadOnlyList<Remedy> second)
    {
        if (first is not [.., { Actions: [{ Kind: RemedyActionKind.ScaleLearningRate, Factor: { } one }] } last] || second is not [{ Actions: [{ Kind: RemedyActionKind.ScaleLearningRate, Factor: { } two }] }, ..])
        {
            return [.. first, .. second];
        }

        double factor = Math.Round(one * two, 12);
        return [.. first.SkipLast(1), .. factor == 1 ? Array.Empty<Remedy>() : [Cures.RemedyCandidates.Scaled(last, factor)], .. second.Skip(1)];
    }
}
