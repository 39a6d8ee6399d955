using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7016: the output of a sample depends on the other samples of its batch.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class MixedSamples(MixedSamplesOptions options) : Rule<MixedSamplesOptions>(options)
{
    /// <summary>The variant of a symptom that another place in the batch brings about, and no other sample.</summary>
    private const string Place = "place";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7016",
        Name = "mixed-samples",
        Category = RuleCategory.Structure,
        Severity = Severity.Error,
        Summary = $"The output of a sample depends on the other samples of its batch, or on its place among them.",
        Explanation = $"A preflight exchanges one sample of a batch, in evaluation mode, and looks at which outputs change. The first layer whose output leaves its sample is named: an error where that is a "
            + $"recurrent layer or attention, which were given the batch in place of time; elsewhere a warning, and info where the batch may be time first on purpose. "
            + $"In a run the same is looked at once, in a validation, and whether outputs change when all samples move up by one place.",
        Why = $"Reading with view or reshape where a transpose was meant, or swapped axes of batch and time, mix samples without any error: the loss still falls a little, but the model answers from the "
            + $"company a sample keeps, which is another one at every validation.",
        Inputs = [Metric.SampleLeakage, Metric.PlaceDependence],
        RequiredInputs = [Metric.SampleLeakage],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.SwappedAxes, Cause.DataLeak],
        Remedies =
        [
            new($"Give recurrent layers and attention their axes in the order that they expect, or set batchFirst.", $"Torch's default is time first."),
            new($"Permute before you reshape.", $"A reshape keeps the order of the elements and only counts them differently."),
        ],
        Sources = ["PyTorch documentation: LSTM and MultiheadAttention, batch_first", "Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks: use backprop to chart dependencies"],
        Limitations = $"Models that compare or normalise across the batch on purpose do this too: nodes of one graph, points of one cloud, losses that contrast within the model. Batch normalisation does not, in evaluation mode.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var layer = symptom.Layers is [var path, ..] ? facts.Run.Model?.FindLayer(path) : null;
        bool ordered = layer?.Kind is LayerKind.Recurrent or LayerKind.Attention;
        double share = symptom.Evidence[0].Value;
        if (symptom.Variant == Place)
        {
            return new Diagnosis(
                $"The output of a sample depends on its place in the batch",
                $"When all samples of a batch moved up by one place, the outputs of {share:P0} of them were others than before, and no sample reached another's: something is added or chosen by the place in the batch, as where a positional encoding runs along the batch in place of time.",
                [new(Cause.SwappedAxes, 0.9), new(Cause.DataLeak, 0.05)],
                [Positions(), Permute()]);
        }

        return new Diagnosis(
            layer is null ? (Text)$"The output of a sample depends on other samples" : $"Samples mix in {layer.Path}",
            (layer, symptom.Severity) switch
            {
                (_, Severity.Info) => $"When one sample was exchanged, the outputs of {share:P0} of the others changed too; along the second axis they stayed apart, as in a program whose batches are time first.",
                (null, _) => $"When one sample of the batch was exchanged, the outputs of {share:P0} of the others changed too. No single layer does it: it happens between layers.",
                _ => (Text)$"When one sample of the batch was exchanged, the outputs of {share:P0} of the others changed too, first behind {layer.Path} ({layer.TypeName}).",
            },
            [new(Cause.SwappedAxes, symptom.Severity == Severity.Info ? 0.4 : ordered ? 0.9 : 0.7), new(Cause.DataLeak, ordered ? 0.05 : 0.15)],
            ordered ? [Axes(layer!), Permute()] : [Permute(), .. layer is null ? Array.Empty<Remedy>() : [Axes(layer)]]);
    }

    private static Remedy Axes(LayerDescription layer) => new()
    {
        Title = $"Give {layer.Path} batch and time in the order that it expects",
        Actions = [new RemedyAction { Kind = RemedyActionKind.FixLayout, Layers = [layer.Path] }],
        Rationale = $"Recurrent layers and attention take time first unless batch first is set; the other way round they run over the samples as if these were times.",
        Caveat = $"Change what follows too: the last step of a batch-first output stands at [:, -1], that of a time-first one at [-1].",
        Code = "nn.LSTM(features, hidden, batchFirst: true)\n// or, for layers without that option:\nlayer.call(x.transpose(0, 1)).transpose(0, 1)",
        Sources = ["PyTorch documentation: LSTM and MultiheadAttention, batch_first"],
    };

    private static Remedy Permute() => new()
    {
        Title = $"Use transpose or permute where axes should change places",
        Actions = [new RemedyAction { Kind = RemedyActionKind.FixLayout }],
        Rationale = $"view and reshape keep the order of the elements in memory, so that another shape puts parts of several samples into one row.",
        Caveat = $"Where rows are nodes of one graph or points of one cloud, they depend on each other on purpose; switch the rule off then.",
        Code = "x.permute(1, 0, 2).reshape(batch, -1) // instead of x.reshape(batch, -1) for x of [time, batch, features]",
        Sources = ["PyTorch documentation: Tensor.view, Tensor.permute"],
    };

    private static Remedy Positions() => new()
    {
        Title = $"Let positions run along time, not along the batch",
        Actions = [new RemedyAction { Kind = RemedyActionKind.FixLayout }],
        Rationale = $"All tokens of a sequence get the same position otherwise, and each sample another one, which changes with every batch.",
        Caveat = $"A layer written for [time, batch, features] takes size(0) for the number of tokens; where the batch comes first that is size(1).",
        Code = "x + positions.narrow(1, 0, x.size(1)) // x of [batch, time, features], positions of [1, longest, features]",
        Sources = ["PyTorch documentation: MultiheadAttention, batch_first"],
    };

    private sealed class Evaluator(MixedSamplesOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly Dictionary<string, Measurement> _shares = [];
        private Measurement? _place;

        public override void Observe(in Measurement measurement)
        {
            string scope = context.Facts.Scopes[measurement.Scope].Name;
            if (measurement.Metric == Metric.SampleLeakage)
            {
                _shares[scope] = measurement;
            }
            else if (scope == LayerChain.OutputScope)
            {
                _place = measurement;
            }
        }

        public override void Complete()
        {
            if (!_shares.TryGetValue(LayerChain.OutputScope, out var output) || !(output.Value > options.MaximumLeakage))
            {
                ReportPlace();
                return;
            }

            var first = _shares.Where(share => share.Key != LayerChain.OutputScope && share.Value.Value > options.MaximumLeakage).Select(share => share.Key)
                .OrderBy(path => context.Facts.Of(Metric.CallOrder, path)?.First ?? double.MaxValue).ThenBy(path => path, StringComparer.Ordinal).Select(context.Run.Model!.FindLayer).FirstOrDefault();
            bool mayBeMeant = context.Run.Preflight is { MayBeTimeFirst: true };
            context.Open(new Symptom
            {
                Severity = mayBeMeant ? Severity.Info : first?.Kind is LayerKind.Recurrent or LayerKind.Attention ? Severity.Error : Severity.Warning,
                Confidence = mayBeMeant ? 0.4 : first?.Kind is LayerKind.Recurrent or LayerKind.Attention ? 0.97 : 0.85,
                Layers = first is null ? [] : [first.Path],
                FirstStep = output.Step,
                LastStep = output.Step,
                Evidence = [new Evidence(MetricCatalog.NameOf(Metric.SampleLeakage), LayerChain.OutputScope, output.Step, output.Value, options.MaximumLeakage, ">")],
            });
        }

        private void ReportPlace()
        {
            if (_place is { } place && place.Value > options.MaximumLeakage)
            {
                context.Open(new Symptom
                {
                    Severity = Severity.Error,
                    Confidence = 0.95,
                    Variant = Place,
                    Layers = [],
                    FirstStep = place.Step,
                    LastStep = place.Step,
                    Evidence = [new Evidence(MetricCatalog.NameOf(Metric.PlaceDependence), LayerChain.OutputScope, place.Step, place.Value, options.MaximumLeakage, ">")],
                });
            }
        }
    }
}

/// <summary>Thresholds of <see cref="MixedSamples"/>.</summary>
public sealed class MixedSamplesOptions
{
    /// <summary>Gets or sets the share of samples whose output may change with others, or with their place.</summary>
    /// <value>The default is 0: samples are computed apart, so that not a bit of the others changes; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumLeakage { get; set; }
}
