using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7006: batch normalisation beside a smooth activation.</summary>
/// <param name="options">Its options; there are none.</param>
public sealed class RedundantNormalization(RedundantNormalizationOptions options) : StructureRule<RedundantNormalizationOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7006",
        Name = "redundant-normalization",
        Category = RuleCategory.Structure,
        Severity = Severity.Info,
        Summary = $"Batch normalisation stands beside a smooth activation.",
        Explanation = $"Batch normalisation directly before or behind GELU, SiLU or Mish in a chain of known order.",
        Why = $"The source article says that it can be left out there; it costs time and makes samples of a batch depend on each other.",
        Inputs = [],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.ExcessiveRegularization],
        Remedies = [new($"Try the model without batch normalisation, with a learning rate 20 to 30 % lower.", $"Smooth gates keep outputs near zero mean by themselves.")],
        Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: switching rules", "Tan and Le 2019, EfficientNet: uses both, with success"],
        Limitations = $"A rule of thumb of the article, no law: EfficientNet uses batch normalisation with SiLU. Hence info only.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        return new Diagnosis(
            $"Batch normalisation beside a smooth activation",
            $"{symptom.Layers.Count} batch normalisation(s) (stands|stand) next to GELU, SiLU or Mish: {string.Join(", ", symptom.Layers)}.",
            [new(Cause.ExcessiveRegularization, 0.2)],
            [
                new Remedy
                {
                    Title = $"Try the model without {string.Join(", ", symptom.Layers)}",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.RemoveNormalization, Layers = symptom.Layers }, new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.75 }],
                    Rationale = $"With smooth activations batch normalisation can be left out; the learning rate then goes down by 20 to 30 %.",
                    Caveat = $"A rule of thumb: large image models use both with success. Compare, and keep what validates better.",
                    Code = "nn.Sequential((\"conv\", nn.Conv2d(...)), (\"act\", nn.SiLU())) // without nn.BatchNorm2d between",
                    Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: switching rules"],
                },
            ]);
    }

    internal override IEnumerable<Symptom> Inspect(StructureView view)
    {
        foreach (var chain in view.Chains)
        {
            for (int i = 0; i + 1 < chain.Layers.Count; i++)
            {
                var (first, second) = (chain.Layers[i], chain.Layers[i + 1]);
                var normalization = first.Kind == LayerKind.BatchNormalization && IsSmooth(second) ? first : second.Kind == LayerKind.BatchNormalization && IsSmooth(first) ? second : null;
                if (normalization is not null)
                {
                    yield return new Symptom
                    {
                        Severity = Severity.Info,
                        Confidence = 0.5,
                        Layers = [normalization.Path],
                        Evidence = [new Evidence("batch_normalizations_beside_smooth_activations", normalization.Path, null, 1, 0, ">")],
                    };
                }
            }
        }
    }

    private static bool IsSmooth(LayerDescription layer) => layer.Activation?.IsSmoothGate() == true;
}

/// <summary>Options of <see cref="RedundantNormalization"/>; there are none.</summary>
public sealed class RedundantNormalizationOptions;
