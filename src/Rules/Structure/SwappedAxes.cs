using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7011: axes of a tensor are exchanged: samples stand where places or classes are expected.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class SwappedAxes(SwappedAxesOptions options) : Rule<SwappedAxesOptions>(options)
{
    private const string Regrouped = "regrouped";
    private const string DealtOut = "dealt-out";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7011",
        Name = "swapped-axes",
        Category = RuleCategory.Structure,
        Severity = Severity.Error,
        Summary = $"Axes of a tensor are exchanged: samples stand where places or classes are expected.",
        Explanation = $"A recurrent or attention layer without batch_first takes places before samples. Its input is compared with the number of targets: the rule fires when the first axis has their number and the second has not. It also fires when the value of the loss shows that logits were reshaped where axes should have been exchanged, and when images of (samples, height, width, channels) reach a convolution in the shape of (samples, channels, height, width) and the order of before.",
        Why = $"Samples of a batch mix as if they were a sequence. The loss falls somewhat, and the model is worthless on single samples.",
        Inputs = [Metric.SequenceAxisSwapped, Metric.RecognizedRegrouping, Metric.InputRegrouped],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.SwappedAxes],
        Remedies =
        [
            new($"Set batchFirst: true, or transpose(0, 1) before the layer.", $"The layer then runs over the places of each sample."),
            new($"Use transpose or permute, not view or reshape, to exchange axes.", $"A reshape puts the same numbers in other places."),
        ],
        Sources = ["PyTorch documentation: LSTM, batch_first", "PyTorch forum: view and permute"],
        Limitations = $"As many samples as places tell nothing.",
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
        return symptom.Variant == Regrouped
            ? new Diagnosis(
                $"Logits are reshaped where axes should be exchanged",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the loss was that of logits reshaped from (samples, places, classes) to (samples, classes, places): each is compared with another's target.",
                [new(Cause.SwappedAxes, 0.95)],
                [Transpose()])
            : symptom.Variant == DealtOut
            ? new Diagnosis(
                $"Images are reshaped where axes should be exchanged",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} {ModelFacts.Names(symptom.Layers)} was given images of (samples, height, width, channels) in the shape of (samples, channels, height, width) and the order of before: its channels are mixed from pixels of all.",
                [new(Cause.SwappedAxes, 0.95)],
                [Permute(symptom.Layers)])
            : new Diagnosis(
                $"Samples are taken for the places of a sequence",
                $"{ModelFacts.Names(symptom.Layers)} takes places before samples, and was given samples before places from step {symptom.FirstStep} to step {symptom.LastStep}: its first axis had the number of targets.",
                [new(Cause.SwappedAxes, 0.95)],
                [BatchFirst(symptom.Layers)]);
    }

    private static Remedy BatchFirst(IReadOnlyList<string> layers) => new()
    {
        Title = $"Tell the layer that samples come first, or exchange the axes before it",
        Actions = [new RemedyAction { Kind = RemedyActionKind.FixLayout, Layers = layers, Method = "samples-first" }],
        Rationale = $"Recurrent and attention layers of torch take (places, samples, features) unless told otherwise.",
        Caveat = $"With batchFirst the last state is output[.., -1], not output[-1]; hidden states keep samples second.",
        Code = "nn.LSTM(features, hidden, batchFirst: true) // MultiheadAttention: x.transpose(0, 1)",
        Sources = ["PyTorch documentation: LSTM, batch_first"],
    };

    private static Remedy Transpose() => new()
    {
        Title = $"Exchange axes with transpose or permute",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "the loss of transposed logits" }],
        Rationale = $"A reshape keeps the order in memory and deals the numbers out to other places.",
        Caveat = $"Or flatten both: logits to (samples x places, classes), targets to one axis.",
        Code = "criterion.call(logits.transpose(1, 2), y);",
        Sources = ["PyTorch documentation: CrossEntropyLoss, shapes"],
    };

    private static Remedy Permute(IReadOnlyList<string> layers) => new()
    {
        Title = $"Exchange axes with permute",
        Actions = [new RemedyAction { Kind = RemedyActionKind.FixLayout, Layers = layers, Method = "channels-first" }],
        Rationale = $"A reshape keeps the order in memory and deals the numbers out to other places.",
        Caveat = $"Weights that were trained on mixed channels are worthless: train again.",
        Code = "images = images.permute(0, 3, 1, 2); // not images.reshape(n, channels, height, width)",
        Sources = ["PyTorch documentation: Conv2d, shapes"],
    };

    private sealed class Evaluator(SwappedAxesOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _regrouped = new(context, options.Patience, Regrouped) { Opening = Severity.Error, Confidence = 0.97 };
        private readonly Dictionary<(Metric Metric, int Scope), int> _swapped = [];
        private readonly HashSet<(Metric Metric, int Scope)> _proper = [];
        private readonly Dictionary<(Metric Metric, int Scope), Symptom> _told = [];

        public override Text? WhyNotEvaluated => _regrouped.Samples + _swapped.Count + _proper.Count > 0 ? null : (Text)$"no layer that takes sequences or images of another order, and no loss over places";

        public override void Observe(in Measurement measurement)
        {
            if (double.IsNaN(measurement.Value))
            {
                return;
            }

            if (measurement.Metric == Metric.RecognizedRegrouping)
            {
                _regrouped.Observe(measurement.Step, measurement.Value > 0, new Reading(measurement.Metric, measurement.Value, 0, ">"));
                return;
            }

            var key = (measurement.Metric, measurement.Scope);
            if (measurement.Value <= 0)
            {
                _proper.Add(key);
                if (_told.TryGetValue(key, out var gone))
                {
                    gone.RecoveredAt ??= measurement.Step;
                }

                return;
            }

            int count = _swapped.GetValueOrDefault(key) + 1;
            _swapped[key] = count;
            if (_told.TryGetValue(key, out var told))
            {
                told.LastStep = measurement.Step;
            }
            else if (count >= options.Patience && !_proper.Contains(key))
            {
                _told[key] = context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Variant = measurement.Metric == Metric.InputRegrouped ? DealtOut : "sequence",
                    Layers = [context.Facts.Scopes[measurement.Scope].Name],
                    FirstStep = context.Facts.FirstStep,
                    LastStep = measurement.Step,
                    Evidence = [new Evidence(MetricCatalog.NameOf(measurement.Metric), context.Facts.Scopes[measurement.Scope].Name, measurement.Step, 1, 0, ">")],
                });
            }
        }
    }
}

/// <summary>Thresholds of <see cref="SwappedAxes"/>.</summary>
public sealed class SwappedAxesOptions
{
    /// <summary>Gets or sets how many steps in a row it takes.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;
}
