using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6012: the loss falls as the answers get worse.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ReversedObjective(ReversedObjectiveOptions options) : Rule<ReversedObjectiveOptions>(options)
{
    private const string Recognized = "recognized";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6012",
        Name = "reversed-objective",
        Category = RuleCategory.Generalization,
        Severity = Severity.Error,
        Summary = $"The loss falls as the answers get worse.",
        Explanation = $"The value of the loss is recognised: it is a usual loss with the opposite sign, and it falls. Or outputs and targets, where both are numbers, are correlated: the rule fires when the loss falls and the correlation stays clearly below 0.",
        Why = $"The optimizer does its work, in the wrong direction.",
        Inputs = [Metric.RecognizedReduction, Metric.RecognizedLoss, Metric.Loss, Metric.OutputTargetCorrelation],
        RequiredInputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.WrongLoss],
        Remedies =
        [
            new($"Turn the sign of the loss round: minimise minus the log likelihood, one minus the overlap.", $"An optimizer makes the loss small."),
        ],
        Sources = ["PyTorch forum: loss is negative and accuracy falls", "Sudre et al. 2017: the Dice loss is one minus the overlap"],
        Limitations = $"Adversarial training and gradient reversal turn the sign on purpose.",
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
        bool isRecognized = symptom.Variant == Recognized;
        var worst = symptom.Evidence[0];
        return new Diagnosis(
            $"The objective has the wrong sign",
            isRecognized
                ? $"From step {symptom.FirstStep} to step {symptom.LastStep} the loss was that of a usual loss ({Text.FromString(symptom.Values["kind"] == (double)LossKind.Other ? "probability of the true class" : ((LossKind)(int)symptom.Values["kind"]).ToString())}) with the opposite sign, and it fell to {worst.Value:G4}."
                : (Text)$"While the loss fell, the correlation of outputs with their targets was {worst.Value:G3} (limit {worst.Limit:G3}).",
            [new(Cause.WrongLoss, 0.95)],
            [
                new Remedy
                {
                    Title = $"Turn the sign of the loss round",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "the loss with the opposite sign" }],
                    Rationale = $"The optimizer makes the loss small; what should become large must enter with a minus.",
                    Caveat = $"Weights trained in the wrong direction are worthless: start again.",
                    Code = "var loss = -logLikelihood.mean(); // or 1 - overlap",
                    Sources = ["Sudre et al. 2017, Generalised Dice overlap"],
                },
            ]);
    }

    private sealed class Evaluator(ReversedObjectiveOptions options, RuleContext context) : RuleEvaluator
    {
        private Symptom? _symptom;
        private int _opposite;
        private long _since;
        private int _against;
        private long _samples;

        public override Text? WhyNotEvaluated => context.Facts.Has(Metric.RecognizedReduction) || _samples >= options.CorrelationPatience ? null : (Text)$"needs a loss that is recognised, or targets that are numbers";

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.RecognizedReduction:
                    _opposite = measurement.Value < 0 ? _opposite + 1 : 0;
                    _since = _opposite == 1 ? measurement.Step : _since;
                    break;
                case Metric.OutputTargetCorrelation:
                    _samples++;
                    _against = measurement.Value < -options.MinimumCorrelation ? _against + 1 : 0;
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            if (_symptom is { Variant: Recognized, RecoveredAt: null })
            {
                if (_opposite >= options.Patience)
                {
                    _symptom.LastStep = step;
                }
                else
                {
                    _symptom.RecoveredAt = step;
                }
            }

            if (_symptom is not null || context.Facts.Of(Metric.Loss) is not { } loss || !(loss.Recent < loss.First - (options.MinimumFall * Math.Abs(loss.First))))
            {
                return;
            }

            if (_opposite >= options.Patience)
            {
                _symptom = context.Open(new Symptom
                {
                    Severity = Severity.Error,
                    Variant = Recognized,
                    Confidence = 0.97,
                    FirstStep = _since,
                    LastStep = step,
                    Evidence = [new Evidence(MetricCatalog.NameOf(Metric.Loss), null, step, loss.Last, loss.First, "<")],
                    Values = { ["kind"] = context.Facts.Of(Metric.RecognizedLoss)?.Last ?? (double)LossKind.Other },
                });
            }
        }

        public override void Complete()
        {
            // A fresh network may begin against its targets; one that trains against them ends further from them than it began.
            if (_symptom is null && _against >= options.CorrelationPatience && context.Facts.Of(Metric.OutputTargetCorrelation) is { } correlation && correlation.Last < correlation.First - options.MinimumCorrelation
                && LossProgress.Of(context.Facts).Fell >= options.MinimumFall)
            {
                _symptom = context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Variant = "answers",
                    FirstStep = context.Facts.FirstStep,
                    LastStep = context.Facts.LastStep,
                    Evidence = [new Evidence(MetricCatalog.NameOf(Metric.OutputTargetCorrelation), null, correlation.LastStep, correlation.Last, -options.MinimumCorrelation, "<")],
                });
            }
        }
    }
}

/// <summary>Thresholds of <see cref="ReversedObjective"/>.</summary>
public sealed class ReversedObjectiveOptions
{
    /// <summary>Gets or sets by what share of its first value the loss must have fallen.</summary>
    /// <value>The default is 0.1; at least 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MinimumFall { get; set; } = 0.1;

    /// <summary>Gets or sets how far below 0 the correlation of outputs with targets must be.</summary>
    /// <value>The default is 0.3; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumCorrelation { get; set; } = 0.3;

    /// <summary>Gets or sets how many correlations in a row must be.</summary>
    /// <value>The default is 10: a fresh network may begin anywhere, and leaves it within a few steps; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int CorrelationPatience { get; set; } = 10;

    /// <summary>Gets or sets how many recognised losses in a row it takes.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;
}
