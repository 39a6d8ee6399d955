using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6009: another network is validated than is trained.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class UntrainedValidationWeights(UntrainedValidationWeightsOptions options) : Rule<UntrainedValidationWeightsOptions>(options)
{
    private const string Behind = "behind";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6009",
        Name = "untrained-validation-weights",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"Another network is validated than is trained.",
        Explanation = $"Between validations the watched model is seen to be called, in training; for the validation it was never called. When validation losses stand still all the same while the training loss falls by far, what is evaluated is another instance, an average of the weights that has hardly begun, or a checkpoint that nobody renews. "
            + $"Where an average or another copy is part of the watched model, or its values take the place of the trained ones for the validation, the weights themselves are compared: how far those that are evaluated have come on the way of those that are trained.",
        Why = $"The validation says nothing of the training, early stopping stops at random, and what is saved may be untrained.",
        Inputs = [Metric.ValidationPassCount, Metric.EvaluatedWeightProgress, Metric.ValidationLoss, Metric.Loss],
        RequiredInputs = [Metric.ValidationPassCount, Metric.ValidationLoss, Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.StaleWeights, Cause.MismatchedPreprocessing],
        Remedies =
        [
            new($"Evaluate the very object whose parameters the optimizer holds.", $"A second instance has weights of its own."),
            new($"Begin averages of weights with a small decay that grows: min(decay, (1 + step) / (10 + step)).", $"A decay of 0.9999 forgets its start only after tens of thousands of steps."),
        ],
        Sources = ["TensorFlow documentation: ExponentialMovingAverage, num_updates", "Izmailov et al. 2018, Averaging weights"],
        Limitations = $"A model that is evaluated through forward, which fires no hooks, is not seen either; its losses move.",
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
        var worst = symptom.Evidence[0];
        return new Diagnosis(
            $"The weights that are validated are not those that are trained",
            symptom.Variant == Behind
            ? (Text)$"The weights that were evaluated had come {Math.Max(0, worst.Value):P0} of the way of those that are trained (limit {worst.Limit:P0}), in {symptom.Values["validations"]:N0} validations in a row; the validation loss stood at {symptom.Values["level"]:G4}, the training loss at {symptom.Values["to"]:G4}; last so at step {symptom.LastStep}."
            : $"The watched model was called for none of {symptom.Values["validations"]:N0} validations; their loss stood at {symptom.Values["level"]:G4}, {worst.Value:P1} up and down (limit {worst.Limit:P0}), while the training loss fell from {symptom.Values["from"]:G4} to {symptom.Values["to"]:G4}.",
            [new(Cause.StaleWeights, 0.85), new(Cause.MismatchedPreprocessing, 0.08)],
            [
                new Remedy
                {
                    Title = $"Evaluate the model that is trained",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.SetEvaluationMode }],
                    Rationale = $"Weights of another instance, of an old checkpoint or of an average that has hardly begun do not change with the training.",
                    Caveat = $"An average of the weights will do as long as it keeps up. Loading a state into a model after the optimizer was made keeps the parameters; making a new model does not.",
                    Code = "double decay = Math.Min(0.9999, (1.0 + step) / (10 + step)); // an average that begins fast",
                    Sources = ["TensorFlow documentation: ExponentialMovingAverage, num_updates"],
                },
            ]);
    }

    private sealed class Evaluator(UntrainedValidationWeightsOptions options, RuleContext context) : RuleEvaluator
    {
        private Symptom? _symptom;
        private long _validations;
        private long _unseen;
        private bool _isNew;
        private readonly Queue<(double Validation, double Training)> _last = new();
        private double _training = double.NaN;
        private readonly SymptomTracker _behind = new(context, options.Patience, Behind) { Confidence = 0.95 };
        private double _progress = double.NaN;
        private double _validation = double.NaN;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_validations, options.MinimumValidations, Metric.ValidationLoss);

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Scope != ScopeTable.Run)
            {
                return;
            }

            switch (measurement.Metric)
            {
                case Metric.EvaluatedWeightProgress:
                    _progress = measurement.Value;
                    break;
                case Metric.ValidationPassCount:
                    _unseen += measurement.Value == 0 ? 1 : 0;
                    break;
                case Metric.Loss when double.IsFinite(measurement.Value):
                    _training = double.IsNaN(_training) ? measurement.Value : _training + (0.2 * (measurement.Value - _training));
                    break;
                case Metric.ValidationLoss when double.IsFinite(measurement.Value):
                    TakeValidation(measurement.Value);
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            TakeProgress(step);
            if (!_isNew || _last.Count < options.MinimumValidations || _unseen < _validations)
            {
                return;
            }

            double low = _last.Min(item => item.Validation);
            double high = _last.Max(item => item.Validation);
            double level = (low + high) / 2;
            double swing = (high - low) / Math.Abs(level);
            double from = _last.Peek().Training;

            // Validations that hold still at any level are of weights that do; those near the loss of a guess may creep.
            bool isStill = swing <= options.StillSwing || (swing <= options.MaximumSwing && level > options.GuessShare * context.Facts.Of(Metric.Loss)?.First);
            _isNew = false;
            if (_symptom is not null)
            {
                _symptom.RecoveredAt = isStill ? _symptom.RecoveredAt : _symptom.RecoveredAt ?? step;
                _symptom.LastStep = _symptom.RecoveredAt is null ? step : _symptom.LastStep;
            }
            else if (isStill && _training < options.TrainingShare * from && level > _training / options.TrainingShare)
            {
                _symptom = context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    FirstStep = context.Facts.FirstStep,
                    LastStep = step,
                    Evidence = [new Evidence("validation_loss_swing", null, step, swing, options.MaximumSwing, "<=")],
                    Values = { ["validations"] = _validations, ["level"] = level, ["from"] = from, ["to"] = _training },
                });
            }
        }

        /// <summary>Weights that lag behind do harm only where the validation is worse for it: an average may begin slowly.</summary>
        private void TakeProgress(long step)
        {
            if (!double.IsNaN(_progress) && !double.IsNaN(_validation))
            {
                bool isIll = _progress < options.MinimumProgress && _validation > options.HarmFactor * _training;
                if (_behind.Observe(step, isIll, new Reading(Metric.EvaluatedWeightProgress, _progress, options.MinimumProgress, "<")) && _behind.Symptom is { } symptom)
                {
                    (symptom.Values["validations"], symptom.Values["level"], symptom.Values["to"]) = (_behind.Streak, _validation, _training);
                }
            }

            (_progress, _validation) = (double.NaN, double.NaN);
        }

        private void TakeValidation(double loss)
        {
            _validation = loss;
            _validations++;
            _isNew = true;
            _last.Enqueue((loss, _training));
            if (_last.Count > options.MinimumValidations)
            {
                _last.Dequeue();
            }
        }
    }
}

