namespace TrainingDoctor;

/// <summary>The optimizer of a run.</summary>
public sealed record OptimizerDescription
{
    /// <summary>Gets the type, e.g. <c>SGD</c>, <c>Adam</c>, <c>AdamW</c>.</summary>
    public required string TypeName { get; init; }

    /// <summary>Gets the learning rate of each parameter group at the start.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [];

    /// <summary>Gets the largest weight decay of the parameter groups; null when unknown.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Gets the largest momentum of the parameter groups; null when it has none or it is unknown.</summary>
    public double? Momentum { get; init; }

    /// <summary>Gets what Adam and its kin add to the size of a gradient before they divide by it; null for optimizers that divide by nothing.</summary>
    public double? Epsilon { get; init; }

    /// <summary>Gets the number of parameter tensors that it holds.</summary>
    public int ParameterCount { get; init; }

    /// <summary>Gets the number of parameter tensors that it holds and that are not the model's.</summary>
    public int ForeignParameterCount { get; init; }
}
