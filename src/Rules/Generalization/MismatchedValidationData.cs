using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6007: what is fed in for validation is distributed otherwise than what is fed in for training.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class MismatchedValidationData(MismatchedValidationDataOptions options) : Rule<MismatchedValidationDataOptions>(options)
{
    private const string Shift = "shift";
    private const string Scale = "scale";
    private const string Targets = "targets";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6007",
        Name = "mismatched-validation-data",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"What is fed in for validation is distributed otherwise than what is fed in for training.",
        Explanation = $"Means and deviations of every feature over the batches of a validation are compared with those over the training. The distance of the means counts in standard deviations of the training, less what few rows give by chance; targets are compared alike where the loss shows them. A difference is info; it is a warning where the validation loss is far above the training loss.",
        Why = $"The network is judged on other data than it was trained for. It looks like overfitting, and dropout will not help.",
        Inputs = [Metric.ValidationInputShift, Metric.ValidationInputScale, Metric.ValidationTargetShift, Metric.ValidationLoss, Metric.Loss],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.MismatchedPreprocessing, Cause.UnscaledData, Cause.CorruptData],
        Remedies =
        [
            new($"Prepare validation data by the same code, and with the mean and deviation of the training data.", $"Training and validation then ask the same question."),
        ],
        Sources = ["Sculley et al. 2015, Hidden technical debt: training and serving skew", "Breck et al. 2019, Data validation for machine learning"],
        Limitations = $"A validation on another domain differs on purpose. Strong augmentation of the training data differs, too, but does not harm.",
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
        bool areTargets = symptom.Variant == Targets;
        var worst = symptom.Evidence[0];
        Text what = areTargets
            ? $"The mean target of the validation lies {worst.Value:G3} standard deviations from that of the training (limit {worst.Limit:G3}); last so at step {symptom.LastStep}."
            : symptom.Variant == Scale
                ? (Text)$"The inputs of the validation have {worst.Value:G3} times the standard deviation of those of the training (limit {worst.Limit:G3}); last so at step {symptom.LastStep}."
                : (Text)$"The mean inputs of the validation lie {worst.Value:G3} standard deviations from those of the training, over all features (limit {worst.Limit:G3}); last so at step {symptom.LastStep}.";
        return new Diagnosis(
            areTargets ? $"Validation targets are on another scale than training targets" : (Text)$"Validation inputs differ from training inputs",
            what,
            [new(Cause.MismatchedPreprocessing, 0.8), new(Cause.UnscaledData, 0.12), new(Cause.CorruptData, 0.05)],
            [
                new Remedy
                {
                    Title = $"Prepare validation data exactly as training data",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "standardize" }],
                    Rationale = $"The same scaling, the same order of features and axes, the same reader; statistics from the training data alone.",
                    Caveat = $"Only augmentation belongs to the training alone.",
                    Code = "validation = (validation - trainMean) / (trainDeviation + 1e-8f); // the training's own",
                    Sources = ["Sculley et al. 2015, Hidden technical debt in machine learning systems"],
                },
            ]);
    }

    private sealed class Evaluator(MismatchedValidationDataOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _shifts = new(context, options.Patience, Shift) { Opening = Severity.Info };
        private readonly SymptomTracker _scales = new(context, options.Patience, Scale) { Opening = Severity.Info };
        private readonly SymptomTracker _targets = new(context, options.Patience, Targets) { Opening = Severity.Info };
        private double _shift = double.NaN;
        private double _scale = double.NaN;
        private double _target = double.NaN;
        private double _validation = double.NaN;

        public override Text? WhyNotEvaluated => _shifts.Samples + _targets.Samples > 0 ? null : (Text)$"no validation of the watched model with features was seen";

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.ValidationInputShift:
                    _shift = measurement.Value;
                    break;
                case Metric.ValidationInputScale:
                    _scale = measurement.Value;
                    break;
                case Metric.ValidationTargetShift:
                    _target = measurement.Value;
                    break;
                case Metric.ValidationLoss when measurement.Scope == ScopeTable.Run:
                    _validation = measurement.Value;
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            if (!double.IsNaN(_shift))
            {
                Take(_shifts, step, _shift > options.MaximumShift, new Reading(Metric.ValidationInputShift, _shift, options.MaximumShift, ">"));
            }

            if (!double.IsNaN(_scale))
            {
                bool wide = _scale > 1;
                double limit = wide ? options.MaximumScale : 1 / options.MaximumScale;
                Take(_scales, step, wide ? _scale > limit : _scale < limit, new Reading(Metric.ValidationInputScale, _scale, limit, wide ? ">" : "<"));
            }

            if (!double.IsNaN(_target))
            {
                Take(_targets, step, _target > options.MaximumTargetShift, new Reading(Metric.ValidationTargetShift, _target, options.MaximumTargetShift, ">"));
            }

            (_shift, _scale, _target, _validation) = (double.NaN, double.NaN, double.NaN, double.NaN);
        }

        private void Take(SymptomTracker tracker, long step, bool isIll, in Reading reading)
        {
            if (tracker.Observe(step, isIll, reading) && context.Facts.Of(Metric.Loss) is { Recent: > 0 and var training } && !(_validation < options.HarmFactor * training))
            {
                tracker.Raise(Severity.Warning, 0.9);
            }
        }
    }
}

/// <summary>Thresholds of <see cref="MismatchedValidationData"/>.</summary>
public sealed class MismatchedValidationDataOptions
{
    /// <summary>Gets or sets how far the mean inputs may lie apart, in standard deviations of the training.</summary>
    /// <value>The default is 0.4: samples of one source lie below 0.2, chance taken off; at least 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumShift { get; set; } = 0.4;

    /// <summary>Gets or sets by what factor the deviations of inputs may differ.</summary>
    /// <value>The default is 2; above 1.</value>
    [Range(1.0, double.MaxValue)]
    public double MaximumScale { get; set; } = 2;

    /// <summary>Gets or sets how far the mean targets may lie apart, in standard deviations of the training.</summary>
    /// <value>The default is 1; at least 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumTargetShift { get; set; } = 1;

    /// <summary>Gets or sets how many times the training loss the validation loss must be for a warning.</summary>
    /// <value>The default is 1.5; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double HarmFactor { get; set; } = 1.5;

    /// <summary>Gets or sets how many validations in a row it takes.</summary>
    /// <value>The default is 2; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 2;
}
