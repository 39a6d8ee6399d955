namespace TrainingDoctor.Rules.Knowledge;

/// <summary>
/// Remedies that change activation functions, always as a set with initialisation, normalisation and learning rate: the source article's third misconception is that the function
/// alone mends anything.
/// </summary>
public static class ActivationRemedies
{
    private const double GeluRateFactor = 0.75;
    private static readonly Text Lubricant = $"An activation lubricates training; it does not raise accuracy by itself. Change it together with initialisation, normalisation and learning rate.";

    /// <summary>Dead ReLU: Leaky ReLU, He initialisation kept, dead units started anew.</summary>
    /// <param name="layers">The activations.</param>
    public static Remedy LeakyRelu(IReadOnlyList<string> layers) => Replace(
        layers, "ReLU", "LeakyReLU", "he", layers.Count == 1 ? $"Replace ReLU by Leaky ReLU in {layers[0]}" : (Text)$"Replace ReLU by Leaky ReLU",
        $"A slope for negative inputs lets a gradient through, so that a unit can come back. Re-initialise units that are dead already, by He.", [RemedySources.Article, RemedySources.Maas, RemedySources.He]);

    /// <summary>Dead ReLU: ELU, He initialisation kept, dead units started anew.</summary>
    /// <param name="layers">The activations.</param>
    public static Remedy Elu(IReadOnlyList<string> layers) => Replace(
        layers, "ReLU", "ELU", "he", layers.Count == 1 ? $"Replace ReLU by ELU in {layers[0]}" : (Text)$"Replace ReLU by ELU",
        $"ELU is smooth below zero and brings outputs closer to zero mean. Re-initialise units that are dead already, by He.", [RemedySources.Article, RemedySources.Clevert, RemedySources.He]);

    /// <summary>Vanishing gradient or saturation: ReLU with He initialisation.</summary>
    /// <param name="layers">The activations.</param>
    /// <param name="from">The present function.</param>
    public static Remedy Relu(IReadOnlyList<string> layers, string? from) => Replace(
        layers, from, "ReLU", "he", $"Replace {from ?? "the saturating activations"} by ReLU with He initialisation",
        $"The slope of ReLU is 1 wherever a unit is active, so that the gradient does not shrink from layer to layer.", [RemedySources.Article, RemedySources.ArticleSwitching, RemedySources.He]);

    /// <summary>Vanishing gradient or saturation: SiLU with He initialisation.</summary>
    /// <param name="layers">The activations.</param>
    /// <param name="from">The present function.</param>
    public static Remedy Silu(IReadOnlyList<string> layers, string? from) => Replace(
        layers, from, "SiLU", "he", $"Replace {from ?? "the saturating activations"} by SiLU with He initialisation",
        $"SiLU is smooth and nearly linear for large inputs; batch normalisation can be left out beside it.", [RemedySources.Article, RemedySources.ArticleSwitching]);

    /// <summary>NaN by exploding gradients: GELU, with a learning rate 20 to 30 % lower, or the one that the run is advised to take.</summary>
    /// <param name="layers">The activations; empty for all hidden ones.</param>
    public static Remedy Gelu(IReadOnlyList<string> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return new Remedy
        {
            Title = $"Move to GELU (or SiLU), with a lower learning rate",
            Actions = [new RemedyAction { Kind = RemedyActionKind.ReplaceActivation, Layers = layers, To = "GELU" }, new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = GeluRateFactor }],
            Rationale = $"A smooth activation has no kinks at which gradients jump; moving to it goes with a learning rate 20 to 30 % lower.",
            Caveat = Lubricant,
            Code = "nn.GELU() // instead of the hidden activations",
            Sources = [RemedySources.Article, RemedySources.ArticleSwitching, RemedySources.Hendrycks],
        };
    }

    /// <summary>Outputs far from zero mean: tanh with Xavier initialisation, or ELU with He.</summary>
    /// <param name="layers">The activations.</param>
    /// <param name="from">The present function.</param>
    /// <param name="bounded">Whether tanh is chosen, otherwise ELU.</param>
    public static Remedy ZeroCentred(IReadOnlyList<string> layers, string? from, bool bounded) => bounded
        ? Replace(
            layers, from, "Tanh", "xavier", $"Use tanh with Xavier initialisation",
            $"Outputs on both sides of zero let weights move in any direction at once.", [RemedySources.Article, RemedySources.ArticleSwitching, RemedySources.Glorot])
        : Replace(
            layers, from, "ELU", "he", $"Use ELU with He initialisation",
            $"Outputs on both sides of zero let weights move in any direction at once.", [RemedySources.Article, RemedySources.Clevert]);

    /// <summary>Normalisation behind layers, so that no activation is driven to its ends.</summary>
    /// <param name="layers">The layers; empty for all hidden ones.</param>
    /// <param name="type">The kind, e.g. <c>LayerNorm</c>.</param>
    public static Remedy Normalize(IReadOnlyList<string> layers, string type) => new()
    {
        Title = $"Add {type} before the hidden activations",
        Actions = [new RemedyAction { Kind = RemedyActionKind.AddNormalization, Layers = layers, Type = type }],
        Rationale = $"Inputs of unit scale keep an activation where its slope is large, however deep the stack.",
        Caveat = $"Batch normalisation is not needed beside smooth activations (GELU, SiLU), and needs batches of more than a few samples.",
        Code = $"nn.{type}(features) // between the layer and its activation",
        Sources = [RemedySources.ArticleSwitching, RemedySources.Ioffe, RemedySources.Ba],
    };

    private static Remedy Replace(IReadOnlyList<string> layers, string? from, string to, string scheme, Text title, Text rationale, IReadOnlyList<string> sources) => new()
    {
        Title = title,
        Actions =
        [
            new RemedyAction { Kind = RemedyActionKind.ReplaceActivation, Layers = layers, From = from, To = to },
            new RemedyAction { Kind = RemedyActionKind.Reinitialize, Layers = layers, Scheme = scheme },
        ],
        Rationale = rationale,
        Caveat = Lubricant,
        Code = scheme == "xavier"
            ? $"nn.{to}() // instead of {(from is null ? "the present activations" : "nn." + from)}\nnn.init.xavier_uniform_(layer.weight);\nnn.init.zeros_(layer.bias);"
            : $"nn.{to}() // instead of {(from is null ? "the present activations" : "nn." + from)}\nnn.init.kaiming_normal_(layer.weight);\nnn.init.zeros_(layer.bias);",
        Sources = sources,
    };
}
