using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Loss;

/// <summary>TD4009: the loss is exactly zero.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class VanishedLoss(VanishedLossOptions options) : Rule<VanishedLossOptions>(options)
{
    private const string Sudden = "sudden";
    private const string Throughout = "throughout";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD4009",
        Name = "vanished-loss",
        Category = RuleCategory.Loss,
        Severity = Severity.Error,
        Summary = $"The loss is exactly zero.",
        Explanation = $"A loss sinks to zero, it does not fall to it. The rule fires when it is exactly zero from one value to the next, to the end of the run, after a level that was no small part of its largest; "
            + $"and when it is zero from the beginning while the score is zero too. A loss that became so small that the log rounds it to zero is healthy.",
        Why = $"No gradient comes from a loss of zero: the network has stopped learning. Some trainers write zero where the loss was NaN.",
        Inputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.NumericOverflow, Cause.LabelError, Cause.LearningRateTooHigh, Cause.DetachedGraph, Cause.WrongLoss],
        Remedies =
        [
            new($"Guard logarithms, divisions and roots; train in bfloat16 or with loss scaling.", $"A trainer that filters NaN hides the overflow behind a zero."),
            new($"Look at the labels of a batch: are all of them masked?", $"A loss over no label is zero."),
            new($"Lower the learning rate.", $"Steps that overshoot end in numbers that are none."),
        ],
        Sources = ["Transformers: TrainingArguments.logging_nan_inf_filter", RemedySources.Pascanu],
        Limitations = $"A reward loss that is zero on average while its gradient is not, as of group-relative policies, looks the same from the beginning; there the rule gives info only.",
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
        double count = symptom.Values["count"];
        return symptom.Variant == Sudden
            ? new Diagnosis(
                $"The loss fell from {symptom.Values["before"]:G4} to exactly zero",
                symptom.Values["all"] > count
                    ? (Text)$"From step {symptom.FirstStep} to step {symptom.LastStep} the loss was exactly zero {symptom.Values["all"]:F0} times, with others between, the last {count:F0} in a row; the value before the first was {symptom.Values["before"]:G4}."
                    : $"From step {symptom.FirstStep} to step {symptom.LastStep} the loss was exactly zero, {count:F0} times in a row; the value before was {symptom.Values["before"]:G4}.",
                [new(Cause.NumericOverflow, 0.55), new(Cause.LabelError, 0.15), new(Cause.LearningRateTooHigh, 0.15), new(Cause.DetachedGraph, 0.1)],
                [.. FineTuningRemedies.ForBrokenNumbers(facts), DataRemedies.GuardDomain(), LearningRateRemedies.Lower(facts, 0.1), DataRemedies.Clean()])
            : new Diagnosis(
                $"The loss is exactly zero throughout",
                $"From the first step on, to step {symptom.LastStep}, the loss was exactly zero, {count:F0} times.",
                [new(Cause.LabelError, 0.35), new(Cause.WrongLoss, 0.3), new(Cause.NumericOverflow, 0.2)],
                CauseAnswers.Ahead(Cause.LabelError, [.. FineTuningRemedies.ForBrokenNumbers(facts), DataRemedies.Clean(), DataRemedies.GuardDomain()]));
    }

    private sealed class Evaluator(VanishedLossOptions options, RuleContext context) : RuleEvaluator
    {
        private Symptom? _symptom;
        private long _zeros;
        private long _since;
        private double _before = double.NaN;
        private double _largest;

        public override Text? WhyNotEvaluated => LossCurve.WhyNotMeasurable(context.Run)
            ?? (context.Facts.Of(Metric.Loss) is { } loss && loss.Count >= options.Zeros ? null : (Text)$"needs {options.Zeros} losses, had {context.Facts.Of(Metric.Loss)?.Count ?? 0}");

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Scope != ScopeTable.Run || !double.IsFinite(measurement.Value))
            {
                return;
            }

            if (measurement.Value != 0)
            {
                (_zeros, _before) = (0, measurement.Value);
                _largest = Math.Max(_largest, Math.Abs(measurement.Value));
                if (_symptom is { RecoveredAt: null })
                {
                    (_symptom.RecoveredAt, _symptom.Severity) = (measurement.Step, Severity.Info);
                }

                return;
            }

            _since = _zeros++ == 0 ? measurement.Step : _since;
            if (_zeros >= options.Zeros && WhyNotEvaluated is null)
            {
                Judge(measurement.Step);
            }
        }

        private void Judge(long step)
        {
            bool isSudden = Math.Abs(_before) > options.SuddenShare * _largest;
            if (!double.IsNaN(_before) && !isSudden)
            {
                return;
            }

            var facts = context.Facts;
            bool noGradient = facts.Of(Metric.GlobalGradientNorm) is { } norm && (norm.Last == 0 || !double.IsFinite(norm.Last));
            bool noScore = facts.Of(Metric.Accuracy) is { Maximum: 0 } || facts.Of(Metric.ValidationAccuracy) is { Maximum: 0 };

            // Losses of rewards and of masked batches may be zero in health; a log that tells of neither has no such excuse.
            bool isAlone = context.Run.Log is not null && _zeros >= options.ManyZeros && !TaskMetrics.All.Any(facts.Has);
            var severity = isSudden && (_zeros >= options.ManyZeros || noGradient) ? Severity.Error : isSudden || noGradient || noScore || isAlone ? Severity.Warning : Severity.Info;
            string variant = isSudden ? Sudden : Throughout;
            if (_symptom is null || _symptom.Variant != variant)
            {
                _symptom = context.Open(new Symptom
                {
                    Severity = severity,
                    Variant = variant,
                    FirstStep = _since,
                    LastStep = step,
                    Evidence = [new Evidence("loss", null, _since, 0, 0, "==")],
                    Values = { ["before"] = _before, ["all"] = 0 },
                });
            }

            // What was zero before, came back and is zero again is one story, told with all its zeros.
            _symptom.Values["all"] += _zeros == options.Zeros || _symptom.Values["all"] == 0 ? _zeros : 1;
            (_symptom.Severity, _symptom.LastStep, _symptom.RecoveredAt, _symptom.Values["count"]) = (severity, step, null, _zeros);
            _symptom.Confidence = severity == Severity.Info ? 0.5 : 0.9;
        }
    }
}

/// <summary>Thresholds of <see cref="VanishedLoss"/>.</summary>
public sealed class VanishedLossOptions
{
    /// <summary>Gets or sets how many losses in a row must be exactly zero.</summary>
    /// <value>The default is 3; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int Zeros { get; set; } = 3;

    /// <summary>Gets or sets how many losses in a row must be exactly zero for an error.</summary>
    /// <value>The default is 5; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int ManyZeros { get; set; } = 5;

    /// <summary>Gets or sets the share of its largest value that the loss must have had just before.</summary>
    /// <value>The default is 0.05: what falls below it slowly may be rounded to zero; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double SuddenShare { get; set; } = 0.05;
}
