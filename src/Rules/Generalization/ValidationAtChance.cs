using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6008: validation is never better than a guess, although what is learnt holds for samples not seen before.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ValidationAtChance(ValidationAtChanceOptions options) : Rule<ValidationAtChanceOptions>(options)
{
    private const string Unrelated = "unrelated";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6008",
        Name = "validation-at-chance",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"Validation is never better than a guess, although what is learnt holds for samples not seen before.",
        Explanation = $"In the first epoch every sample is new when its loss is computed: a training loss that falls then shows that what is learnt holds for new samples. The rule fires when it fell clearly below the loss of a network that ignores its inputs, or to a good part of it within three epochs, sooner than samples are memorised, while no validation came below that loss, nor had most answers right. "
            + $"Of a log that loss must be known from the score, or be the logarithm of a usual number of classes. Of values it also fires when outputs went with the targets in training within that time, and never did in a validation.",
        Why = $"Overfitting cannot do that: rows and labels of the validation do not belong together, its classes are numbered otherwise, or its inputs are prepared otherwise.",
        Inputs = [Metric.ValidationLoss, Metric.ValidationAccuracy, Metric.Loss, Metric.Epoch, Metric.OutputTargetCorrelation, Metric.ValidationTargetCorrelation, Metric.ValidationTargetShift],
        RequiredInputs = [Metric.ValidationLoss, Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LabelError, Cause.MismatchedPreprocessing, Cause.EvaluationMode],
        Remedies =
        [
            new($"Look at a few validation samples with their labels, as the model gets them.", $"Shuffled tables, other orders of folders and files read in another order are seen at once."),
        ],
        Sources = ["Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks: visualise what goes into the net"],
        Limitations = $"A validation on another domain may be out of reach. Only validations told from the first epoch on are judged.",
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
            $"Validation stays at a guess while training generalises",
            symptom.Variant == Unrelated
            ? (Text)$"Within {symptom.Values["epochs"]:N0} validations, sooner than samples are memorised, outputs had a correlation of {symptom.Values["trained"]:F2} with the training's targets; with those of {symptom.Values["validations"]:N0} validations it never rose above {worst.Value:F2}."
            : $"In the first epoch, on samples not seen before, the training loss fell to {symptom.Values["fresh"]:G4}, and to {symptom.Values["early"]:G4} within {symptom.Values["epochs"]:N0} validations; {symptom.Values["validations"]:N0} validations never came below {worst.Value:G4}, where a guess has {symptom.Values["guess"]:G4}.",
            [new(Cause.LabelError, 0.65), new(Cause.MismatchedPreprocessing, 0.25), new(Cause.EvaluationMode, 0.05)],
            [
                new Remedy
                {
                    Title = $"Check that validation rows and labels belong together",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
                    Rationale = $"What is learnt holds for new training samples, so it must hold for validation samples of the same kind. Labels must mean the same as in training.",
                    Caveat = $"Evaluate on the training samples through the same code: it must give the training's own loss.",
                    Code = "// classes by one list for both: names.Select(name => trainClasses.IndexOf(name))",
                    Sources = ["Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks"],
                },
            ]);
    }

    private sealed class Evaluator(ValidationAtChanceOptions options, RuleContext context) : RuleEvaluator
    {
        private const double FewestSamples = 8;
        private readonly Queue<double> _last = new();
        private Symptom? _symptom;
        private double _epoch = double.NaN;
        private double _fresh = double.NaN;
        private double _early = double.NaN;
        private double _best = double.PositiveInfinity;
        private readonly Queue<double> _agreed = new();
        private double _agreeing = double.NaN;
        private long _validationsBefore;
        private double _trained = double.NaN;
        private double _agreement = double.NegativeInfinity;
        private long _agreements;
        private long _agreementStep;
        private long _lastValidation;
        private long _validations;
        private bool _isLate;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_validations, options.MinimumValidations, Metric.ValidationLoss)
            ?? (_isLate ? (Text)$"the first validation came after the first epoch" : null);

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Scope != ScopeTable.Run)
            {
                return;
            }

            switch (measurement.Metric)
            {
                case Metric.OutputTargetCorrelation:
                    _agreeing = measurement.Value;
                    break;
                case Metric.ValidationTargetCorrelation:
                    _agreements++;
                    if (measurement.Value > _agreement)
                    {
                        (_agreement, _agreementStep) = (measurement.Value, measurement.Step);
                    }

                    _lastValidation = measurement.Step;
                    break;
                case Metric.Epoch:
                    _epoch = measurement.Value;
                    break;
                case Metric.Loss when double.IsFinite(measurement.Value):
                    _last.Enqueue(measurement.Value);
                    if (_last.Count > options.FreshLosses)
                    {
                        _last.Dequeue();
                    }

                    break;
                case Metric.ValidationLoss when double.IsFinite(measurement.Value):
                    TakeValidation(measurement);
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            // The step's own validation comes after it, in whatever order the two are told.
            if (!double.IsNaN(_agreeing) && _validationsBefore < options.EarlyEpochs)
            {
                _agreed.Enqueue(_agreeing);
                if (_agreed.Count > options.FreshLosses)
                {
                    _agreed.Dequeue();
                }

                _trained = _agreed.Average();
            }

            (_agreeing, _validationsBefore) = (double.NaN, _validations);
        }

        public override void Complete()
        {
            if (_symptom is null && !_isLate && !HasOtherTargets() && _agreements >= options.MinimumValidations && _trained >= options.TrainedCorrelation && _agreement <= options.ValidationCorrelation)
            {
                context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Variant = Unrelated,
                    FirstStep = context.Facts.FirstStep,
                    LastStep = _lastValidation,
                    Evidence = [new Evidence(MetricCatalog.NameOf(Metric.ValidationTargetCorrelation), null, _agreementStep, _agreement, options.ValidationCorrelation, "<=")],
                    Values = { ["trained"] = _trained, ["epochs"] = options.EarlyEpochs, ["validations"] = _agreements },
                });
            }
        }

        /// <summary>
        /// A network that was built for the run begins at a guess; one that a log tells of may have been trained before, so that its first loss must be that of a number of classes,
        /// and to three digits where no score says that there are classes: language models that are fine-tuned begin near ln 10 by chance.
        /// </summary>
        private double Guess()
        {
            // The loss of a few samples is that of these samples, and a divergence from soft targets is validated by another loss.
            bool tellsNothing = context.Facts.Of(Metric.BatchSize) is { Mean: < FewestSamples } || RecognizedLoss.KindOf(context.Facts) == LossKind.KullbackLeibler;
            double first = tellsNothing ? double.NaN : context.Facts.Of(Metric.Loss)?.First ?? double.NaN;
            bool hasScore = context.Facts.Has(Metric.ValidationAccuracy) || context.Facts.Has(Metric.Accuracy);
            return LossBaseline.Of(context.Facts) ?? (context.Facts.IsMeasured ? first : LossBaseline.NearestGuess(first, hasScore ? 0.03 : 0.005)) ?? double.NaN;
        }

        /// <summary>Where far more answers are right than by chance, only the loss is on another scale, or too sure of the others; where every class is as frequent as another, a guess is right that often.</summary>
        private bool AnswersAreRight() => context.Facts.Of(Metric.ValidationAccuracy) is { Count: > 0, Maximum: <= 1 and var best }
            && context.Facts.Of(Metric.TargetMajorityFraction) is { Mean: var chance } && best > chance + (options.ScoreAboveChance * (1 - chance));

        /// <summary>A correlation with targets in another proportion, as where training draws classes equally often and validation does not, is another one.</summary>
        private bool HasOtherTargets() => context.Facts.Of(Metric.ValidationTargetShift) is { Count: > 0, Mean: var shift } && Math.Abs(shift) > options.SameTargets;

        private void TakeValidation(in Measurement measurement)
        {
            if (_validations++ == 0)
            {
                _isLate = _epoch > 1.01 || _last.Count < options.FreshLosses;
                _fresh = _last.Count > 0 ? _last.Average() : double.NaN;
            }

            if (_validations <= options.EarlyEpochs && !(_epoch > options.EarlyEpochs + 0.01) && _last.Count > 0)
            {
                _early = _last.Average();
            }

            _best = Math.Min(_best, measurement.Value);
            if (_symptom is { RecoveredAt: null } told)
            {
                bool holds = _best > told.Evidence[0].Limit && !AnswersAreRight();
                told.RecoveredAt = holds ? null : measurement.Step;
                told.LastStep = holds ? measurement.Step : told.LastStep;
                if (holds)
                {
                    told.Evidence[0] = told.Evidence[0] with { Step = measurement.Step, Value = _best };
                    told.Values["validations"] = _validations;
                }
            }

            if (_symptom is not null || _isLate || _validations < options.MinimumValidations)
            {
                return;
            }

            double guess = Guess();
            bool isFresh = _fresh < options.FreshShare * guess && _best > options.ValidationShare * guess && _best - _fresh > (1 - options.FreshShare) * guess;
            bool isFast = _early < options.EarlyShare * guess && _best > options.EarlyValidationShare * guess;
            bool isNear = context.Facts.IsMeasured || _best < options.LikeAGuess * guess;
            if (guess > 0 && isNear && !AnswersAreRight() && (isFresh || isFast) && context.Facts.Of(Metric.Loss)?.Recent < options.FreshShare * guess)
            {
                _symptom = context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    FirstStep = context.Facts.FirstStep,
                    LastStep = measurement.Step,
                    Evidence = [new Evidence("best_validation_loss", null, measurement.Step, _best, (isFresh ? options.ValidationShare : options.EarlyValidationShare) * guess, ">")],
                    Values = { ["early"] = double.IsNaN(_early) ? _fresh : _early, ["epochs"] = options.EarlyEpochs, ["fresh"] = _fresh, ["guess"] = guess, ["validations"] = _validations },
                });
            }
        }
    }
}

