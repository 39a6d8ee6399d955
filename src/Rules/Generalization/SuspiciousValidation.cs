using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6003: validation is implausible: always the same, the same as training, or the sum of all before.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class SuspiciousValidation(SuspiciousValidationOptions options) : Rule<SuspiciousValidationOptions>(options)
{
    private const string Constant = "constant";
    private const string Identical = "identical";
    private const string Known = "known-rows";
    private const string TooGood = "too-good";
    private const string Accumulated = "accumulated";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6003",
        Name = "suspicious-validation",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"Validation is the same every time, made of training data, or never reset.",
        Explanation = $"The rule fires when a validation score, short of perfect, is the same to the last digit from the first validation on, as it is when a network gives one answer to every sample; "
            + $"and when the validation loss equals the training loss of the same step to the last digits, as it does when both are computed on the same data. "
            + $"A validation loss below the training loss and a thousand times below where training began, with a perfect score, is too good for data that was never seen. A validation loss to which each validation adds about as much as the training loss leads to expect, from the first on, is a sum that is never set back to zero. "
            + $"A monitor also remembers which rows were trained on: the rule fires when nearly all rows that were evaluated are among them, unless each step compares some of its rows only, as where all nodes of a graph go in.",
        Why = $"Such a validation says nothing of what the network has learnt.",
        Inputs = [Metric.ValidationAccuracy, Metric.ValidationError, Metric.ValidationLoss, Metric.ValidationOverlap, Metric.Loss],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.DataLeak, Cause.ClassImbalance, Cause.WrongLoss, Cause.LabelError, Cause.DyingRelu],
        Remedies =
        [
            new($"Look at the predictions: are they all of one class?", $"A score that never changes is the share of that class."),
            new($"Balance the classes, or choose a score that a constant answer cannot win.", $"Where one class is frequent, answering it always looks good."),
            new($"Split training and validation data before anything else, by groups that belong together.", $"Data seen in training measures memory."),
        ],
        Sources = ["DeepDiagnosis (ICSE 2022): unchanged accuracy", "Kaufman et al. 2012, Leakage in data mining, ACM TKDD 6, https://doi.org/10.1145/2382577.2382579", RemedySources.Article],
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
        var evidence = symptom.Evidence[0];
        return symptom.Variant == Known
            ? new Diagnosis(
                $"Validation runs on training data",
                $"{evidence.Value:P0} of the rows evaluated up to step {evidence.Step} were trained on before, in {symptom.Values["count"]:F0} validations.",
                [new(Cause.DataLeak, 0.97)],
                [SplitFirst()])
            : symptom.Variant == Accumulated
            ? new Diagnosis(
                $"The validation loss is never set back to zero",
                $"From {symptom.Values["first"]:G4} at step {symptom.FirstStep} to {evidence.Value:G4} at step {evidence.Step}, each of {symptom.Values["count"]:F0} validations added about as much to the validation loss as the training loss leads to expect, which went from {symptom.Values["start"]:G4} to {symptom.Values["training"]:G4}. This is a sum over all validations and no overfitting; the last one added {symptom.Values["added"]:G4}.",
                [new(Cause.WrongLoss, 0.9), new(Cause.DataLeak, 0.02)],
                [ResetSum()])
            : symptom.Variant == TooGood
            ? new Diagnosis(
                $"Validation is too good to be true: a loss of {evidence.Value:G3}",
                $"The validation loss was {evidence.Value:G4} at step {evidence.Step}, below the level of {symptom.Values["training"]:G4} that the training loss had at the end; training began at {symptom.Values["start"]:G4}.",
                [new(Cause.DataLeak, 0.7), new(Cause.LabelError, 0.1)],
                [SplitFirst()])
            : symptom.Variant == Identical
            ? new Diagnosis(
                $"Validation and training loss are the same",
                $"{symptom.Values["count"]:F0} validation losses in a row equalled the training loss of their step, the last {evidence.Value:G6} at step {evidence.Step}.",
                [new(Cause.DataLeak, 0.9)],
                [SplitFirst()])
            : evidence.Metric == MetricCatalog.NameOf(Metric.ValidationLoss)
            ? new Diagnosis(
                $"The validation loss never changes: {evidence.Value:G4}",
                $"All {symptom.Values["count"]:F0} validations from step {symptom.FirstStep} to step {symptom.LastStep} gave a loss of {evidence.Value:G6}, although the training loss fell: what is validated is not what is trained.",
                [new(Cause.EvaluationMode, 0.4), new(Cause.DetachedGraph, 0.25), new(Cause.CorruptData, 0.2)],
                [SplitFirst()])
            : new Diagnosis(
                $"The validation score never changes: {evidence.Value:G4}",
                $"All {symptom.Values["count"]:F0} validations from step {symptom.FirstStep} to step {symptom.LastStep} gave {evidence.Value:G6}, although the losses changed.",
                [new(Cause.ClassImbalance, 0.5), new(Cause.WrongLoss, 0.2), new(Cause.DyingRelu, 0.1), new(Cause.LabelError, 0.1)],
                [DataRemedies.BalanceClasses(), SplitFirst()]);
    }

    private static Remedy SplitFirst() => new()
    {
        Title = $"Validate on data that training never saw, and look at the single predictions",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData, Method = "split" }],
        Rationale = $"A score on known data measures memory; a score that never changes belongs to one answer for every sample.",
        Caveat = $"Samples of one person, patient or recording belong on one side of the split; statistics for scaling come from the training side.",
        Code = "var predicted = model.call(x).argmax(1);\nvar (classes, _, counts) = predicted.unique(return_counts: true);",
        Sources = ["Kaufman et al. 2012, Leakage in data mining, ACM TKDD 6, https://doi.org/10.1145/2382577.2382579"],
    };

    private static Remedy ResetSum() => new()
    {
        Title = $"Set the sum of losses to zero before each validation",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "a mean over one validation" }],
        Rationale = $"A running sum that is made outside of the loop over epochs keeps what earlier validations left in it.",
        Caveat = $"Whatever chose the best weights by this number, early stopping or a checkpoint, chose the first.",
        Code = "double total = 0; // within the loop over epochs, before the loop over validation batches",
        Sources = ["PyTorch forums: running loss is not reset"],
    };

    private sealed class Evaluator(SuspiciousValidationOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly Dictionary<(Metric Metric, int Scope), (double Value, long Count, bool Changed, long FirstStep)> _scores = [];
        /// <summary>Scores are often summed in single precision, so that equal ones differ in their last digits.</summary>
        private const double SinglePrecision = 1e-5;
        private const int FewestValidations = 3;
        private const double LeastFall = 0.8;
        private readonly AccumulatedValidation _sums = new();
        private Symptom? _known;
        private long _overlaps;
        private double _loss = double.NaN;
        private double _validation = double.NaN;
        private double _lastIdentical = double.NaN;
        private int _identical;
        private long _identicalSince;
        private long _validations;
        private Symptom? _sameAsTraining;

        public override Text? WhyNotEvaluated => LossCurve.WhyNotMeasurable(context.Run)
            ?? (Math.Max(_validations, Most()) >= FewestValidations ? null : (Text)$"needs {FewestValidations} validations, had {Math.Max(_validations, Most())}");

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.Loss when measurement.Scope == ScopeTable.Run:
                    _loss = measurement.Value;
                    break;
                case Metric.ValidationLoss when measurement.Scope == ScopeTable.Run:
                    _validation = measurement.Value;
                    _validations++;
                    Compare(measurement);
                    break;
                case Metric.ValidationOverlap:
                    ReportKnown(measurement);
                    break;
                case Metric.ValidationAccuracy or Metric.ValidationError:
                    Compare(measurement);
                    break;
            }
        }

        private void ReportKnown(in Measurement measurement)
        {
            _overlaps = measurement.Value >= options.MaximumOverlap ? _overlaps + 1 : 0;
            if (_overlaps < 2 || ComparesSomeRows())
            {
                return;
            }

            var evidence = new Evidence(MetricCatalog.NameOf(Metric.ValidationOverlap), null, measurement.Step, measurement.Value, options.MaximumOverlap, ">=");
            _known ??= context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.97,
                Variant = Known,
                FirstStep = measurement.Step,
                Evidence = [evidence],
                Values = { ["count"] = _overlaps },
            });
            (_known.LastStep, _known.Evidence[0], _known.Values["count"]) = (measurement.Step, evidence, _overlaps);
        }

        /// <summary>Of rows that all go in, some may be for training and others for validation: then the rows tell nothing.</summary>
        private bool ComparesSomeRows() =>
            context.Facts.Of(Metric.TargetLabelCount) is { Maximum: var labels } && context.Facts.Of(Metric.BatchSize) is { Minimum: var rows } && labels < rows;

        private void Compare(in Measurement measurement)
        {
            var key = (measurement.Metric, measurement.Scope);
            _scores[key] = _scores.TryGetValue(key, out var score)
                ? score with { Count = score.Count + 1, Changed = score.Changed || !(Math.Abs(score.Value - measurement.Value) <= SinglePrecision * Math.Abs(score.Value)) }
                : (measurement.Value, 1, false, measurement.Step);
        }

        public override void StepCompleted(long step)
        {
            if (!double.IsNaN(_loss))
            {
                _sums.AddTraining(_loss);
            }

            if (!double.IsNaN(_validation))
            {
                _sums.AddValidation(step, _validation);
            }

            if (double.IsFinite(_validation) && double.IsFinite(_loss))
            {
                // A loss that does not move is equal to everything; only pairs that change together tell.
                bool same = Math.Abs(_validation - _loss) <= 1e-9 * Math.Abs(_loss);
                bool changes = _loss != _lastIdentical;
                _identical = !same ? 0 : changes ? _identical + 1 : _identical;
                _lastIdentical = same ? _loss : double.NaN;
                _identicalSince = _identical == 1 ? step : _identicalSince;
                if (_identical >= options.IdenticalLosses && LossCurve.WhyNotMeasurable(context.Run) is null)
                {
                    ReportIdentical(step);
                }
            }

            (_loss, _validation) = (double.NaN, double.NaN);
        }

        public override void Complete()
        {
            if (WhyNotEvaluated is not null)
            {
                return;
            }

            JudgeTooGood();
            JudgeSums();
            foreach (var ((metric, scope), score) in _scores)
            {
                bool perfect = metric == Metric.ValidationAccuracy ? score.Value is 1 or 100 : score.Value == 0;
                bool isOneAnswer = score.Count >= options.MinimumValidations && LossFell();
                if (!score.Changed && !perfect && double.IsFinite(score.Value) && (isOneAnswer || (score.Count >= options.FewValidations && TrainsFarBetter(metric, score.Value))))
                {
                    context.Open(new Symptom
                    {
                        Severity = Severity.Warning,
                        Confidence = 0.85,
                        Variant = Constant,
                        FirstStep = score.FirstStep,
                        LastStep = context.Facts.LastStep,
                        Evidence = [new Evidence(MetricCatalog.NameOf(metric), scope == ScopeTable.Run ? null : context.Facts.Scopes[scope].Name, score.FirstStep, score.Value, score.Value, "==")],
                        Values = { ["count"] = score.Count },
                    });
                }
            }
        }

        private void JudgeSums()
        {
            if (!_sums.AddsUp || _sums.Count < options.SummedValidations)
            {
                return;
            }

            context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.9,
                Variant = Accumulated,
                FirstStep = _sums.FirstStep,
                LastStep = _sums.LastStep,
                Evidence = [new Evidence("validation_loss", null, _sums.LastStep, _sums.Last, _sums.First, ">")],
                Values = { ["count"] = _sums.Count, ["first"] = _sums.First, ["start"] = _sums.FirstTraining, ["training"] = _sums.LastTraining, ["added"] = _sums.Added },
            });
        }

        /// <summary>What was never seen is answered worse than what was learnt: a little better by dropout, never better by far and perfect.</summary>
        private void JudgeTooGood()
        {
            var facts = context.Facts;
            if (facts.Of(Metric.ValidationLoss) is not { Count: >= 3, Minimum: > 0 } validation || facts.Of(Metric.Loss) is not { First: > 0 } training)
            {
                return;
            }

            double level = facts.LossSeries.MeanOf(0.8, 1);
            bool isTiny = validation.Last < options.TooGood * training.First && validation.Last < level / 2;
            // A monitor remembers the rows: where it finds none of them in validation, the task is easy.
            bool isPerfect = !facts.Has(Metric.ValidationOverlap) && context.Run.Log is not null && facts.Of(Metric.ValidationAccuracy) is { Last: 1 or 100 } && facts.Curves.Of(Metric.ValidationAccuracy) is { Repeats: >= 3 };
            bool isPerfectAtOnce = isPerfect && WasPerfectAtOnce() && validation.Last < level;
            if (isTiny || isPerfectAtOnce)
            {
                context.Open(new Symptom
                {
                    Severity = isPerfect ? Severity.Warning : Severity.Info,
                    Confidence = isPerfect ? 0.8 : 0.6,
                    Variant = TooGood,
                    FirstStep = validation.FirstStep,
                    LastStep = validation.LastStep,
                    Evidence = [new Evidence("validation_loss", null, validation.LastStep, validation.Last, isTiny ? options.TooGood * training.First : level, "<")],
                    Values = { ["training"] = level, ["start"] = training.First },
                });
            }
        }

        /// <summary>Every answer was right from the first validation on, and next to every one of the first epoch's training: nothing was there to be learnt.</summary>
        private bool WasPerfectAtOnce() => context.Facts.Curves.Of(Metric.ValidationAccuracy) is { } validations && validations.Repeats == validations.Series.Count
            && context.Facts.Of(Metric.Accuracy) is { Minimum: >= 0, Maximum: <= 100 } training && training.First > 0.99 * (training.Maximum > 1.5 ? 100 : 1);

        /// <summary>A training score far above a validation score that never changes: what is validated is not what is trained.</summary>
        private bool TrainsFarBetter(Metric metric, double score) => metric == Metric.ValidationAccuracy && context.Facts.Of(Metric.Accuracy) is { Minimum: >= 0, Maximum: <= 100 } training
            && training.Recent - score > options.FarBetter * (training.Maximum > 1.5 ? 100 : 1);

        /// <summary>Where the loss stands still too, that is the finding; here one answer fits ever better.</summary>
        private bool LossFell() => context.Facts.Of(Metric.Loss) is { } loss ? loss.Recent < LeastFall * loss.First : context.Facts.Of(Metric.ValidationLoss) is { } validation && validation.Recent < LeastFall * validation.First;

        private long Most()
        {
            long most = 0;
            foreach (var score in _scores.Values)
            {
                most = Math.Max(most, score.Count);
            }

            return most;
        }

        private void ReportIdentical(long step)
        {
            _sameAsTraining ??= context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.95,
                Variant = Identical,
                FirstStep = _identicalSince,
                Evidence = [new Evidence("validation_loss", null, step, _validation, _loss, "==")],
                Values = { ["count"] = _identical },
            });
            _sameAsTraining.LastStep = step;
            _sameAsTraining.Evidence[0] = new Evidence("validation_loss", null, step, _validation, _loss, "==");
            _sameAsTraining.Values["count"] = _identical;
        }
    }
}
