using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7010: softmax on a hidden layer, over one unit, or over the wrong dimension.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class MisplacedSoftmax(MisplacedSoftmaxOptions options) : StructureRule<MisplacedSoftmaxOptions>(options)
{
    private const string Hidden = "hidden";
    private const string OneUnit = "one-unit";
    private const string WrongDimension = "wrong-dimension";
    private const string OverSamples = "over-samples";
    private const int FewestLooks = 5;

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7010",
        Name = "misplaced-softmax",
        Category = RuleCategory.Structure,
        Severity = Severity.Error,
        Summary = $"Softmax stands on a hidden layer, over one unit, or over the wrong dimension.",
        Explanation = $"Softmax in a chain of known order with another layer with weights behind it; softmax behind a layer of one unit; "
            + $"softmax over the dimension of the samples, proven by rows that do not sum to 1.",
        Why = $"On a hidden layer it lets one unit speak at a time; over one unit it is always 1; over the samples it makes each answer depend on the other samples of the batch.",
        Inputs = [Metric.RowSum, Metric.ComparedForm, Metric.ComparedDimension],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.WrongOutputActivation, Cause.SaturatingActivation],
        Remedies =
        [
            new($"Use ReLU or GELU on hidden layers.", $"Units must be able to be active together."),
            new($"Use sigmoid over one unit, or bare logits with BCEWithLogitsLoss.", $"A probability of one class alone needs no sum."),
            new($"Apply softmax over the dimension of the classes.", $"For outputs of shape (samples, classes) that is 1."),
        ],
        Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: tables of hidden and output functions", "DeepLocalize (ICSE 2021): softmax over one unit in five programs", "NeuraLint (TOSEM 2021)"],
        Limitations = $"Attention uses softmax between layers rightly; it stands in custom modules, whose order is not known from the structure.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        string layers = string.Join(", ", symptom.Layers);
        (Text title, Text message, string to, string code) = Describe(symptom, layers);
        var kind = symptom.Variant == Hidden ? RemedyActionKind.ReplaceActivation : RemedyActionKind.ChangeOutputActivation;
        return new Diagnosis(
            title,
            message,
            [new(Cause.WrongOutputActivation, 0.85), new(Cause.SaturatingActivation, symptom.Variant == Hidden ? 0.1 : 0)],
            [
                new Remedy
                {
                    Title = symptom.Variant is WrongDimension or OverSamples ? $"Apply softmax over the dimension of the classes" : (Text)$"Replace softmax by {to} in {layers}",
                    Actions = [new RemedyAction { Kind = kind, Layers = symptom.Layers, From = "Softmax", To = to }],
                    Rationale = $"Softmax turns the scores of one sample into shares of 1: that fits the output over several classes and nothing else.",
                    Caveat = symptom.Variant == Hidden ? $"ReLU goes with He initialisation of the layer before it." : (Text)$"CrossEntropyLoss contains softmax: with it the output stays bare.",
                    Code = code,
                    Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: tables of hidden and output functions"],
                },
            ]);
    }

    internal override IEnumerable<Symptom> Inspect(StructureView view)
    {
        foreach (var chain in view.Chains)
        {
            for (int i = 0; i < chain.Layers.Count; i++)
            {
                var layer = chain.Layers[i];
                if (!layer.IsSoftmax())
                {
                    continue;
                }

                if (layer.Activation == ActivationKind.Softmax && chain.Layers.Skip(i + 1).FirstOrDefault(LayerTraits.IsWeighted) is { } later)
                {
                    yield return ToSymptom(Hidden, layer, Severity.Warning, new Evidence("weighted_layers_behind", later.Path, null, chain.Layers.Skip(i + 1).Count(LayerTraits.IsWeighted), 0, ">"));
                }

                var before = chain.Layers.Take(i).LastOrDefault(earlier => earlier.Kind is not (LayerKind.Activation or LayerKind.Dropout) && earlier.TypeName != "Identity");
                if (before is { OutputFeatures: 1, Kind: LayerKind.Linear } && layer.Dimension is -1 or 1 or null)
                {
                    yield return ToSymptom(OneUnit, layer, Severity.Error, new Evidence("output_units", layer.Path, null, 1, 1, "<="));
                }

                if (layer.Dimension == 0 && chain.EndsAtOutput && JudgeDimension(view, layer) is { } symptom)
                {
                    yield return symptom;
                }
            }
        }

        bool isModule = view.Run.Model?.Layers.Any(layer => layer.IsSoftmax() && layer.Dimension == 0) == true;
        if (!isModule && view.Facts.Of(Metric.ComparedForm) is { Count: >= FewestLooks, Minimum: > 0 } && view.Facts.Of(Metric.ComparedDimension) is { Count: >= FewestLooks, Maximum: 0 } dimension)
        {
            yield return new Symptom
            {
                Severity = Severity.Error,
                Confidence = 0.97,
                Variant = OverSamples,
                Evidence = [new Evidence(MetricCatalog.NameOf(Metric.ComparedDimension), null, dimension.LastStep, 0, 0, "<=")],
                Values = { ["count"] = dimension.Count },
            };
        }
    }

    private static (Text Title, Text Message, string To, string Code) Describe(Symptom symptom, string layers) => symptom.Variant switch
    {
        Hidden => ($"Softmax on a hidden layer", $"{layers} is followed by further layers with weights.", "ReLU", "nn.ReLU() // instead of nn.Softmax(1)"),
        OneUnit => ($"Softmax over a single unit is always 1", $"{layers} stands behind a layer of one unit.", "Sigmoid", "nn.Sigmoid() // with nn.BCELoss(), or nothing with nn.BCEWithLogitsLoss()"),
        OverSamples => ($"Softmax over the dimension of the samples", $"In all {symptom.Values["count"]:N0} steps that were looked at, the outputs that are compared, or their exponentials, sum to 1 over dimension 0, that of the samples, and over no dimension of classes.", "Softmax", "functional.log_softmax(output, 1) // not functional.log_softmax(output, 0)"),
        _ => ($"Softmax over the dimension of the samples", $"{layers} works on dimension 0, that of the samples; rows of its output sum to {symptom.Evidence[0].Value:G3}.", "Softmax", "nn.Softmax(1) // instead of nn.Softmax(0); nn.LogSoftmax(1) instead of nn.LogSoftmax(0)"),
    };

    private static Symptom ToSymptom(string variant, LayerDescription layer, Severity severity, Evidence evidence) => new()
    {
        Severity = severity,
        Confidence = severity == Severity.Error ? 0.98 : 0.85,
        Variant = variant,
        Layers = [layer.Path],
        Evidence = [evidence],
    };

    /// <summary>Rows of a single sample without a batch dimension sum to 1 over dimension 0; rows of a batch do not.</summary>
    private Symptom? JudgeDimension(StructureView view, LayerDescription layer)
    {
        if (view.Facts.Of(Metric.RowSum, layer.Path) is { } sum)
        {
            // Rows are measured for outputs of two and more dimensions only, and there dimension 0 is that of the samples.
            return layer.Activation == ActivationKind.LogSoftmax || Math.Abs(sum.First - 1) > Options.RowSumTolerance
                ? ToSymptom(WrongDimension, layer, Severity.Error, new Evidence(MetricCatalog.NameOf(Metric.RowSum), layer.Path, sum.FirstStep, sum.First, layer.Activation == ActivationKind.Softmax ? 1 : null, "!="))
                : null;
        }

        return view.Moment == StructureMoment.End ? ToSymptom(WrongDimension, layer, Severity.Warning, new Evidence("softmax_dimension", layer.Path, null, 0, 1, "<")) : null;
    }
}

/// <summary>Thresholds of <see cref="MisplacedSoftmax"/>.</summary>
public sealed class MisplacedSoftmaxOptions
{
    /// <summary>Gets or sets by how much the sum of a row may differ from 1.</summary>
    /// <value>The default is 0.01, the precision of half-precision numbers; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double RowSumTolerance { get; set; } = 0.01;
}
