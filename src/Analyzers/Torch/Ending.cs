namespace TrainingDoctor.Analyzers.Torch;

/// <summary>What the last operation of a network makes of its numbers.</summary>
internal enum Ending
{
    /// <summary>Not seen.</summary>
    Unknown,

    /// <summary>Numbers without bounds, from a linear or convolution layer.</summary>
    Logits,

    /// <summary>Softmax.</summary>
    Softmax,

    /// <summary>The logarithm of softmax.</summary>
    LogSoftmax,

    /// <summary>Sigmoid.</summary>
    Sigmoid,

    /// <summary>The logarithm of the sigmoid.</summary>
    LogSigmoid,

    /// <summary>Something else that was recognised.</summary>
    Other,
}
