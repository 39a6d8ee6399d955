using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7002: layers that multiply by weights follow each other with nothing nonlinear between.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class MissingNonlinearity(MissingNonlinearityOptions options) : StructureRule<MissingNonlinearityOptions>(options)
{
    private const string Bottleneck = "bottleneck";
    private const string Joined = "joined";

    private const int FewestSharing = 3;

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7002",
        Name = "missing-nonlinearity",
        Category = RuleCategory.Structure,
        Severity = Severity.Warning,
        Summary = $"Linear layers follow each other with nothing nonlinear between.",
        Explanation = $"Two layers with weights of which one takes the other's output unchanged, or through reshaping, dropout, averaging or batch normalisation only, are one linear map. "
            + $"Only layers of which the order is certain are judged: chains of Sequential, and layers that were seen to be handed the very tensor that another one returned.",
        Why = $"However many such layers there are, together they can express no more than one.",
        Inputs = [],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.MissingNonlinearity, Cause.UnderCapacity],
        Remedies = [new($"Put an activation between the layers: ReLU for images and tables, GELU for language.", $"Only a nonlinear function between them makes two layers more than one.")],
        Sources = ["NeuraLint (TOSEM 2021): missing activation", "Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 6.1", "活性化関数 (activation functions explained), romptn ai, in Japanese: table of hidden functions"],
        Limitations = $"Factorised layers (a narrow one between two wide ones) and depthwise convolutions are linear on purpose; the former are info only, the latter are left out. Info, too, is what the program itself hands from one part of a model to another, as an embedding to its predictor: it may be compared on the way.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        string first = symptom.Layers[0];
        string second = symptom.Layers[1];
        bool narrow = symptom.Variant == Bottleneck;
        int pairs = Math.Max(1, symptom.Parts.Count);
        return new Diagnosis(
            narrow ? (Text)$"Nothing nonlinear behind the narrow layer {first}" : $"Nothing nonlinear between {first} and {second}",
            $"{pairs} pair(s) of layers with weights follow each other without an activation, the first {first} and {second}.",
            [new(Cause.MissingNonlinearity, symptom.Variant.Length > 0 ? 0.5 : 0.9), new(Cause.UnderCapacity, 0.05)],
            [
                new Remedy
                {
                    Title = $"Put an activation between {first} and {second}",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ReplaceActivation, Layers = symptom.Layers, From = "Identity", To = "ReLU" }],
                    Rationale = $"Two linear maps in a row are one linear map; a nonlinear function between them makes the second layer worth its parameters.",
                    Caveat = $"It goes with He initialisation. A narrow layer between two wide ones can be linear on purpose (factorisation).",
                    Code = $"(\"{first}\", nn.Linear(...)), (\"activation\", nn.ReLU()), (\"{second}\", nn.Linear(...))",
                    Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: table of hidden functions", "Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 6.1"],
                },
            ]);
    }

    internal override IEnumerable<Symptom> Inspect(StructureView view)
    {
        if (view.Moment == StructureMoment.Attached && !view.Model.IsSequential)
        {
            // A custom module may call the parts of a Sequential one by one, with functions between: its first step shows it.
            yield break;
        }

        var takers = view.Facts.All(Metric.InputOrigin).GroupBy(item => item.Summary.First).ToDictionary(group => group.Key, group => group.Count());
        foreach (var chain in view.Chains)
        {
            LayerDescription? before = null;
            LayerDescription? previous = null;
            foreach (var layer in chain.Layers)
            {
                before = previous is not null && IsSeparated(view, previous, layer) ? null : before;
                previous = layer;
                if (layer.IsWeighted())
                {
                    if (before is not null && !IsDepthwise(view, before) && !IsDepthwise(view, layer) && !EntersAttention(view, before, layer) && !IsTied(view, layer) && !FeedsSeveral(view, before, takers) && !IsHandedOver(view, before, layer))
                    {
                        yield return ToSymptom(view, before, layer);
                    }

                    before = layer;
                }
                else if (!layer.IsTransparent())
                {
                    before = null;
                }
            }
        }
    }

    internal override Text? WhyNotJudged(StructureView view) =>
        view.Chains.Any(chain => chain.Layers.Count > 1) ? null : (Text)$"the order of the layers is not known: they stand in no Sequential and no step was measured";

    /// <summary>What one part of a model hands to another the program may also return, compare or add up: such a pair need not be one linear map.</summary>
    private static bool IsJoined(LayerDescription first, LayerDescription second) => first.Path.Contains('.', StringComparison.Ordinal) && PartOf(first) != PartOf(second);

    private Symptom ToSymptom(StructureView view, LayerDescription before, LayerDescription layer)
    {
        long? width = before.OutputFeatures;
        bool isFactorisation = width < Options.BottleneckShare * Math.Min(before.InputFeatures ?? long.MaxValue, layer.OutputFeatures ?? long.MaxValue)
            || view.Run.Task == TrainingTask.Reconstruction || layer.Kind != before.Kind && layer.Kind == LayerKind.TransposedConvolution;
        bool isJoined = !view.Model.IsSequential && before.Kind == LayerKind.Linear && IsJoined(before, layer);
        return new Symptom
        {
            Severity = isFactorisation || isJoined ? Severity.Info : Severity.Warning,
            Confidence = isFactorisation || isJoined ? 0.6 : 0.9,
            Variant = isFactorisation ? Bottleneck : isJoined ? Joined : string.Empty,
            Layers = [before.Path, layer.Path],
            Evidence = [new Evidence("activations_between", layer.Path, null, 0, 1, "<")],
        };
    }

    /// <summary>Tells whether both layers ran and the second was handed something else than what the first returned.</summary>
    private static bool IsSeparated(StructureView view, LayerDescription first, LayerDescription second) => !view.Model.IsSequential
        && view.Facts.Has(Metric.InputOrigin)
        && view.Facts.Of(Metric.CallOrder, first.Path) is { } place
        && view.Facts.Of(Metric.CallOrder, second.Path) is not null
        && view.Facts.Of(Metric.InputOrigin, second.Path)?.First != place.First;

    /// <summary>What goes into an attention also goes around it: the layer before it is there for both ways.</summary>
    private static bool EntersAttention(StructureView view, LayerDescription first, LayerDescription second) => view.Model.IsInAttention(second.Path) && !view.Model.IsInAttention(first.Path);

    /// <summary>A linear layer whose weight another layer owns, as an output layer that is the embedding, cannot take over the map before it.</summary>
    private static bool IsTied(StructureView view, LayerDescription layer) => layer.Kind == LayerKind.Linear && view.WeightOf(layer) is null && view.Model.Parameters.Count > 0;

    /// <summary>What several layers share, as queries, keys and values do, is more than a factor of one of them.</summary>
    private static bool FeedsSeveral(StructureView view, LayerDescription layer, Dictionary<double, int> takers) =>
        view.Facts.Of(Metric.CallOrder, layer.Path) is { First: var place } && takers.GetValueOrDefault(place) >= FewestSharing;

    /// <summary>
    /// What the program itself hands from one part of a model to another it may use on the way, as embeddings are compared: then it is more than a factor. A model that was never called as a whole has no output.
    /// </summary>
    private static bool IsHandedOver(StructureView view, LayerDescription first, LayerDescription second) => IsJoined(first, second)
        && view.Facts.Has(Metric.OutputMean) && view.Facts.Of(Metric.OutputMean, LayerChain.OutputScope) is null;

    private static string PartOf(LayerDescription layer) => layer.Path.Split('.')[0];

    /// <summary>A depthwise convolution has a kernel of its own for each channel; its partner mixes the channels.</summary>
    private static bool IsDepthwise(StructureView view, LayerDescription layer) =>
        layer.Kind == LayerKind.Convolution && layer.InputFeatures > 1 && view.WeightOf(layer) is { Shape: [_, 1, ..] };
}

/// <summary>Thresholds of <see cref="MissingNonlinearity"/>.</summary>
public sealed class MissingNonlinearityOptions
{
    /// <summary>Gets or sets the share of its neighbours' width below which a layer counts as a factorisation, which is linear on purpose.</summary>
    /// <value>The default is 0.5: a factorisation pays only where it is much narrower; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double BottleneckShare { get; set; } = 0.5;
}
