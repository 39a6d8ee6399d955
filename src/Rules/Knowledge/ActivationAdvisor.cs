namespace TrainingDoctor.Rules.Knowledge;

/// <summary>What advice is asked for; what is not known is null.</summary>
public sealed record AdviceRequest
{
    /// <summary>Gets the task: decides output and loss.</summary>
    public TrainingTask? Task { get; init; }

    /// <summary>Gets the kind of data: decides hidden activations.</summary>
    public DataDomain? Domain { get; init; }

    /// <summary>Gets the number of layers with weights.</summary>
    public int? Depth { get; init; }

    /// <summary>Gets the present hidden activation.</summary>
    public ActivationKind? From { get; init; }

    /// <summary>Gets the activation that the user means to move to.</summary>
    public ActivationKind? To { get; init; }

    /// <summary>Gets the present learning rate, to say the new one as a number.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Gets what goes wrong.</summary>
    public TrainingTrouble? Trouble { get; init; }
}

/// <summary>Activation, initialisation, normalisation and learning rate, which are one set.</summary>
public sealed record Advice
{
    /// <summary>Gets the hidden activations, the first choice first.</summary>
    public required IReadOnlyList<ActivationKind> Hidden { get; init; }

    /// <summary>Gets why these.</summary>
    public required Text Reason { get; init; }

    /// <summary>Gets the initialisation that goes with the first choice: <c>he</c> or <c>xavier</c>.</summary>
    public required string Initialization { get; init; }

    /// <summary>Gets what to do about normalisation.</summary>
    public required Text Normalization { get; init; }

    /// <summary>Gets the range of factors for the learning rate; 1 to 1 where it may stay.</summary>
    public required (double Least, double Most) LearningRateFactor { get; init; }

    /// <summary>Gets the new learning rate; null when the present one is not known.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Gets the output and loss; null when the task is not known.</summary>
    public OutputAdvice? Output { get; init; }

    /// <summary>Gets the row of the trouble checklist; null when none was named.</summary>
    public TroubleAdvice? Trouble { get; init; }

    /// <summary>Gets what must be kept in mind.</summary>
    public required IReadOnlyList<Text> Notes { get; init; }

    /// <summary>Gets TorchSharp code for the set.</summary>
    public required string Code { get; init; }

    /// <summary>Gets what the advice rests on.</summary>
    public required IReadOnlyList<string> Sources { get; init; }
}

/// <summary>The source article's decision tables and switching rules as a function.</summary>
public static class ActivationAdvisor
{
    /// <summary>The number of layers with weights from which on a model counts as deep.</summary>
    private const int Deep = 10;

    private const double LeastGeluFactor = 0.7;
    private const double MostGeluFactor = 0.8;

