using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7003: the initial weights do not fit the activations.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class InitializationMismatch(InitializationMismatchOptions options) : StructureRule<InitializationMismatchOptions>(options)
{
    private const string Vanishing = "vanishing";
    private const string Exploding = "exploding";
    private const string Saturating = "saturating";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7003",
        Name = "initialization-mismatch",
        Category = RuleCategory.Structure,
        Severity = Severity.Warning,
        Summary = $"The initial weights do not fit the activations: the signal vanishes, explodes or saturates on its way through the stack.",
        Explanation = $"The variance and the fans of the weights themselves, not the name of a scheme, say by how much each layer multiplies a signal; the activation's E[f(x)²] is computed. "
            + $"Their product through a chain of layers is judged, so that the modest default of a shallow network passes. Normalisation starts the count anew.",
        Why = $"A signal that has vanished or saturated before the last layer carries nothing of the input, and its gradient nothing of the error.",
        Inputs = [],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.PoorInitialization, Cause.MissingNormalization, Cause.SaturatingActivation],
        Remedies =
        [
            new($"Initialise by He before the ReLU family and by Xavier before the tanh family.", $"Both are chosen so that the product is 1 whatever the depth."),
            new($"Put normalisation between layers and activations.", $"It makes the scale of the weights irrelevant."),
        ],
        Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: switching rules", "Glorot and Bengio 2010", "He et al. 2015, Delving Deep into Rectifiers", "Mishkin and Matas 2016, All you need is a good init"],
        Limitations = $"The recursion assumes inputs of unit scale and independent weights; skip connections and functions called in code are not seen, so only chains of known order are judged.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var evidence = symptom.Evidence[0];
        string scheme = symptom.Values.TryGetValue("activation", out double kind) ? ((ActivationKind)(int)kind).SchemeFor() : "he";
        string name = scheme == "he" ? "He" : "Xavier";
        return new Diagnosis(
            symptom.Variant switch
            {
                Vanishing => (Text)$"The signal shrinks to {evidence.Value:G2} of its size before {evidence.Layer}",
                Exploding => $"The signal grows {evidence.Value:G2}-fold before {evidence.Layer}",
                _ => $"{evidence.Layer} starts saturated",
            },
            symptom.Variant == Saturating
                ? $"With the initial weights, what enters the activation behind {evidence.Layer} has a standard deviation of {evidence.Value:G3} for an input of 1; it is flat beyond {evidence.Limit:G3}."
                : (Text)$"With the initial weights, {symptom.Layers.Count} layer(s) in a row (turns|turn) a standard deviation of 1 into {evidence.Value:G3} at {evidence.Layer}; the limit is {evidence.Limit:G3}.",
            [new(Cause.PoorInitialization, 0.75), new(Cause.MissingNormalization, 0.15), new(Cause.SaturatingActivation, symptom.Variant == Saturating ? 0.1 : 0)],
            [
                new Remedy
                {
                    Title = $"Initialise {string.Join(", ", symptom.Layers)} by {name}",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.Reinitialize, Layers = symptom.Layers, Scheme = scheme }],
                    Rationale = scheme == "he"
                        ? $"Rectifiers pass half of the signal's power on; He initialisation doubles the variance of the weights to make up for it."
                        : (Text)$"Near zero tanh is the identity; Xavier initialisation keeps the signal there.",
                    Caveat = $"Initialisation, activation, normalisation and learning rate are one set: lower the rate when the weights grow.",
                    Code = scheme == "he" ? "nn.init.kaiming_normal_(layer.weight);\nnn.init.zeros_(layer.bias);" : "nn.init.xavier_uniform_(layer.weight);\nnn.init.zeros_(layer.bias);",
                    Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: switching rules", "He et al. 2015", "Glorot and Bengio 2010"],
                },
                ActivationRemedies.Normalize(symptom.Layers, "LayerNorm"),
            ]);
    }

    /// <summary>The recursion foresees what training may well cope with.</summary>
    internal override bool IsForecast(Symptom symptom) => symptom.Severity > Severity.Info;

    internal override IEnumerable<Symptom> Inspect(StructureView view)
    {
        foreach (var chain in view.Chains)
        {
            var stages = SignalFlow.Through(view, chain);
            if (stages.FirstOrDefault(stage => IsSaturated(stage)) is { } saturated)
            {
                yield return ToSymptom(Saturating, [saturated], Severity.Warning, SaturationLimit(saturated.Activation!.Activation!.Value), ">");
            }

            // The output layer's own scale is a matter of taste: a small one makes a calm start.
            var run = new List<SignalStage>();
            foreach (var stage in stages.Where(stage => !stage.IsOutput).Append(null))
            {
                if (stage is null || stage.FollowsNormalization)
                {
                    if (Judge(run) is { } symptom)
                    {
                        yield return symptom;
                    }

                    run.Clear();
                }

                if (stage is { IsNormalizedNext: false })
                {
                    run.Add(stage);
                }
            }
        }
    }

    private Symptom? Judge(List<SignalStage> run)
    {
        if (run.Count < Options.MinimumDepth || run.Exists(stage => stage.Weight.InitialStandardDeviation == 0))
        {
            return null;
        }

        double scale = run[^1].Scale;
        double meanGain = Math.Exp(run.Average(stage => Math.Log(stage.Gain)));
        if (scale < 1 && meanGain > Options.ModestGain && run.Count(stage => stage.Activation?.Activation?.IsSaturating() == true) * 2 >= run.Count)
        {
            // The weights are not to blame: TD7005 speaks of the activations.
            return null;
        }

        return scale < Options.WarningShrinkage ? ToSymptom(Vanishing, run, Severity.Warning, Options.WarningShrinkage, "<")
            : scale < Options.InfoShrinkage ? ToSymptom(Vanishing, run, Severity.Info, Options.InfoShrinkage, "<")
            : scale > Options.WarningGrowth ? ToSymptom(Exploding, run, Severity.Warning, Options.WarningGrowth, ">")
            : scale > Options.InfoGrowth ? ToSymptom(Exploding, run, Severity.Info, Options.InfoGrowth, ">")
            : null;
    }

    private static Symptom ToSymptom(string variant, List<SignalStage> run, Severity severity, double limit, string comparison)
    {
        var values = new Dictionary<string, double>();
        if (run.Select(stage => stage.Activation?.Activation).LastOrDefault(activation => activation is not null) is { } activation)
        {
            values.Add("activation", (int)activation);
        }

        return new Symptom
        {
            Severity = severity,
            Confidence = severity == Severity.Info ? 0.6 : 0.85,
            Variant = variant,
            Layers = [.. run.Select(stage => stage.Layer.Path)],
            Evidence = [new Evidence("signal_scale", run[^1].Layer.Path, null, run[^1].Scale, limit, comparison)],
            Values = values,
        };
    }

    private bool IsSaturated(SignalStage stage) =>
        stage is { Activation.Activation: { } activation, IsOutput: false } && activation.IsSaturating() && stage.Gain > Options.SaturationMultiple && stage.Scale > Options.SaturationMultiple * SaturationLimit(activation);

    /// <summary>The input beyond which the slope is below a tenth of the largest.</summary>
    private static double SaturationLimit(ActivationKind activation)
    {
        double largest = ActivationProperties.Of(activation).LargestDerivative;
        double x = 0;
        while (ActivationFunctions.Derivative(activation, x) > 0.1 * largest)
        {
            x += 0.01;
        }

        return Math.Round(x, 2);
    }
}

