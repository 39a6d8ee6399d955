using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5007: units of a layer start as copies of each other.</summary>
/// <param name="options">Its options; there are none.</param>
public sealed class SymmetricUnits(SymmetricUnitsOptions options) : StructureRule<SymmetricUnitsOptions>(options)
{
    private const string Inseparable = "inseparable";
    private const string Copies = "copies";
    private const string Silent = "silent";
    private const string Harmless = "harmless";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5007",
        Name = "symmetric-units",
        Category = RuleCategory.Optimization,
        Severity = Severity.Error,
        Summary = $"Units of a layer start as copies of each other.",
        Explanation = $"All rows of a layer's initial weights are equal, as with zero or constant initialisation. It is an error where nothing breaks the symmetry: the next layer treats all units alike too, "
            + $"or a rectifier behind weights of zero passes nothing on. Where training goes well all the same, it is info. A layer with one unit has no copies.",
        Why = $"Equal units get equal gradients and stay equal for ever: the layer is as good as one unit.",
        Inputs = [],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.PoorInitialization],
        Remedies =
        [
            new($"Initialise weights at random: by He before the ReLU family, by Xavier before the tanh family.", $"Chance breaks the symmetry; the scheme keeps the scale."),
            new($"Leave zero to biases.", $"They need no variety."),
        ],
        Sources = ["Found by running: nn.init.trunc_normal_ of TorchSharp 0.107.0 fills the tensor with its standard deviation", "Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 8.4", "TheDeepChecker (TOSEM 2022): constant weight initialisation", "活性化関数 (activation functions explained), romptn ai, in Japanese: switching rules"],
        Limitations = $"Zero in a last layer or at the end of a residual branch is a common and harmless choice.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        string layers = string.Join(", ", symptom.Layers);
        string scheme = symptom.Values.TryGetValue("activation", out double kind) ? ((ActivationKind)(int)kind).SchemeFor() : "he";
        return new Diagnosis(
            symptom.Variant switch
            {
                Copies => (Text)$"All units of {layers} start alike",
                Silent => $"{layers} starts at zero and lets nothing through",
                _ => $"All units of {layers} start equal",
            },
            symptom.Variant switch
            {
                Copies => $"All rows of the initial weights of {layers} are equal, and so are those of the layer behind: the units get equal gradients and stay copies.",
                Silent => $"The initial weights of {layers} are all zero, and the rectifier behind them has the slope 0 at 0: no gradient reaches them.",
                _ => (Text)$"All rows of the initial weights of {layers} are equal; the random weights of the layer behind tell the units apart after the first step.",
            },
            [new(Cause.PoorInitialization, 0.97)],
            [
                new Remedy
                {
                    Title = $"Initialise the weights of {layers} at random ({(scheme == "he" ? "He" : "Xavier")})",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.Reinitialize, Layers = symptom.Layers, Scheme = scheme }],
                    Rationale = $"Chance makes the units different; the scheme keeps the scale of the signal through the stack.",
                    Caveat = $"Biases may stay zero. In TorchSharp 0.107 nn.init.trunc_normal_ is no way out: it fills the tensor with one value.",
                    Code = scheme == "he" ? "nn.init.kaiming_normal_(layer.weight);" : "nn.init.xavier_uniform_(layer.weight);",
                    Sources = ["Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 8.4", "He et al. 2015", "Glorot and Bengio 2010"],
                },
            ]);
    }

    internal override IEnumerable<Symptom> Inspect(StructureView view)
    {
        var weights = view.Model.Parameters.Where(parameter => parameter is { Role: ParameterRole.Weight, IsTrainable: true, FanIn: not null }).ToList();
        if (weights.Count > 1 && weights.TrueForAll(IsConstant))
        {
            // Heads side by side may all start at zero; copies need a layer whose units go into the next one.
            var copies = weights.Where((weight, index) => HasUnits(weight) && weights.Skip(index + 1).Any(next => Takes(next, weight))).ToList();
            if (copies.Count > 0)
            {
                yield return ToSymptom(Copies, Severity.Error, [.. copies.Select(weight => weight.LayerPath)], copies[0], null);
            }

            yield break;
        }

        foreach (var chain in view.Chains)
        {
            var layers = chain.Layers.Where(layer => layer.IsWeighted() && view.WeightOf(layer) is { IsTrainable: true }).ToList();
            for (int i = 0; i + 1 < layers.Count; i++)
            {
                var weight = view.WeightOf(layers[i])!;
                if (!weight.HasEqualUnits || !HasUnits(weight))
                {
                    continue;
                }

                var activation = chain.Layers.SkipWhile(layer => layer != layers[i]).Skip(1).FirstOrDefault(layer => layer.Kind is not (LayerKind.Dropout or LayerKind.Reshape));
                bool isSilent = IsZero(weight) && activation?.Activation is ActivationKind.ReLU or ActivationKind.ReLU6
                    && view.ParameterOf(layers[i], ParameterRole.Bias) is null or { InitialAbsoluteMaximum: 0 };
                string variant = IsConstant(view.WeightOf(layers[i + 1])!) ? Copies : isSilent ? Silent : Harmless;
                var symptom = ToSymptom(variant, variant == Harmless ? Severity.Info : Severity.Error, [layers[i].Path], weight, activation?.Activation);
                bool isTold = view.ParameterOf(layers[i], ParameterRole.Bias) is { InitialStandardDeviation: not 0 } || view.Model.Layers.Any(layer => layer.Kind is LayerKind.Dropout);
                if (variant == Copies && !isTold && layers[i].Kind == LayerKind.Linear && layers[i + 1].Kind == LayerKind.Linear)
                {
                    symptom.Values[Inseparable] = 1;
                }

                yield return symptom;
            }
        }
    }

    /// <summary>Equal units cost capacity, which an easy task may not need.</summary>
    internal override bool IsForecast(Symptom symptom) => symptom.Severity > Severity.Info;

    /// <summary>Copies that nothing can tell apart are one unit for good, however well that one does.</summary>
    internal override Severity AfterGoodTraining(Symptom symptom) => symptom.Values.ContainsKey(Inseparable) ? Severity.Warning : Severity.Info;

    internal override Text? WhyNotJudged(StructureView view) =>
        view.Model.Parameters.Any(parameter => parameter.Role == ParameterRole.Weight) ? null : (Text)$"the model has no weight matrices or kernels";

    private static bool IsConstant(ParameterDescription weight) => weight.InitialStandardDeviation == 0;

    private static bool HasUnits(ParameterDescription weight) => weight.Shape[0] > 1;

    /// <summary>Tells whether a weight can take the units of another as its inputs: as many, or as many times the places that flattening makes of each.</summary>
    private static bool Takes(ParameterDescription next, ParameterDescription weight) => next.Shape.Count > 1 && next.Shape[1] % weight.Shape[0] == 0;

    private static bool IsZero(ParameterDescription weight) => weight.InitialAbsoluteMaximum == 0;

    private static Symptom ToSymptom(string variant, Severity severity, IReadOnlyList<string> layers, ParameterDescription weight, ActivationKind? activation) => new()
    {
        Severity = severity,
        Confidence = severity == Severity.Error ? 0.98 : 0.7,
        Variant = variant,
        Layers = layers,
        Evidence = [new Evidence("equal_units", weight.Name, null, weight.Shape[0], 1, ">")],
        Values = activation is { } kind ? new Dictionary<string, double> { ["activation"] = (int)kind } : [],
    };
}

/// <summary>Options of <see cref="SymmetricUnits"/>; there are none.</summary>
public sealed class SymmetricUnitsOptions;