/// <summary>Thresholds of <see cref="UntrainedValidationWeights"/>.</summary>
public sealed class UntrainedValidationWeightsOptions
{
    /// <summary>Gets or sets by what share of their level validation losses change that hold still.</summary>
    /// <value>The default is 0.005: weights that move change a loss by more; at least 0.</value>
    [Range(0.0, double.MaxValue)]
    public double StillSwing { get; set; } = 0.005;

    /// <summary>Gets or sets the share of the first training loss above which validation losses are near a guess.</summary>
    /// <value>The default is 0.9; at least 0.</value>
    [Range(0.0, double.MaxValue)]
    public double GuessShare { get; set; } = 0.9;

    /// <summary>Gets or sets by what share of their level the validation losses may change near the loss of a guess.</summary>
    /// <value>The default is 0.03; at least 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumSwing { get; set; } = 0.03;

    /// <summary>Gets or sets the share of what it was at the first validation that the training loss must fall below.</summary>
    /// <value>The default is 0.6; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TrainingShare { get; set; } = 0.6;

    /// <summary>Gets or sets how far evaluated weights must have come on the way of the trained ones.</summary>
    /// <value>The default is 0.35: an average over the last fifth of a run has come beyond 0.8; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumProgress { get; set; } = 0.35;

    /// <summary>Gets or sets how many times the training loss the validation loss must be for weights that lag behind.</summary>
    /// <value>The default is 1.3; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double HarmFactor { get; set; } = 1.3;

    /// <summary>Gets or sets in how many validations in a row the weights must lag behind.</summary>
    /// <value>The default is 4; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 4;

    /// <summary>Gets or sets how many validations it takes.</summary>
    /// <value>The default is 4; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int MinimumValidations { get; set; } = 4;
}
