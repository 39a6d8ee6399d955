using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5008: initial parameters at an absurd scale or never written, or a signal that the first step does not keep.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class PoorInitialization(PoorInitializationOptions options) : StructureRule<PoorInitializationOptions>(options)
{
    private const string NeverWritten = "never-written";
    private const string Absurd = "absurd-scale";
    private const string NotKept = "variance-not-kept";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5008",
        Name = "poor-initialization",
        Category = RuleCategory.Optimization,
        Severity = Severity.Error,
        Summary = $"Parameters start uninitialised or at an absurd scale, or the spread of the samples is not kept through the layers at the first step.",
        Explanation = $"Before any step, every parameter is looked at: NaN, infinities, values beyond any use, denormal numbers (the bits of memory that was never written), "
            + $"weights whose standard deviation does not go with their fan-in, and scales of normalisation far from 1. "
            + $"After the first step, the spread across samples is compared between the first and the last hidden layer that was seen; layers that start at zero on purpose are left out. "
            + $"What could never have been meant is an error at once; an unusual scale or spread is info, and a warning where training then does not go well.",
        Why = $"Training starts from these numbers; where they carry no signal or drown it, no learning rate helps.",
        Inputs = [Metric.OutputStandardDeviation, Metric.BatchVariation],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.PoorInitialization, Cause.MissingNormalization, Cause.NumericOverflow],
        Remedies =
        [
            new($"Initialise by He or Xavier; set scales of normalisation to 1 and their shifts to 0.", $"Then every layer keeps the scale of its input."),
            new($"Put normalisation between layers.", $"It keeps the scale whatever the weights."),
        ],
        Sources =
        [
            "Found by running: GroupNorm of TorchSharp 0.107.0 leaves its weight and bias unwritten",
            "Glorot and Bengio 2010; He et al. 2015",
            "SageMaker Debugger: PoorWeightInitialization",
        ],
        Limitations = $"Weights that were trained before may be of any scale that works; only absurd ones are reported. Skip connections let a signal pass that the comparison of layers does not see; it needs a factor of ten thousand. Stacks of saturating activations are the subject of TD7005.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var evidence = symptom.Evidence[0];
        bool isNormalization = symptom.Values.ContainsKey("normalization");
        return new Diagnosis(
            symptom.Variant switch
            {
                NeverWritten => (Text)$"{evidence.Layer} was never initialised",
                Absurd => $"{evidence.Layer} starts at an absurd scale",
                _ => $"The first step does not keep the spread of the samples",
            },
            symptom.Variant == NotKept
                ? $"At step {evidence.Step} the standard deviation across samples in {evidence.Layer} is {evidence.Value:G3} times that of the first layer; the limit is {evidence.Limit:G3}."
                : (Text)$"{symptom.Evidence.Count} parameter(s), first {evidence.Layer}: {evidence.Metric} is {evidence.Value:G3} before the first step, the limit is {evidence.Limit:G3}.",
            [new(Cause.PoorInitialization, 0.85), new(Cause.MissingNormalization, symptom.Variant == NotKept ? 0.12 : 0), new(Cause.NumericOverflow, symptom.Variant == NeverWritten ? 0.05 : 0)],
            [isNormalization ? ResetNormalization(symptom) : Reinitialize(symptom)]);
    }

    /// <summary>Numbers that were never written are a fault whatever comes of them; a wide or narrow scale is one where training suffers.</summary>
    internal override bool IsForecast(Symptom symptom) => symptom.Variant is Absurd or NotKept;

    internal override IEnumerable<Symptom> Inspect(StructureView view)
    {
        foreach (var parameter in view.Model.Parameters.Where(parameter => parameter.Count > 0))
        {
            if (InspectValues(view, parameter) is { } symptom)
            {
                yield return symptom;
            }
        }

        if (view.Moment != StructureMoment.Attached && InspectSpread(view) is { } lost)
        {
            yield return lost;
        }
    }

    private static Remedy ResetNormalization(Symptom symptom) => new()
    {
        Title = $"Set weight to 1 and bias to 0 in {string.Join(", ", symptom.Layers)}",
        Actions = [new RemedyAction { Kind = RemedyActionKind.Reinitialize, Layers = symptom.Layers, Scheme = "default" }],
        Rationale = $"A normalisation starts as one that changes nothing more; GroupNorm of TorchSharp 0.107 leaves what memory held.",
        Caveat = $"Do it before the optimizer's first step and after every creation of the model.",
        Code = "nn.init.ones_(norm.weight);\nnn.init.zeros_(norm.bias);",
        Sources = ["Wu and He 2018, ECCV, https://arxiv.org/abs/1803.08494, Group normalization"],
    };

    private static Remedy Reinitialize(Symptom symptom) => new()
    {
        Title = $"Initialise {string.Join(", ", symptom.Layers)} by He (ReLU family) or Xavier (tanh family)",
        Actions = [new RemedyAction { Kind = RemedyActionKind.Reinitialize, Layers = symptom.Layers, Scheme = "he" }],
        Rationale = $"Both set the variance of the weights by the number of inputs, so that every layer keeps the scale of the one before.",
        Caveat = $"Initialisation, activation, normalisation and learning rate are one set.",
        Code = "nn.init.kaiming_normal_(layer.weight); // ReLU family\nnn.init.xavier_uniform_(layer.weight); // tanh family\nnn.init.zeros_(layer.bias);",
        Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: switching rules", "He et al. 2015", "Glorot and Bengio 2010"],
    };

    private Symptom? InspectValues(StructureView view, ParameterDescription parameter)
    {
        var layer = view.Model.FindLayer(parameter.LayerPath);
        if (parameter.InitialNonFiniteCount > 0)
        {
            return ToSymptom(NeverWritten, Severity.Error, parameter, "initial_non_finite_count", parameter.InitialNonFiniteCount, 0, ">");
        }

        if (parameter.InitialAbsoluteMaximum > Options.MaximumMagnitude)
        {
            return ToSymptom(NeverWritten, Severity.Error, parameter, "initial_absolute_maximum", parameter.InitialAbsoluteMaximum, Options.MaximumMagnitude, ">");
        }

        bool isNormalization = parameter.Role is ParameterRole.NormalizationScale or ParameterRole.NormalizationShift;
        double denormal = (double)parameter.InitialDenormalCount / parameter.Count;
        if (denormal > Options.MaximumDenormalShare || (isNormalization && denormal > 0))
        {
            // Weight decay makes denormal numbers of trained weights too, but no normalisation starts with them.
            return ToSymptom(NeverWritten, isNormalization ? Severity.Error : Severity.Warning, parameter, "initial_denormal_fraction", denormal, isNormalization ? 0 : Options.MaximumDenormalShare, ">");
        }

        if (parameter.Role == ParameterRole.NormalizationScale && layer?.TypeName == "GroupNorm" && parameter.InitialZeroFraction >= 1)
        {
            return ToSymptom(NeverWritten, Severity.Warning, parameter, "initial_zero_fraction", 1, 1, ">=");
        }

        if (parameter is { Role: ParameterRole.RecurrentState, IsTrainable: true, FanIn: > 0 and var states }
            && parameter.InitialStandardDeviation * Math.Sqrt(states) is var radius && radius > Options.MaximumRecurrentGain)
        {
            // The same matrix is applied at every step of the sequence, so that its gain is raised to the power of the length.
            return ToSymptom(Absurd, Severity.Warning, parameter, "initial_gain", radius, Options.MaximumRecurrentGain, ">");
        }

        return parameter is { Role: ParameterRole.Weight, IsTrainable: true, FanIn: { } fanIn } && layer is not null ? InspectScale(view, parameter, layer, fanIn) : null;
    }

    private Symptom? InspectScale(StructureView view, ParameterDescription parameter, LayerDescription layer, long fanIn)
    {
        double gain = parameter.InitialStandardDeviation * Math.Sqrt(fanIn);
        bool isNormalized = view.Chains.Any(chain => chain.Layers.SkipWhile(other => other != layer).Skip(1).FirstOrDefault()?.IsNormalization() == true);
        bool isLast = view.Model.Parameters.Last(other => other.Role == ParameterRole.Weight) == parameter;
        if (gain > Options.MaximumGain && !isNormalized)
        {
            return ToSymptom(Absurd, Severity.Warning, parameter, "initial_gain", gain, Options.MaximumGain, ">");
        }

        // A last layer near zero is a calm start, and constants are symmetric units: the subject of TD5007.
        return gain > 0 && gain < Options.MinimumGain && !isNormalized && !isLast ? ToSymptom(Absurd, Severity.Warning, parameter, "initial_gain", gain, Options.MinimumGain, "<") : null;
    }

    /// <summary>Compares the spread across samples of the first hidden layer that was called with the last.</summary>
    private Symptom? InspectSpread(StructureView view)
    {
        var spreads = new List<(double Order, string Layer, double Spread, long Step)>();
        foreach (var layer in view.Model.Leaves.Where(layer => layer.IsWeighted() && view.WeightOf(layer) is not { InitialZeroFraction: >= 1 }))
        {
            if (view.Facts.Of(Metric.CallOrder, layer.Path) is { } order
                && view.Facts.Of(Metric.OutputStandardDeviation, layer.Path) is { } deviation
                && view.Facts.Of(Metric.BatchVariation, layer.Path) is { } variation
                && deviation.FirstStep == variation.FirstStep && double.IsFinite(deviation.First * variation.First))
            {
                spreads.Add((order.First, layer.Path, deviation.First * variation.First, deviation.FirstStep));
            }
        }

        spreads.Sort();
        bool saturates = view.Model.Leaves.Count(layer => layer.Activation?.IsSaturating() == true) * 2 >= spreads.Count;
        if (spreads.Count < 3 || spreads[0].Spread <= 0 || saturates)
        {
            return null;
        }

        // The output layer's own scale is left out.
        var last = spreads[^2];
        double ratio = last.Spread / spreads[0].Spread;
        bool shrinks = ratio < Options.MinimumSpreadRatio;
        if (!shrinks && !(ratio > Options.MaximumSpreadRatio))
        {
            return null;
        }

        return new Symptom
        {
            Severity = Severity.Warning,
            Confidence = 0.85,
            Variant = NotKept,
            Layers = [.. spreads.SkipLast(1).Select(item => item.Layer)],
            FirstStep = last.Step,
            LastStep = last.Step,
            Evidence = [new Evidence("sample_spread_ratio", last.Layer, last.Step, ratio, shrinks ? Options.MinimumSpreadRatio : Options.MaximumSpreadRatio, shrinks ? "<" : ">")],
        };
    }

    private static Symptom ToSymptom(string variant, Severity severity, ParameterDescription parameter, string metric, double value, double limit, string comparison) => new()
    {
        Severity = severity,
        Confidence = severity == Severity.Error ? 0.98 : 0.85,
        Variant = variant,
        Layers = [parameter.LayerPath.Length > 0 ? parameter.LayerPath : parameter.Name],
        Evidence = [new Evidence(metric, parameter.Name, null, value, limit, comparison)],
        Values = parameter.Role is ParameterRole.NormalizationScale or ParameterRole.NormalizationShift ? new Dictionary<string, double> { ["normalization"] = 1 } : [],
    };
}

