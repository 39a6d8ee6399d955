namespace TrainingDoctor.Rules.Knowledge;

/// <summary>What several rules ask of a layer.</summary>
internal static class LayerTraits
{
    /// <summary>Tells whether a layer multiplies by a weight matrix or kernel and does nothing else.</summary>
    public static bool IsWeighted(this LayerDescription layer) => layer.Kind is LayerKind.Linear or LayerKind.Convolution or LayerKind.TransposedConvolution;

    /// <summary>Tells whether a layer normalises.</summary>
    public static bool IsNormalization(this LayerDescription layer) => layer.Kind is LayerKind.BatchNormalization or LayerKind.Normalization;

    /// <summary>Tells whether a layer is softmax or its logarithm.</summary>
    public static bool IsSoftmax(this LayerDescription layer) => layer.Activation is ActivationKind.Softmax or ActivationKind.LogSoftmax;

    /// <summary>Tells whether a layer only moves, scales or drops values, so that two linear layers around it are still one linear map.</summary>
    public static bool IsTransparent(this LayerDescription layer) =>
        layer.Kind is LayerKind.Reshape or LayerKind.Dropout or LayerKind.BatchNormalization || layer.Activation == ActivationKind.Identity
        || (layer.Kind == LayerKind.Pooling && layer.TypeName.Contains("Avg", StringComparison.Ordinal));

    /// <summary>Tells whether an activation is flat at both ends.</summary>
    public static bool IsSaturating(this ActivationKind activation) => activation
        is ActivationKind.Sigmoid or ActivationKind.Tanh or ActivationKind.Hardsigmoid or ActivationKind.Hardtanh or ActivationKind.Softsign;

    /// <summary>Tells whether an activation is of the rectifier family, which goes with He initialisation.</summary>
    public static bool IsRectifier(this ActivationKind activation) => activation
        is ActivationKind.ReLU or ActivationKind.ReLU6 or ActivationKind.LeakyReLU or ActivationKind.PReLU or ActivationKind.RReLU or ActivationKind.ELU or ActivationKind.CELU
        or ActivationKind.GELU or ActivationKind.SiLU or ActivationKind.Mish or ActivationKind.Hardswish or ActivationKind.Softplus;

    /// <summary>Tells whether an activation is smooth and gated, so that batch normalisation can be left out beside it.</summary>
    public static bool IsSmoothGate(this ActivationKind activation) => activation is ActivationKind.GELU or ActivationKind.SiLU or ActivationKind.Mish;

    /// <summary>Names the initialisation that goes with an activation: <c>xavier</c> for the tanh family, <c>he</c> for the rectifiers.</summary>
    public static string SchemeFor(this ActivationKind activation) => activation.IsSaturating() ? "xavier" : "he";
}
