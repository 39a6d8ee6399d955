using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6011: the score of the validation contradicts its loss.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ContradictoryScore(ContradictoryScoreOptions options) : Rule<ContradictoryScoreOptions>(options)
{
    private const string Summed = "summed";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6011",
        Name = "contradictory-score",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"The score of the validation contradicts its loss.",
        Explanation = $"An answer that is wrong gives its true class a probability of at most a half, which costs at least ln 2. A mean cross entropy of L therefore leaves at most L / ln 2 of the answers wrong. The rule fires when the accuracy is far below 1 - L / ln 2 at several validations in a row. "
            + $"It also fires where each of the first validations has most answers right and yet costs several times what a guess does, while the training loss lies below that: early in a run no network is that sure of its errors, so that the loss of the validation is a sum.",
        Why = $"Loss and score are not computed from the same outputs and targets: shapes that broadcast, the largest over the wrong dimension, sums divided by the wrong number.",
        Inputs = [Metric.Loss, Metric.ValidationLoss, Metric.ValidationAccuracy, Metric.TargetClassCount, Metric.TargetMajorityFraction],
        RequiredInputs = [Metric.ValidationLoss, Metric.ValidationAccuracy],
        Granularity = ScopeKind.Run,
        Causes = [Cause.WrongLoss, Cause.LabelError, Cause.EvaluationMode, Cause.MismatchedPreprocessing],
        Remedies =
        [
            new($"Compute the accuracy from outputs and targets of one shape: output.argmax(1).eq(y).", $"A column against a row is a table of all pairs."),
        ],
        Sources = ["Follows from the definition of cross entropy"],
        Limitations = $"Reported scores must be accuracies: F1, exact matches of many labels and the like may be lower.",
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
        if (symptom.Variant == Summed)
        {
            return new Diagnosis(
                $"The validation loss is on another scale than the training loss",
                $"At step {worst.Step} the validation loss was {worst.Value:G4} with {symptom.Values["accuracy"]:P1} of the answers right, where a guess costs {symptom.Values["guess"]:G4} and the training loss had a level of {symptom.Values["training"]:G4}; it was last so at step {symptom.LastStep}.",
                [new(Cause.WrongLoss, 0.85), new(Cause.MismatchedPreprocessing, 0.1)],
                [
                    new Remedy
                    {
                        Title = $"Divide the validation loss by the number of batches",
                        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "a mean over the validation" }],
                        Rationale = $"The answers are right, so that the network is: a sum of the losses of batches, or a loss with reduction \"sum\", looks like overfitting and is none.",
                        Caveat = $"Weigh each batch by its number of samples where the last one is smaller.",
                        Code = "monitor.Validation(total / samples, accuracy); // total += loss * batch size",
                        Sources = ["Follows from the definition of cross entropy"],
                    },
                ]);
        }

        return new Diagnosis(
            $"Accuracy and loss of the validation cannot both be right",
            $"At step {worst.Step} the accuracy was {worst.Value:P1}, where the loss of {symptom.Values["loss"]:G4} leaves at least {worst.Limit:P1} of the answers right; it was last so at step {symptom.LastStep}.",
            [new(Cause.WrongLoss, 0.5), new(Cause.LabelError, 0.3), new(Cause.EvaluationMode, 0.1)],
            [
                new Remedy
                {
                    Title = $"Check how the accuracy is computed",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
                    Rationale = $"A small loss has few wrong answers; a score that says otherwise is computed wrongly. Take the outputs and targets that the loss has.",
                    Caveat = $"Divide the sum of right answers by the number of samples, not of batches.",
                    Code = "double accuracy = output.argmax(1).eq(y).to_type(ScalarType.Float32).mean().item<float>();",
                    Sources = ["Follows from the definition of cross entropy"],
                },
            ]);
    }

    private sealed class Evaluator(ContradictoryScoreOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, options.Patience);
        private double _loss = double.NaN;
        private double _score = double.NaN;
        private bool _isPercent;
        private Symptom? _summed;
        private long _right;
        private long _dear;

        public override Text? WhyNotEvaluated => IsClassLoss ? _tracker.WhyNotEvaluated(options.Patience, Metric.ValidationAccuracy) : (Text)$"needs a cross entropy of one class for each answer";

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Scope == ScopeTable.Run && measurement.Metric == Metric.ValidationLoss)
            {
                _loss = measurement.Value;
            }
            else if (measurement.Scope == ScopeTable.Run && measurement.Metric == Metric.ValidationAccuracy)
            {
                _isPercent |= measurement.Value > 1.5;
                _score = measurement.Value / (_isPercent ? 100 : 1);
            }
        }

        public override void StepCompleted(long step)
        {
            JudgeScale(step);
            if (_loss >= 0 && _score is >= 0 and <= 1 && IsClassLoss)
            {
                double least = AnswerCost.LeastAccuracy(_loss);
                double limit = options.Share * least;
                if (_tracker.Observe(step, least > options.MinimumBound && _score < limit, new Reading(Metric.ValidationAccuracy, _score, least, "<")) && _tracker.Symptom is { } told && told.Evidence[0].Step == step)
                {
                    told.Values["loss"] = _loss;
                }
            }

            (_loss, _score) = (double.NaN, double.NaN);
        }

        /// <summary>Most answers are right and cost several times what a guess does, from the first validation on: an error costs that much only after a network has long been sure of it.</summary>
        private void JudgeScale(long step)
        {
            if (!(_loss >= 0) || _score is not (>= 0 and <= 1) || !IsClassLoss)
            {
                return;
            }

            double chance = context.Facts.Of(Metric.TargetMajorityFraction)!.Value.Mean;
            if (_score < chance + (options.LeastRight * (1 - chance)))
            {
                return;
            }

            double guess = Math.Log(Math.Max(2, context.Facts.Of(Metric.TargetClassCount)!.Value.Maximum));
            double training = context.Facts.Of(Metric.Loss)?.Recent ?? double.NaN;
            bool isDear = _loss > guess && _loss > options.ScaleFactor * training && training < guess && _loss > options.ErrorFactor * guess * (1 - _score) && !SeesOtherInputs();
            _right++;
            _dear += isDear ? 1 : 0;
            if (_dear < options.Patience || _dear < _right)
            {
                return;
            }

            _summed ??= context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.85,
                Variant = Summed,
                FirstStep = step,
                Evidence = [new Evidence(MetricCatalog.NameOf(Metric.ValidationLoss), null, step, _loss, guess, ">")],
                Values = { ["accuracy"] = _score, ["guess"] = guess, ["training"] = training },
            });
            _summed.LastStep = step;
        }

        /// <summary>Inputs on another scale make a network surer of everything, its errors too.</summary>
        private bool SeesOtherInputs() =>
            context.Facts.Of(Metric.ValidationInputScale) is { Last: var scale } && Math.Abs(Math.Log(Math.Max(scale, 1e-9))) > Math.Log(1.5);

        private bool IsClassLoss
        {
            get
            {
                var facts = context.Facts;
                bool isMean = context.Run.Loss is { HasClassWeights: false, Reduction: null or "mean" } || (context.Run.Loss is null && RecognizedLoss.Of(facts) is { IsMean: true });
                return isMean && RecognizedLoss.KindOf(facts) is LossKind.CrossEntropy or LossKind.NegativeLogLikelihood or LossKind.BinaryCrossEntropy or LossKind.BinaryCrossEntropyWithLogits
                    && context.Run.Task is null or TrainingTask.BinaryClassification or TrainingTask.MulticlassClassification
                    && facts.Of(Metric.TargetClassCount) is not null && facts.Of(Metric.TargetMajorityFraction) is { Last: var majority } && majority < options.MaximumMajority;
            }
        }
    }
}

