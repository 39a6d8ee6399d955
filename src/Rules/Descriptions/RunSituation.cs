namespace TrainingDoctor;

/// <summary>What a training starts from and how it computes, as far as its log, the configuration beside it or its model tells.</summary>
public sealed record RunSituation
{
    /// <summary>Gets a value indicating whether the weights were trained before; null where nothing tells.</summary>
    public bool? IsPretrained { get; init; }

    /// <summary>Gets a value indicating whether only an adapter is trained, as of LoRA; null where nothing tells.</summary>
    public bool? IsAdapter { get; init; }

    /// <summary>Gets the precision of the computation: <c>fp32</c>, <c>fp16</c> or <c>bf16</c>; null where nothing tells.</summary>
    public string? Precision { get; init; }

    /// <summary>Gets the model that it starts from, as the configuration names it; null where nothing tells.</summary>
    public string? Model { get; init; }
}
