using Newtonsoft.Json;

namespace TrainingDoctor.Reports;

/// <summary>A change that should end a symptom.</summary>
public sealed record RemedyDocument
{
    /// <summary>Gets the identity within the finding.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the place among the finding's remedies; 1 is tried first.</summary>
    public required long Rank { get; init; }

    /// <summary>Gets the title, an imperative.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the changes, which belong together.</summary>
    public required IReadOnlyList<ActionDocument> Actions { get; init; }

    /// <summary>Gets why it should help.</summary>
    public required string Rationale { get; init; }

    /// <summary>Gets what to watch for; null when there is nothing.</summary>
    public required string? Caveat { get; init; }

    /// <summary>Gets code to paste, as the run's framework says it; null when there is none.</summary>
    public required string? Code { get; init; }

    /// <summary>Gets the framework that the code is for, e.g. <c>huggingface</c>; null when there is no code.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore)]
    public string? Framework { get; init; }

    /// <summary>Gets the language of the code: <c>csharp</c>, <c>python</c>, <c>yaml</c> or <c>shell</c>; null when there is no code.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore)]
    public string? Language { get; init; }

    /// <summary>Gets the papers or the article that recommend it.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Gets what came of trying it; null when it was not tried.</summary>
    public required TrialDocument? Trial { get; init; }
}

/// <summary>One change: its kind, and only the parameters that this kind has; the others are null.</summary>
[JsonObject(ItemNullValueHandling = NullValueHandling.Ignore)]
public sealed record ActionDocument
{
    /// <summary>Gets what to do.</summary>
    public required RemedyActionKind Kind { get; init; }

    /// <summary>Gets the layers or parameters to do it to.</summary>
    public IReadOnlyList<string>? Layers { get; init; }

    /// <summary>Gets what is there now.</summary>
    public string? From { get; init; }

    /// <summary>Gets what should be there.</summary>
    public string? To { get; init; }

    /// <summary>Gets the initialisation.</summary>
    public string? Scheme { get; init; }

    /// <summary>Gets the factor to multiply by.</summary>
    public double? Factor { get; init; }

    /// <summary>Gets the value to set.</summary>
    public double? Value { get; init; }

    /// <summary>Gets the lower bound of a range.</summary>
    public double? Minimum { get; init; }

    /// <summary>Gets the upper bound of a range.</summary>
    public double? Maximum { get; init; }

    /// <summary>Gets a number of steps.</summary>
    public long? Steps { get; init; }

    /// <summary>Gets the largest allowed gradient norm.</summary>
    public double? MaxNorm { get; init; }

    /// <summary>Gets the type of normalisation.</summary>
    public string? Type { get; init; }

    /// <summary>Gets the method of scaling.</summary>
    public string? Method { get; init; }

    /// <summary>Gets a share.</summary>
    public double? Rate { get; init; }

    /// <summary>Gets an epoch to stop at.</summary>
    public double? Epoch { get; init; }

    /// <summary>Gets a step to go back to.</summary>
    public long? Step { get; init; }
}

/// <summary>What came of trying a remedy.</summary>
public sealed record TrialDocument
{
    /// <summary>Gets a value indicating whether all actions could be applied without touching the user's code.</summary>
    public required bool Applied { get; init; }

    /// <summary>Gets a value indicating whether the problem was gone and the score not worse.</summary>
    public required bool Cured { get; init; }

    /// <summary>Gets the metric that both were judged by; null when none could be measured.</summary>
    public required string? Metric { get; init; }

    /// <summary>Gets its value without the remedy; null when it was not measured.</summary>
    public required double? Before { get; init; }

    /// <summary>Gets its value with the remedy; null when it was not measured.</summary>
    public required double? After { get; init; }

    /// <summary>Gets the verdict with the remedy; null when the remedy could not be tried.</summary>
    public required Verdict? VerdictAfter { get; init; }

    /// <summary>Gets the steps that the trial trained for.</summary>
    public required long Steps { get; init; }

    /// <summary>Gets what could not be applied, or why the trial ended early; null when there is nothing to say.</summary>
    public required string? Note { get; init; }

    /// <summary>Gets the training loss without the remedy; null when it was not kept.</summary>
    public required SeriesDocument? LossBefore { get; init; }

    /// <summary>Gets the training loss with the remedy; null when it was not kept.</summary>
    public required SeriesDocument? LossAfter { get; init; }
}