/// <summary>Thresholds of <see cref="ContradictoryScore"/>.</summary>
public sealed class ContradictoryScoreOptions
{
    /// <summary>Gets or sets the share of the least accuracy that the score may fall to.</summary>
    /// <value>The default is 0.8; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Share { get; set; } = 0.8;

    /// <summary>Gets or sets the least accuracy from which on a loss is judged.</summary>
    /// <value>The default is 0.5: above it the bound says something for any number of classes; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumBound { get; set; } = 0.5;

    /// <summary>Gets or sets the share of the most frequent class beyond which scores are often no accuracies.</summary>
    /// <value>The default is 0.8; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumMajority { get; set; } = 0.8;

    /// <summary>Gets or sets the share of the way from chance to all answers right that a score must have gone for its loss to be weighed.</summary>
    /// <value>The default is 0.25; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastRight { get; set; } = 0.25;

    /// <summary>Gets or sets how many times the training loss a validation loss on another scale is.</summary>
    /// <value>The default is 3: sums are over more batches; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double ScaleFactor { get; set; } = 3;

    /// <summary>Gets or sets how many times the cost of a guess an error may have.</summary>
    /// <value>The default is 5: the true class at the fifth power of its share by chance; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double ErrorFactor { get; set; } = 5;

    /// <summary>Gets or sets how many validations in a row it takes.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 3;
}