    /// <summary>Gives advice.</summary>
    /// <param name="request">What is known and wanted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The depth is below 1, or the learning rate not positive.</exception>
    public static Advice Advise(AdviceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Depth ?? 1, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.LearningRate ?? 1, nameof(request));
        var trouble = AdviceTables.Troubles.FirstOrDefault(row => row.Trouble == request.Trouble);
        var (hidden, reason) = Choose(request, trouble);
        var first = hidden[0];
        string scheme = SchemeFor(first);
        var factor = first == ActivationKind.GELU && request.From is not null && request.From != first ? (LeastGeluFactor, MostGeluFactor) : (1.0, 1.0);
        return new Advice
        {
            Hidden = hidden,
            Reason = reason,
            Initialization = scheme,
            Normalization = IsSmoothGate(first)
                ? $"Batch normalisation can be left out beside {first.ToString()}; layer normalisation stays in transformers."
                : (Text)$"Put batch normalisation (images) or layer normalisation (language) between layer and activation when the stack is deep.",
            LearningRateFactor = factor,
            LearningRate = request.LearningRate * (factor.Item1 + factor.Item2) / 2,
            Output = AdviceTables.Outputs.FirstOrDefault(row => row.Task == request.Task),
            Trouble = trouble,
            Notes = [.. Notes(request, first), .. AdviceTables.Misconceptions],
            Code = scheme == "he"
                ? $"nn.{first}() // between hidden layers\nnn.init.kaiming_normal_(layer.weight);\nnn.init.zeros_(layer.bias);"
                : $"nn.{first}() // between hidden layers\nnn.init.xavier_uniform_(layer.weight);\nnn.init.zeros_(layer.bias);",
            Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: tables and switching rules", scheme == "he" ? RemedySources.He : RemedySources.Glorot],
        };
    }

    /// <summary>Names the initialisation that goes with an activation: <c>he</c> for the ReLU family, <c>xavier</c> for the tanh family.</summary>
    /// <param name="activation">The activation.</param>
    public static string SchemeFor(ActivationKind activation) => activation
        is ActivationKind.Tanh or ActivationKind.Hardtanh or ActivationKind.Softsign or ActivationKind.Sigmoid or ActivationKind.Hardsigmoid or ActivationKind.Identity ? "xavier" : "he";

    private static bool IsSmoothGate(ActivationKind activation) => activation is ActivationKind.GELU or ActivationKind.SiLU or ActivationKind.Mish;

    private static (IReadOnlyList<ActivationKind> Hidden, Text Reason) Choose(AdviceRequest request, TroubleAdvice? trouble)
    {
        if (request.To is { } wanted)
        {
            return ([wanted], $"You mean to move to {wanted.ToString()}; this is what must change with it.");
        }

        if (trouble is not null)
        {
            return (trouble.Activations, trouble.Cause);
        }

        if (request.Depth >= Deep && request.Domain != DataDomain.Images)
        {
            return ([ActivationKind.GELU, ActivationKind.SiLU], $"Deep models: GELU, since deep stacks of ReLU die and saturating functions let gradients vanish.");
        }

        return request.Domain switch
        {
            DataDomain.Images when request.Depth >= Deep => ([ActivationKind.SiLU, ActivationKind.GELU, ActivationKind.ReLU], $"Deep image models: SiLU is simpler and lighter than GELU and as smooth."),
            DataDomain.Images => ([ActivationKind.ReLU, ActivationKind.SiLU, ActivationKind.GELU], $"Images (CNN, ViT): ReLU, or SiLU or GELU."),
            DataDomain.Language => ([ActivationKind.GELU], $"Language (Transformer): GELU, as in BERT and GPT."),
            DataDomain.Tabular => ([ActivationKind.ReLU, ActivationKind.ELU], $"Tables (MLP, TabNet): ReLU or ELU."),
            _ => ([ActivationKind.ReLU, ActivationKind.LeakyReLU, ActivationKind.ELU], $"The first choice is ReLU; Leaky ReLU or ELU if training stops or negative values are cut too hard."),
        };
    }

    private static IEnumerable<Text> Notes(AdviceRequest request, ActivationKind first)
    {
        if (request.From is { } from && from != first && SchemeFor(from) != SchemeFor(first))
        {
            yield return $"Moving from {from.ToString()} to {first.ToString()} changes the initialisation from {SchemeFor(from)} to {SchemeFor(first)}: draw the weights again.";
        }

        if (ActivationFunctions.IsElementwise(first))
        {
            var properties = ActivationProperties.Of(first);
            yield return $"For a standard normal input {first.ToString()} has a mean output of {properties.Mean:F3} and keeps the scale with a gain of {properties.Gain:F3}.";
            if (properties.Saturates && request.Depth > 3)
            {
                yield return $"Its slope is below {ActivationProperties.VanishingDerivative:G2} outside {properties.VanishesBelow:F2} to {properties.VanishesAbove:F2}: gradients vanish in a stack of {request.Depth} layers.";
            }
        }

        if (first == ActivationKind.GELU && request.From is null)
        {
            yield return $"Moving to GELU from another function goes with a learning rate 20 to 30 % lower.";
        }

        if (first == ActivationKind.ReLU && request.Depth >= Deep)
        {
            yield return $"In a stack of {request.Depth} layers units of ReLU die; prefer a smooth function or skip connections.";
        }
    }
}
