using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Models;

/// <summary>Tells kinds of modules apart by their types.</summary>
internal static class LayerKinds
{
    private static readonly Dictionary<string, ActivationKind> OtherNames = new(StringComparer.Ordinal)
    {
        ["Softmax2d"] = ActivationKind.Softmax,
        ["Softplus"] = ActivationKind.Softplus,
    };

    /// <summary>Gets the activation function of a module; null for a module that is none.</summary>
    public static ActivationKind? ActivationOf(nn.Module module)
    {
        string name = module.GetType().Name;
        if (module.GetType().Namespace != typeof(Linear).Namespace || name == nameof(Exponential))
        {
            return null;
        }

        return name == "Identity" ? null : Enum.TryParse<ActivationKind>(name, out var kind) ? kind : OtherNames.TryGetValue(name, out kind) ? kind : null;
    }

    /// <summary>Gets the kind of a module.</summary>
    public static LayerKind Of(nn.Module module) => module switch
    {
        Sequential or ModuleList<nn.Module> => LayerKind.Container,
        Linear or Bilinear => LayerKind.Linear,
        ConvTranspose1d or ConvTranspose2d or ConvTranspose3d => LayerKind.TransposedConvolution,
        Convolution => LayerKind.Convolution,
        RNN or LSTM or GRU or RNNCell or LSTMCell or GRUCell => LayerKind.Recurrent,
        MultiheadAttention or Transformer or TransformerEncoder or TransformerEncoderLayer or TransformerDecoder or TransformerDecoderLayer => LayerKind.Attention,
        Embedding or EmbeddingBag => LayerKind.Embedding,
        BatchNorm => LayerKind.BatchNormalization,
        LayerNorm or GroupNorm or InstanceNorm => LayerKind.Normalization,
        _ when ActivationOf(module) is not null => LayerKind.Activation,
        _ => ByName(module),
    };

    private static LayerKind ByName(nn.Module module)
    {
        string name = module.GetType().Namespace == typeof(Linear).Namespace ? module.GetType().Name : string.Empty;
        return name.Contains("Dropout", StringComparison.Ordinal) ? LayerKind.Dropout
            : name.Contains("Pool", StringComparison.Ordinal) ? LayerKind.Pooling
            : name.Contains("Norm", StringComparison.Ordinal) ? LayerKind.Normalization
            : name is "Flatten" or "Unflatten" or "Identity" or "PixelShuffle" or "Upsample" || name.Contains("Pad", StringComparison.Ordinal) ? LayerKind.Reshape
            : LayerKind.Other;
    }
}
