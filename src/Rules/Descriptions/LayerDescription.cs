namespace TrainingDoctor;

/// <summary>One module of a model. What has no meaning for its kind, or cannot be read from the module, is null.</summary>
public sealed record LayerDescription
{
    /// <summary>Gets the path in the model, as in <c>named_modules</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the type's name, e.g. <c>Linear</c>.</summary>
    public required string TypeName { get; init; }

    /// <summary>Gets the kind.</summary>
    public required LayerKind Kind { get; init; }

    /// <summary>Gets the activation function, for <see cref="LayerKind.Activation"/>.</summary>
    public ActivationKind? Activation { get; init; }

    /// <summary>Gets a value indicating whether it has no registered children.</summary>
    public bool IsLeaf { get; init; }

    /// <summary>Gets a value indicating whether a hook could be placed on it.</summary>
    public bool IsHooked { get; init; }

    /// <summary>Gets the number of input features or channels.</summary>
    public long? InputFeatures { get; init; }

    /// <summary>Gets the number of output features or channels.</summary>
    public long? OutputFeatures { get; init; }

    /// <summary>Gets a value indicating whether it has a bias.</summary>
    public bool? HasBias { get; init; }

    /// <summary>Gets the slope for negative inputs (Leaky ReLU) or the alpha (ELU).</summary>
    public double? NegativeSlope { get; init; }

    /// <summary>Gets the share of units that dropout drops, from 0 to 1.</summary>
    public double? DropoutRate { get; init; }

    /// <summary>Gets the dimension that softmax works on.</summary>
    public long? Dimension { get; init; }
}

/// <summary>Kinds of layers that the rules tell apart.</summary>
public enum LayerKind
{
    /// <summary>Anything else, the user's own modules included.</summary>
    Other,

    /// <summary>A module that only calls its children in order.</summary>
    Container,

    /// <summary>Fully connected.</summary>
    Linear,

    /// <summary>Convolution.</summary>
    Convolution,

    /// <summary>Transposed convolution.</summary>
    TransposedConvolution,

    /// <summary>Recurrent: RNN, LSTM, GRU and their cells.</summary>
    Recurrent,

    /// <summary>Attention and transformer blocks.</summary>
    Attention,

    /// <summary>Embedding.</summary>
    Embedding,

    /// <summary>An activation function.</summary>
    Activation,

    /// <summary>Batch normalisation.</summary>
    BatchNormalization,

    /// <summary>Layer, group, instance and other normalisation that does not look across the batch.</summary>
    Normalization,

    /// <summary>Dropout.</summary>
    Dropout,

    /// <summary>Pooling.</summary>
    Pooling,

    /// <summary>Flatten, unflatten, identity and other layers that only move values.</summary>
    Reshape,
}

/// <summary>Activation functions that the rules tell apart.</summary>
public enum ActivationKind
{
    /// <summary>Another function.</summary>
    Other,

    /// <summary>max(0, x).</summary>
    ReLU,

    /// <summary>min(max(0, x), 6).</summary>
    ReLU6,

    /// <summary>x for positive, slope times x for negative inputs.</summary>
    LeakyReLU,

    /// <summary>Leaky ReLU with a learned slope.</summary>
    PReLU,

    /// <summary>Leaky ReLU with a random slope.</summary>
    RReLU,

    /// <summary>x for positive, alpha(e^x - 1) for negative inputs.</summary>
    ELU,

    /// <summary>Continuously differentiable ELU.</summary>
    CELU,

    /// <summary>Scaled ELU.</summary>
    SELU,

    /// <summary>x times the normal distribution function.</summary>
    GELU,

    /// <summary>x times sigmoid, also called Swish.</summary>
    SiLU,

    /// <summary>x tanh(softplus(x)).</summary>
    Mish,

    /// <summary>x times hard sigmoid.</summary>
    Hardswish,

    /// <summary>log(1 + e^x).</summary>
    Softplus,

    /// <summary>x / (1 + |x|).</summary>
    Softsign,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>Piecewise linear sigmoid.</summary>
    Hardsigmoid,

    /// <summary>Logarithm of sigmoid.</summary>
    LogSigmoid,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>min(max(-1, x), 1).</summary>
    Hardtanh,

    /// <summary>Softmax.</summary>
    Softmax,

    /// <summary>Logarithm of softmax.</summary>
    LogSoftmax,

    /// <summary>Gated linear unit.</summary>
    GLU,

    /// <summary>e^x.</summary>
    Exponential,

    /// <summary>x itself.</summary>
    Identity,
}
