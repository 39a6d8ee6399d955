using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1012: sequences end without a sign that the model could learn to end them with.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class AbsentTargetClass(AbsentTargetClassOptions options) : Rule<AbsentTargetClassOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1012",
        Name = "absent-target-class",
        Category = RuleCategory.Inputs,
        Severity = Severity.Warning,
        Summary = $"Sequences end without a sign that the model could learn to end them with.",
        Explanation = $"Of rows of tokens that end early, the last target that counts is looked at. Where an end is taught it is the same in nearly all rows; the rule fires when it is a different token in most of them, so that no sign of the end is ever a target.",
        Why = $"The model never learns to stop: what it writes runs on to the limit of length.",
        Inputs = [Metric.TargetEndAgreement],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LabelError],
        Remedies =
        [
            new($"Use another token for padding than for the end, or leave out padding by its place, not by its token.", $"The end then stays among the targets."),
        ],
        Sources = ["Hugging Face transformers issue 23530: pad token set to the end token is masked from the labels"],
        Limitations = $"Rows that are cut from longer texts have no end, and need none where they fill the whole length.",
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
        double agreement = symptom.Evidence[0].Value;
        return new Diagnosis(
            $"No end of sequence is among the targets",
            $"{Quotation.Span(symptom, facts, Metric.TargetEndAgreement)} rows ended early, and the most frequent last target was that of {agreement:P0} of them only (limit {symptom.Evidence[0].Limit:P0}): what ends a row in the inputs is left out of the targets.",
            [new(Cause.LabelError, 0.9)],
            [
                new Remedy
                {
                    Title = $"Keep the sign of the end among the targets",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
                    Rationale = $"Where padding and end are one token and padding is ignored, the end is ignored, too.",
                    Caveat = $"A new token for padding makes the embedding one row longer.",
                    Code = "var isPadding = arange(length).unsqueeze(0) > lengths.unsqueeze(1); // the end itself stays\ny = y.masked_fill(isPadding, -100);",
                    Sources = ["Hugging Face transformers issue 23530"],
                },
            ]);
    }

    private sealed class Evaluator(AbsentTargetClassOptions options, RuleContext context) : RuleEvaluator
    {
        private Symptom? _symptom;
        private double _sum;
        private long _first;
        private long _last;
        private long _samples;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_samples, options.MinimumBatches, Metric.TargetEndAgreement);

        private double Mean => _sum / _samples;

        public override void Observe(in Measurement measurement)
        {
            if (!double.IsFinite(measurement.Value))
            {
                return;
            }

            _first = _samples++ == 0 ? measurement.Step : _first;
            (_sum, _last) = (_sum + measurement.Value, measurement.Step);
            bool isIll = Mean < options.MinimumAgreement;
            if (_symptom is not null)
            {
                _symptom.RecoveredAt = isIll ? null : _symptom.RecoveredAt ?? measurement.Step;
                _symptom.LastStep = isIll ? measurement.Step : _symptom.LastStep;
            }
            else if (isIll && _samples >= options.MinimumBatches)
            {
                _symptom = context.Open(new Symptom { Severity = Severity.Warning, FirstStep = context.Facts.FirstStep, LastStep = measurement.Step, Evidence = [Agreement()] });
            }
        }

        public override void Complete()
        {
            if (_symptom is { RecoveredAt: null })
            {
                _symptom.Evidence[0] = Agreement();
            }
        }

        private Evidence Agreement() =>
            new(MetricCatalog.NameOf(Metric.TargetEndAgreement), null, _last, Mean, options.MinimumAgreement, "<") { MeanOf = _samples, FromStep = _first };
    }
}

/// <summary>Thresholds of <see cref="AbsentTargetClass"/>.</summary>
public sealed class AbsentTargetClassOptions
{
    /// <summary>Gets or sets the share of rows that must end alike, on average.</summary>
    /// <value>The default is 0.7: with an end it is 1, save for texts with several ends such as marks of punctuation; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumAgreement { get; set; } = 0.7;

    /// <summary>Gets or sets how many batches it takes to judge.</summary>
    /// <value>The default is 8; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumBatches { get; set; } = 8;
}