/// <summary>Thresholds of <see cref="PoorInitialization"/>.</summary>
public sealed class PoorInitializationOptions
{
    /// <summary>Gets or sets the magnitude beyond which a parameter cannot have been meant.</summary>
    /// <value>The default is 1e6: no published network holds such a parameter, unwritten memory does; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double MaximumMagnitude { get; set; } = 1e6;

    /// <summary>Gets or sets the share of a parameter's values that may be denormal.</summary>
    /// <value>The default is 0.01; no initialisation makes any; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumDenormalShare { get; set; } = 0.01;

    /// <summary>Gets or sets the largest product of a weight's standard deviation and the root of its fan-in.</summary>
    /// <value>The default is 10; He's is 1.4, torch's default 0.6, a standard normal one 10 from 100 inputs on; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double MaximumGain { get; set; } = 10;

    /// <summary>Gets or sets the smallest product of a weight's standard deviation and the root of its fan-in.</summary>
    /// <value>The default is 0.02, a thirtieth of torch's default; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumGain { get; set; } = 0.02;

    /// <summary>Gets or sets the largest gain of a recurrent matrix: about its spectral radius.</summary>
    /// <value>The default is 2; torch's default has 0.58, an orthogonal one 1; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double MaximumRecurrentGain { get; set; } = 2;

    /// <summary>Gets or sets the ratio of the spread across samples in the last hidden layer to the first below which the signal counts as lost.</summary>
    /// <value>The default is 1e-4, eleven layers of ReLU with torch's default initialisation; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumSpreadRatio { get; set; } = 1e-4;

    /// <summary>Gets or sets the ratio above which the signal counts as exploded.</summary>
    /// <value>The default is 1000; residual stacks without normalisation stay far below; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double MaximumSpreadRatio { get; set; } = 1000;
}