/// <summary>Thresholds of <see cref="ValidationAtChance"/>.</summary>
public sealed class ValidationAtChanceOptions
{
    /// <summary>Gets or sets the share of the loss of a guess that the training loss must fall below within the first epoch.</summary>
    /// <value>The default is 0.93: random labels stay above 0.99; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double FreshShare { get; set; } = 0.93;

    /// <summary>Gets or sets within how many epochs samples cannot be learnt by heart.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int EarlyEpochs { get; set; } = 3;

    /// <summary>Gets or sets the share of the loss of a guess that the training loss must fall below within these epochs.</summary>
    /// <value>The default is 0.65; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double EarlyShare { get; set; } = 0.65;

    /// <summary>Gets or sets the share of the loss of a guess that no validation may then fall below.</summary>
    /// <value>The default is 0.85; bounds 0 to 2.</value>
    [Range(0.0, 2.0)]
    public double EarlyValidationShare { get; set; } = 0.85;

    /// <summary>Gets or sets the share of the loss of a guess that no validation may fall below.</summary>
    /// <value>The default is 0.97; bounds 0 to 2.</value>
    [Range(0.0, 2.0)]
    public double ValidationShare { get; set; } = 0.97;

    /// <summary>Gets or sets the correlation of outputs and targets that training must have reached before samples can be learnt by heart.</summary>
    /// <value>The default is 0.35 for the mean of a few batches, which chance leaves below 0.2; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TrainedCorrelation { get; set; } = 0.35;