/// <summary>Thresholds of <see cref="InitializationMismatch"/>.</summary>
public sealed class InitializationMismatchOptions
{
    /// <summary>Gets or sets the share of its size to which a signal may shrink before the rule warns.</summary>
    /// <value>The default is 1e-4; eleven layers of ReLU with torch's own default initialisation reach it. Bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double WarningShrinkage { get; set; } = 1e-4;

    /// <summary>Gets or sets the share of its size to which a signal may shrink before it is info.</summary>
    /// <value>The default is 0.03; four layers of ReLU with torch's own default initialisation reach it. Bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double InfoShrinkage { get; set; } = 0.03;

    /// <summary>Gets or sets by what factor a signal may grow before the rule warns.</summary>
    /// <value>The default is 1000: squared errors of such outputs are a million times too large. At least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double WarningGrowth { get; set; } = 1000;

    /// <summary>Gets or sets by what factor a signal may grow before it is info.</summary>
    /// <value>The default is 30, the inverse of that for shrinkage; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double InfoGrowth { get; set; } = 30;

    /// <summary>Gets or sets how many times the point where the slope is a tenth of the largest the standard deviation of the input may reach.</summary>
    /// <value>The default is 2: then three units of four start on the flat part. At least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double SaturationMultiple { get; set; } = 2;

    /// <summary>Gets or sets the mean gain of the weights from which on saturating activations, not the weights, are held to blame for a vanishing signal.</summary>
    /// <value>The default is 0.3; torch's default initialisation has 0.58. Bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double ModestGain { get; set; } = 0.3;

    /// <summary>Gets or sets how many layers with weights a chain must have, the output layer left out.</summary>
    /// <value>The default is 1; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumDepth { get; set; } = 1;
}
