using System.Runtime.Serialization;

namespace TrainingDoctor;

/// <summary>The loss function of a run.</summary>
public sealed record LossDescription
{
    /// <summary>Gets the kind.</summary>
    public required LossKind Kind { get; init; }

    /// <summary>Gets the type's own name, e.g. <c>CrossEntropyLoss</c>.</summary>
    public required string TypeName { get; init; }

    /// <summary>Gets how the loss is reduced over the batch: <c>mean</c>, <c>sum</c>, <c>none</c>; null when unknown.</summary>
    public string? Reduction { get; init; }

    /// <summary>Gets a value indicating whether class weights were given.</summary>
    public bool HasClassWeights { get; init; }

    /// <summary>Gets the class index that the loss leaves out; null when it has none.</summary>
    public long? IgnoredIndex { get; init; }

    /// <summary>Gets a value indicating whether a divergence takes its targets as logarithms of probabilities; null where the loss is none.</summary>
    public bool? TakesLogTargets { get; init; }

    /// <summary>Gets a value indicating whether it takes labels of -1 and 1, as its name says, whether that is a module's or a function's: a label of 0 stands on neither side.</summary>
    /// <remarks>It follows from the name, so that no recording holds it.</remarks>
    [IgnoreDataMember]
    public bool TakesSigns => SignLosses.Any(name => TypeName.Replace("_", string.Empty, StringComparison.Ordinal).StartsWith(name, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] SignLosses = ["SoftMargin", "HingeEmbedding", "CosineEmbedding", "MarginRanking"];
}

/// <summary>Families of loss functions, by what they expect of the network's output.</summary>
public enum LossKind
{
    /// <summary>Unknown or the user's own.</summary>
    Other,

    /// <summary>Softmax inside: wants logits.</summary>
    CrossEntropy,

    /// <summary>Wants log-probabilities.</summary>
    NegativeLogLikelihood,

    /// <summary>Wants probabilities.</summary>
    BinaryCrossEntropy,

    /// <summary>Sigmoid inside: wants logits.</summary>
    BinaryCrossEntropyWithLogits,

    /// <summary>Mean squared error: wants values on the target's scale.</summary>
    MeanSquaredError,

    /// <summary>Mean absolute error.</summary>
    MeanAbsoluteError,

    /// <summary>Huber or smooth L1.</summary>
    Huber,

    /// <summary>Kullback-Leibler divergence: wants log-probabilities.</summary>
    KullbackLeibler,

    /// <summary>Poisson negative log likelihood.</summary>
    PoissonNegativeLogLikelihood,

    /// <summary>Hinge and margin losses.</summary>
    Margin,

    /// <summary>Connectionist temporal classification: wants log-probabilities.</summary>
    ConnectionistTemporalClassification,

    /// <summary>One less how far what is marked and a mask overlap (Dice, Jaccard): wants probabilities.</summary>
    Overlap,

    /// <summary>The same with sigmoid inside: wants logits.</summary>
    OverlapWithLogits,
}
