using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6014: the model gives probabilities in validation and logits in training, and one loss judges both.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class MismatchedValidationOutput(MismatchedValidationOutputOptions options) : Rule<MismatchedValidationOutputOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6014",
        Name = "mismatched-validation-output",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"Outputs are probabilities in validation and logits in training.",
        Explanation = $"Outputs of validations are looked at beside those of training. The rule fires when they are shares that sum to 1, or numbers from 0 to 1, in every validation and were neither in training, while the loss takes softmax or sigmoid itself and the validation loss never falls below what such a loss can reach on probabilities.",
        Why = $"Softmax or sigmoid is taken twice in validation alone: its loss comes to rest far above the training's and looks like overfitting, while the answers may all be right.",
        Inputs = [Metric.ValidationForm, Metric.ValidationLoss, Metric.ComparedForm],
        RequiredInputs = [Metric.ValidationForm],
        Granularity = ScopeKind.Run,
        Causes = [Cause.WrongOutputActivation],
        Remedies =
        [
            new($"Compute the validation loss of logits, and take softmax or sigmoid for what is shown only.", $"CrossEntropyLoss and BCEWithLogitsLoss contain them."),
        ],
        Sources = ["PyTorch documentation: CrossEntropyLoss, BCEWithLogitsLoss"],
        Limitations = $"A validation loss that is computed of probabilities as it should be, by their logarithms, is told apart by its level only.",
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
        var lowest = symptom.Evidence[0];
        return new Diagnosis(
            $"Validation outputs are probabilities, training outputs are logits",
            symptom.Values["form"] == 1
                ? (Text)$"In {symptom.Values["validations"]:N0} validations every output summed to 1, in training none did; the loss takes softmax itself. The validation loss never fell below {lowest.Value:G4}, where probabilities allow {lowest.Limit:G4}; the training loss is {symptom.Values["training"]:G4}."
                : $"In {symptom.Values["validations"]:N0} validations every output lay from 0 to 1, in training they did not; the loss takes the sigmoid itself. The validation loss never fell below {lowest.Value:G4}, where probabilities allow {lowest.Limit:G4}; the training loss is {symptom.Values["training"]:G4}.",
            [new(Cause.WrongOutputActivation, 0.92)],
            [
                new Remedy
                {
                    Title = $"Give the validation loss logits",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeOutputActivation, To = "Identity" }],
                    Rationale = $"A loss that contains softmax or sigmoid flattens probabilities: even a perfect answer costs {lowest.Limit:G3}.",
                    Caveat = $"Accuracies are not affected: the largest logit is the largest probability.",
                    Code = "return logits; // in both modes; functional.softmax(logits, dim: 1) only for what is shown",
                    Sources = ["PyTorch documentation: CrossEntropyLoss, BCEWithLogitsLoss"],
                },
            ]);
    }

    private sealed class Evaluator(MismatchedValidationOutputOptions options, RuleContext context) : RuleEvaluator
    {
        private double _form = double.NaN;
        private long _validations;
        private bool _isMixed;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_validations, options.MinimumValidations, Metric.ValidationForm);

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.ValidationForm)
            {
                _isMixed |= _validations++ > 0 && measurement.Value != _form;
                _form = measurement.Value;
            }
        }

        public override void Complete()
        {
            var facts = context.Facts;
            bool wasAnyNumber = facts.Of(Metric.ComparedForm) is { Maximum: 0 } && (facts.Of(Metric.OutputMinimum, LayerChain.OutputScope) is { Minimum: < -0.01 } || facts.Of(Metric.OutputMaximum, LayerChain.OutputScope) is { Maximum: > 1.01 });
            if (_isMixed || _validations < options.MinimumValidations || !(wasAnyNumber || WereLogits(facts)) || Floor(facts) is not { } floor
                || facts.Of(Metric.ValidationLoss) is not { NonFiniteCount: 0 } validation || facts.Of(Metric.Loss) is not { } training
                || validation.Minimum < floor - 1e-3 || !(training.Recent < options.TrainingShare * floor))
            {
                return;
            }

            context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.95,
                FirstStep = validation.FirstStep,
                LastStep = validation.LastStep,
                Evidence = [new Evidence("best_validation_loss", null, validation.MinimumStep, validation.Minimum, floor, ">=")],
                Values = { ["form"] = _form, ["validations"] = _validations, ["training"] = training.Recent },
            });
        }

        /// <summary>Outputs of a single column have no form; that they were logits is seen in their range.</summary>
        private static bool WereLogits(RunFacts facts) => facts.Of(Metric.ComparedForm) is null
            && facts.Of(Metric.OutputMinimum, LayerChain.OutputScope) is { Minimum: < -0.01 } && facts.Of(Metric.OutputMaximum, LayerChain.OutputScope) is { Maximum: > 1.01 };

        /// <summary>The smallest value of the loss over probabilities; null where the loss or the outputs of the validation are others.</summary>
        private double? Floor(RunFacts facts) => RecognizedLoss.KindOf(facts) switch
        {
            LossKind.CrossEntropy when _form == 1 && facts.Of(Metric.TargetClassCount) is { Maximum: >= 2 and var classes } => CrossEntropyFloor.Of(classes),
            LossKind.BinaryCrossEntropyWithLogits when _form is 1 or 3 => Math.Log(1 + Math.Exp(-1)),
            _ => null,
        };
    }
}

/// <summary>Thresholds of <see cref="MismatchedValidationOutput"/>.</summary>
public sealed class MismatchedValidationOutputOptions
{
    /// <summary>Gets or sets the share of the smallest loss over probabilities that the training loss must have fallen below.</summary>
    /// <value>The default is 0.9; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TrainingShare { get; set; } = 0.9;

    /// <summary>Gets or sets how many validations it takes.</summary>
    /// <value>The default is 2; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumValidations { get; set; } = 2;
}
