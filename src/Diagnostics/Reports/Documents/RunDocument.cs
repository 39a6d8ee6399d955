using Newtonsoft.Json;

namespace TrainingDoctor.Reports;

/// <summary>The run that a report is about.</summary>
public sealed record RunDocument
{
    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets where the measurements came from: <c>live</c>, <c>jsonl</c>, <c>csv</c>, …</summary>
    public required string Source { get; init; }

    /// <summary>Gets the framework that trains, e.g. <c>huggingface</c>; <c>unknown</c> where nothing tells; null in reports written before there was one.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore)]
    public string? Framework { get; init; }

    /// <summary>Gets what it starts from and how it computes; null where nothing tells.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore)]
    public SituationDocument? Situation { get; init; }

    /// <summary>Gets the file or folder that it was read from; null for live runs.</summary>
    public required string? Path { get; init; }

    /// <summary>Gets the number of optimisation steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Gets the number of epochs, fractions allowed; null when it is not known.</summary>
    public required double? Epochs { get; init; }

    /// <summary>Gets the number of layers without children; null when it is not known.</summary>
    public required long? Layers { get; init; }

    /// <summary>Gets the number of scalar parameters; null when it is not known.</summary>
    public required long? Parameters { get; init; }

    /// <summary>Gets the device; null when it is not known.</summary>
    public required string? Device { get; init; }

    /// <summary>Gets the task; null when it is not known.</summary>
    public required TrainingTask? Task { get; init; }

    /// <summary>Gets when it began, ISO 8601; null when it is not known.</summary>
    public required string? StartedAt { get; init; }

    /// <summary>Gets how long it took; null when it is not known.</summary>
    public required double? DurationSeconds { get; init; }
}

/// <summary>What a training starts from and how it computes.</summary>
public sealed record SituationDocument
{
    /// <summary>Gets whether the weights were trained before; null when it is not known.</summary>
    public required bool? Pretrained { get; init; }

    /// <summary>Gets whether only an adapter is trained; null when it is not known.</summary>
    public required bool? Adapter { get; init; }

    /// <summary>Gets the precision: <c>fp32</c>, <c>fp16</c> or <c>bf16</c>; null when it is not known.</summary>
    public required string? Precision { get; init; }

    /// <summary>Gets the model that it starts from; null when it is not known.</summary>
    public required string? Model { get; init; }
}

/// <summary>The structure of a model, as far as a report shows it.</summary>
public sealed record ModelDocument
{
    /// <summary>Gets the type's name.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the type of the loss; null when it is not known.</summary>
    public required string? Loss { get; init; }

    /// <summary>Gets the type of the optimizer; null when it is not known.</summary>
    public required string? Optimizer { get; init; }

    /// <summary>Gets the layers without children, in the order of execution as far as it is known.</summary>
    public required IReadOnlyList<LayerDocument> Layers { get; init; }
}

/// <summary>One layer.</summary>
public sealed record LayerDocument
{
    /// <summary>Gets the path in the model.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the type's name.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the activation function; null when it is none that the rules tell apart.</summary>
    public required string? Activation { get; init; }

    /// <summary>Gets the slope for negative inputs or the alpha; null when it has none.</summary>
    public required double? NegativeSlope { get; init; }
}

/// <summary>How much of a model was seen.</summary>
public sealed record CoverageDocument
{
    /// <summary>Gets the number of layers without children that the model has.</summary>
    public required long Registered { get; init; }

    /// <summary>Gets the number of them that a hook could be placed on.</summary>
    public required long Hooked { get; init; }

    /// <summary>Gets the number of them that reported at least once.</summary>
    public required long Fired { get; init; }

    /// <summary>Gets the paths of those that never reported.</summary>
    public required IReadOnlyList<string> Silent { get; init; }
}

/// <summary>How a log was read.</summary>
public sealed record LogDocument
{
    /// <summary>Gets the format.</summary>
    public required string Format { get; init; }

    /// <summary>Gets the columns that were used, with the role that each was given.</summary>
    public required IReadOnlyDictionary<string, string> Mapped { get; init; }

    /// <summary>Gets the columns that no rule could use.</summary>
    public required IReadOnlyList<string> Unmapped { get; init; }

    /// <summary>Gets what was damaged.</summary>
    public required IReadOnlyList<DamageDocument> Damage { get; init; }

    /// <summary>Gets what the reader decided that changes what is seen, in words; left out when there was nothing to decide.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public IReadOnlyList<string>? Notes { get; init; }
}

/// <summary>One damaged place of a log.</summary>
public sealed record DamageDocument
{
    /// <summary>Gets the file and line or offset.</summary>
    public required string Location { get; init; }

    /// <summary>Gets what was wrong, and what was expected.</summary>
    public required string Problem { get; init; }
}
