namespace TrainingDoctor.Rules.Knowledge;

/// <summary>The kind of data a network reads.</summary>
public enum DataDomain
{
    /// <summary>Pictures: convolutional networks, vision transformers.</summary>
    Images,

    /// <summary>Text: transformers.</summary>
    Language,

    /// <summary>Rows of numbers: perceptrons, TabNet.</summary>
    Tabular,
}

/// <summary>What a beginner sees go wrong, as the source article's checklist names it.</summary>
public enum TrainingTrouble
{
    /// <summary>The loss does not go down.</summary>
    LossDoesNotGoDown,

    /// <summary>Outputs are skewed: units are stuck.</summary>
    SkewedOutputs,

    /// <summary>The loss becomes NaN.</summary>
    LossBecomesNaN,

    /// <summary>Training gets better while validation gets worse.</summary>
    Overfitting,
}

/// <summary>One row of the article's trouble checklist.</summary>
/// <param name="Trouble">The symptom.</param>
/// <param name="Cause">What lies behind it.</param>
/// <param name="Activations">The functions to change to, the first choice first.</param>
/// <param name="Remedy">What to change.</param>
/// <param name="Companions">What must change with it.</param>
/// <param name="Rules">The rules that measure it, by ID.</param>
public sealed record TroubleAdvice(TrainingTrouble Trouble, Text Cause, IReadOnlyList<ActivationKind> Activations, Text Remedy, Text Companions, IReadOnlyList<string> Rules);

/// <summary>One row of the article's table of output functions, with the losses of TorchSharp that go with it.</summary>
/// <param name="Task">The task.</param>
/// <param name="Function">The function that turns outputs into answers.</param>
/// <param name="Output">What the model itself ends in when the recommended loss is used.</param>
/// <param name="Loss">The recommended loss.</param>
/// <param name="Note">Why the two differ, or what else fits.</param>
public sealed record OutputAdvice(TrainingTask Task, ActivationKind Function, ActivationKind Output, string Loss, Text Note);

/// <summary>One function of the article's table of properties, as the article sees it.</summary>
/// <param name="Kind">The function.</param>
/// <param name="IsBounded">Whether its outputs are bounded.</param>
/// <param name="IsZeroCentred">Whether the article calls it zero-centred; the computed mean tells how nearly.</param>
/// <param name="Vanishes">Whether the article expects vanishing gradients; otherwise little.</param>
/// <param name="Note">What the article says of it.</param>
public sealed record ActivationEntry(ActivationKind Kind, bool IsBounded, bool IsZeroCentred, bool Vanishes, Text Note)
{
    /// <summary>Gets what is computed from the function itself.</summary>
    public ActivationProperties Computed => ActivationProperties.Of(Kind);
}

/// <summary>The source article's tables.</summary>
public static class AdviceTables
{
    /// <summary>Gets the properties of the eight functions.</summary>
    public static IReadOnlyList<ActivationEntry> Activations { get; } =
    [
        new(ActivationKind.Sigmoid, true, false, true, $"Outputs are probabilities; for output layers."),
        new(ActivationKind.Tanh, true, true, true, $"Smooth; saturates in deep stacks."),
        new(ActivationKind.ReLU, false, false, false, $"Fast, the default; units can die."),
        new(ActivationKind.LeakyReLU, false, false, false, $"A small slope for negative inputs keeps units alive."),
        new(ActivationKind.ELU, false, true, false, $"Smooth on the negative side."),
        new(ActivationKind.SiLU, false, true, false, $"Smooth and light, also called Swish; image models such as EfficientNet."),
        new(ActivationKind.GELU, false, true, false, $"A probabilistic gate; BERT, GPT."),
        new(ActivationKind.Mish, false, true, false, $"Accurate but costly."),
    ];

    /// <summary>Gets the trouble checklist.</summary>
    public static IReadOnlyList<TroubleAdvice> Troubles { get; } =
    [
        new(
            TrainingTrouble.LossDoesNotGoDown, $"The gradient vanishes.", [ActivationKind.ReLU, ActivationKind.SiLU], $"Change the hidden activations to ReLU or SiLU.",
            $"Initialise by He; look at normalisation and learning rate as a set with it.", ["TD4002", "TD2001", "TD7005"]),
        new(
            TrainingTrouble.SkewedOutputs, $"ReLU units are dead.", [ActivationKind.LeakyReLU, ActivationKind.ELU], $"Change to Leaky ReLU or ELU.",
            $"Keep He initialisation; re-initialise the dead units.", ["TD3001", "TD3003"]),
        new(
            TrainingTrouble.LossBecomesNaN, $"The gradient explodes.", [ActivationKind.GELU, ActivationKind.SiLU], $"Lower the learning rate, clip the gradient, and compute in bf16 or fp32 instead of fp16; then change to GELU or SiLU.",
            $"Moving to GELU, lower the learning rate by about 20 to 30 %.", ["TD4001", "TD2002", "TD2003"]),
        new(
            TrainingTrouble.Overfitting, $"Outputs are not symmetric around zero.", [ActivationKind.Tanh, ActivationKind.ELU], $"Centre outputs at zero with tanh or ELU.",
            $"tanh goes with Xavier initialisation. The literature puts regularisation, early stopping and more data first (Prechelt 1998; Srivastava et al. 2014).", ["TD6001", "TD3003"]),
    ];

    /// <summary>Gets the output table.</summary>
    public static IReadOnlyList<OutputAdvice> Outputs { get; } =
    [
        new(TrainingTask.Regression, ActivationKind.Identity, ActivationKind.Identity, "MSELoss", $"A bounded or rectified output fits only targets within its range."),
        new(TrainingTask.BinaryClassification, ActivationKind.Sigmoid, ActivationKind.Identity, "BCEWithLogitsLoss", $"The loss contains sigmoid; a model that ends in sigmoid goes with BCELoss."),
        new(TrainingTask.MulticlassClassification, ActivationKind.Softmax, ActivationKind.Identity, "CrossEntropyLoss", $"The loss contains softmax; a model that ends in LogSoftmax goes with NLLLoss."),
        new(TrainingTask.MultilabelClassification, ActivationKind.Sigmoid, ActivationKind.Identity, "BCEWithLogitsLoss", $"One sigmoid per label, never softmax: several labels can be true at once."),
        new(TrainingTask.LanguageModeling, ActivationKind.Softmax, ActivationKind.Identity, "CrossEntropyLoss", $"One class per token of the vocabulary."),
        new(TrainingTask.Reconstruction, ActivationKind.Sigmoid, ActivationKind.Sigmoid, "BCELoss", $"For inputs between 0 and 1; identity and MSELoss for inputs of any size."),
    ];

    /// <summary>Gets the misconceptions that the article warns of.</summary>
    public static IReadOnlyList<Text> Misconceptions { get; } =
    [
        $"Changing the activation does not by itself raise accuracy dramatically; it lubricates training.",
        $"ReLU is no cure-all: deep stacks of it die.",
        $"Nothing is fixed by the activation alone: initialisation and normalisation come with it.",
    ];
}
