using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7008: dropout where it harms.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class MisplacedDropout(MisplacedDropoutOptions options) : StructureRule<MisplacedDropoutOptions>(options)
{
    private const string AfterOutput = "after-output";
    private const string BeforeNormalization = "before-normalization";
    private const string High = "high-rate";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7008",
        Name = "misplaced-dropout",
        Category = RuleCategory.Structure,
        Severity = Severity.Error,
        Summary = $"Dropout stands behind the output or before batch normalisation, or drops nearly everything.",
        Explanation = $"Dropout behind the last layer with weights of a chain that ends in the model's output; dropout directly before batch normalisation; a rate of 0.8 or more. A rate of 1 is an error.",
        Why = $"Dropped outputs are errors that no weight can mend; dropout changes the variance that batch normalisation has measured once it is switched off; a rate near 1 leaves no signal.",
        Inputs = [],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.ExcessiveRegularization],
        Remedies =
        [
            new($"Take dropout out of the output.", $"It belongs between hidden layers."),
            new($"Put dropout behind the last batch normalisation, or leave it out.", $"Then the variance that was measured is the one that is met in evaluation."),
            new($"Lower the rate to 0.5 or less.", $"0.5 is the usual rate of hidden layers, 0.1 to 0.2 of inputs and convolutions."),
        ],
        Sources = ["Srivastava et al. 2014, Dropout", "Li et al. 2019, Understanding the disharmony between dropout and batch normalization", "NeuraLint (TOSEM 2021)"],
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        var evidence = symptom.Evidence[0];
        bool lower = symptom.Variant == High;
        return new Diagnosis(
            symptom.Variant switch
            {
                AfterOutput => (Text)$"Dropout behind the output",
                BeforeNormalization => $"Dropout directly before batch normalisation",
                _ => $"Dropout with a rate of {evidence.Value:G2}",
            },
            symptom.Variant switch
            {
                AfterOutput => (Text)$"{symptom.Layers[0]} drops values of the model's own output; no layer with weights follows.",
                BeforeNormalization => $"Directly before a batch normalisation: {string.Join(", ", symptom.Layers)}.",
                _ => $"At least {evidence.Limit:P0} of the values are dropped by {string.Join(", ", symptom.Layers)}; {evidence.Layer} drops {evidence.Value:P0}.",
            },
            [new(Cause.ExcessiveRegularization, 0.9)],
            [
                new Remedy
                {
                    Title = lower ? $"Lower the dropout rate to 0.5 in {string.Join(", ", symptom.Layers)}" : (Text)$"Take {string.Join(", ", symptom.Layers)} out",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.RemoveDropout, Layers = symptom.Layers, Rate = lower ? 0.5 : 0 }],
                    Rationale = lower
                        ? $"At 0.5 the number of thinned networks that are averaged is largest; beyond it only signal is lost."
                        : (Text)$"Dropout helps between hidden layers, where the next layer can make up for what is missing.",
                    Caveat = $"Less dropout fits the training data faster: watch the validation loss.",
                    Code = lower ? "nn.Dropout(0.5)" : "// linear -> batch norm -> activation -> dropout -> linear (output, nothing behind it)",
                    Sources = ["Srivastava et al. 2014, Dropout", "Li et al. 2019"],
                },
            ]);
    }

    internal override IEnumerable<Symptom> Inspect(StructureView view)
    {
        foreach (var layer in view.Model.Leaves.Where(layer => layer.DropoutRate >= Options.MaximumRate))
        {
            yield return ToSymptom(High, layer, layer.DropoutRate!.Value, layer.DropoutRate >= 1 ? Severity.Error : Severity.Warning, Options.MaximumRate);
        }

        foreach (var chain in view.Chains)
        {
            for (int i = 0; i < chain.Layers.Count; i++)
            {
                var layer = chain.Layers[i];
                if (layer.Kind != LayerKind.Dropout || layer.DropoutRate is 0 or null)
                {
                    continue;
                }

                if (i + 1 < chain.Layers.Count && chain.Layers[i + 1].Kind == LayerKind.BatchNormalization)
                {
                    yield return ToSymptom(BeforeNormalization, layer, layer.DropoutRate.Value, Severity.Warning, null);
                }

                bool isBehindOutput = chain.EndsAtOutput && chain.Layers.Take(i).Any(LayerTraits.IsWeighted)
                    && chain.Layers.Skip(i + 1).All(later => later.Kind is LayerKind.Activation or LayerKind.Reshape or LayerKind.Dropout)
                    && chain.Layers.Take(i).Last(earlier => earlier.Kind is not (LayerKind.Reshape or LayerKind.Dropout)) is var earlier && (earlier.IsWeighted() || earlier.IsSoftmax() || earlier.Activation == ActivationKind.Sigmoid);
                if (isBehindOutput)
                {
                    yield return ToSymptom(AfterOutput, layer, layer.DropoutRate.Value, Severity.Warning, 0);
                }
            }
        }
    }

    private static Symptom ToSymptom(string variant, LayerDescription layer, double rate, Severity severity, double? limit) => new()
    {
        Severity = severity,
        Confidence = 0.9,
        Variant = variant,
        Layers = [layer.Path],
        Evidence = [new Evidence("dropout_rate", layer.Path, null, rate, limit, variant == High ? ">=" : ">")],
    };
}

/// <summary>Thresholds of <see cref="MisplacedDropout"/>.</summary>
public sealed class MisplacedDropoutOptions
{
    /// <summary>Gets or sets the dropout rate from which on too little is left.</summary>
    /// <value>The default is 0.8, from the contract; Srivastava et al. (2014) recommend 0.2 to 0.5. Bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumRate { get; set; } = 0.8;
}