    /// <summary>Gets or sets the correlation that no validation may then exceed.</summary>
    /// <value>The default is 0.2: a hundred rows in random order stay below 0.2 nineteen times of twenty; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ValidationCorrelation { get; set; } = 0.2;

    /// <summary>Gets or sets how far the mean of a validation's targets may lie from the training's for its correlation to be comparable, in standard deviations of the training's.</summary>
    /// <value>The default is 0.5: of two classes, a half that became a quarter; at least 0.</value>
    [Range(0.0, 1000.0)]
    public double SameTargets { get; set; } = 0.5;

    /// <summary>Gets or sets what share of the way from chance to perfection the score of a validation may have gone that is called a guess.</summary>
    /// <value>The default is 0.2, five standard deviations for a hundred samples of ten classes; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ScoreAboveChance { get; set; } = 0.2;

    /// <summary>Gets or sets how many times the loss of a guess the best validation that a log tells may be.</summary>
    /// <value>The default is 3: beyond it training and validation of a log are not in one unit, as where one is a sum; at least 1.</value>
    [Range(1.0, 1000.0)]
    public double LikeAGuess { get; set; } = 3;

    /// <summary>Gets or sets over how many losses before the first validation the training loss is averaged.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int FreshLosses { get; set; } = 5;

    /// <summary>Gets or sets how many validations it takes.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumValidations { get; set; } = 3;
}
