namespace TrainingDoctor;

/// <summary>A change that should end a symptom: ranked, concrete, and applied as one set.</summary>
public sealed record Remedy
{
    /// <summary>Gets the title, an imperative.</summary>
    public required Text Title { get; init; }

    /// <summary>Gets the changes, which belong together.</summary>
    public required IReadOnlyList<RemedyAction> Actions { get; init; }

    /// <summary>Gets why it should help.</summary>
    public required Text Rationale { get; init; }

    /// <summary>Gets what to watch for when it is applied.</summary>
    public Text? Caveat { get; init; }

    /// <summary>Gets TorchSharp code to paste; null when there is none.</summary>
    public string? Code { get; init; }

    /// <summary>Gets the papers or the article that recommend it.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];
}
