using TrainingDoctor.Rules.Findings;
using TrainingDoctor.Rules.Knowledge.Frameworks;

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

    /// <summary>Gets code to paste: TorchSharp's where a rule gives it, in a report that of the run's own framework; null when there is none.</summary>
    public string? Code { get; init; }

    /// <summary>Gets the framework that the code is for, e.g. <c>huggingface</c>; null before a run is known, and when there is no code.</summary>
    public string? Framework { get; init; }

    /// <summary>Gets the language of the code: <c>csharp</c>, <c>python</c>, <c>yaml</c> or <c>shell</c>; null when there is no code or no run yet.</summary>
    public string? Language { get; init; }

    /// <summary>Gets the papers or the article that recommend it.</summary>
    public IReadOnlyList<string> Sources { get; init => field = SourceLinks.Complete(value); } = [];
}
