using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1006: targets that the output or the loss cannot take.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class InvalidTarget(InvalidTargetOptions options) : Rule<InvalidTargetOptions>(options)
{
    private const string NonFinite = "non-finite";
    private const string Index = "class-index";
    private const string Range = "range";
    private const string Broadcast = "broadcast";
    private const string Overlong = "overlong";
    private const string Blank = "blank";
    private const string Logarithms = "logarithms";
    private const string Crossed = "crossed";
    private const string Several = "several-ones";
    private const string Signs = "signs";
    private const string Shares = "shares";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1006",
        Name = "invalid-target",
        Category = RuleCategory.Inputs,
        Severity = Severity.Error,
        Summary = $"Targets are NaN, out of range, or broadcast against the output by mistake.",
        Explanation = $"Ten faults: targets that are NaN or infinite; targets that are longer than the output that a connectionist temporal classification aligns them with, or that ask for its blank; class indices beyond the classes; targets outside 0 … 1 for a binary cross entropy; rows of several ones for a cross entropy of one class, or rows of shares that do not sum to 1; probabilities for a divergence that takes their logarithms, or the other way round; "
            + $"labels of 0 and 1 for a hinge loss, which takes -1 and 1; and shapes such as [n] against [n, 1], which "
            + $"broadcast to n by n. The last is reported at once where the value of the loss shows it, else when the loss never falls clearly below the variance of the targets: with broadcasting it cannot, however good the model is.",
        Why = $"The loss then asks for something else than what is wanted, and mostly for the mean answer.",
        Inputs = [Metric.TargetNonFiniteCount, Metric.TargetInvalidCount, Metric.TargetBroadcast, Metric.TargetMinimum, Metric.TargetMaximum, Metric.TargetStandardDeviation, Metric.TargetMultipleFraction, Metric.TargetRowSum, Metric.TargetOverlongFraction, Metric.TargetBlankFraction, Metric.RecognizedBroadcast, Metric.RecognizedLoss, Metric.Loss],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.CorruptData, Cause.LabelError, Cause.WrongLoss],
        Remedies =
        [
            new($"Give output and target the same shape.", $"[n] minus [n, 1] is a table of n by n differences."),
            new($"Repair labels: 0 to classes - 1, 0 and 1 for binary losses, no NaN.", $"Losses assume these ranges and mostly do not check them."),
        ],
        Sources = ["TheDeepChecker (TOSEM 2022): broadcast in the loss", "dotnet/machinelearning issue 6522", "DeepDiagnosis (ICSE 2022): target out of range"],
        Limitations = $"Class indices below zero that the loss is told to ignore (-100) are valid.",
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
        return symptom.Variant switch
        {
            NonFinite => new Diagnosis(
                $"Targets are NaN or infinite",
                $"{Quotation.Span(symptom, facts, Metric.TargetNonFiniteCount)} up to {worst.Value:N0} targets of a batch were NaN or infinite.",
                [new(Cause.CorruptData, 0.7), new(Cause.LabelError, 0.25)],
                [DataRemedies.Clean()]),
            Index => new Diagnosis(
                $"Class indices are out of range",
                $"{Quotation.Span(symptom, facts, Metric.TargetInvalidCount)} up to {worst.Value:N0} class indices of a batch lay below 0 or beyond the last class of the output.",
                [new(Cause.LabelError, 0.8), new(Cause.WrongLoss, 0.15)],
                [TargetRemedies.Relabel("var valid = (y >= 0).logical_and(y < classes).all(); // classes are 0 … classes - 1")]),
            Range => new Diagnosis(
                $"Targets lie outside 0 … 1",
                $"Binary cross entropy wants targets from 0 to 1. {Quotation.Span(symptom, facts, Metric.TargetMaximum)} they went beyond, furthest to {worst.Value:G4} at step {worst.Step} (limit {worst.Limit:G3}).",
                [new(Cause.LabelError, 0.6), new(Cause.WrongLoss, 0.35)],
                [TargetRemedies.Relabel("y = (y > 0).to_type(ScalarType.Float32); // labels of -1 and 1 to 0 and 1")]),
            Overlong => new Diagnosis(
                $"Targets are longer than their outputs",
                $"{Quotation.Span(symptom, facts, Metric.TargetOverlongFraction)} up to {worst.Value:P0} of the samples of a batch had a target that does not fit into the places of its output: each token takes a place, and a repeated one another for the blank between.",
                [new(Cause.LabelError, 0.6), new(Cause.WrongLoss, 0.3)],
                [TargetRemedies.Fitting()]),
            Blank => new Diagnosis(
                $"Targets ask for the blank",
                $"{Quotation.Span(symptom, facts, Metric.TargetBlankFraction)} up to {worst.Value:P0} of the tokens in the targets of a batch were the blank of the loss, which stands for no token: they are never read, and the loss can fall below zero.",
                [new(Cause.LabelError, 0.7), new(Cause.WrongLoss, 0.25)],
                [TargetRemedies.Relabel("y = y + 1; // tokens 1 … n, and 0 is left to the blank")]),
            Several => new Diagnosis(
                $"Target rows hold several ones for a loss of one class",
                $"{worst.Value:P0} of the target rows looked at hold more than a single one; cross entropy takes one class, or shares that sum to 1.",
                [new(Cause.WrongLoss, 0.7), new(Cause.LabelError, 0.25)],
                [TargetRemedies.Independent()]),
            Shares => new Diagnosis(
                $"Target rows sum to {worst.Value:G4}, not to 1",
                $"Every target row looked at summed to {worst.Value:G4} at step {worst.Step}; cross entropy takes the shares of a distribution, which sum to 1.",
                [new(Cause.LabelError, 0.8), new(Cause.WrongLoss, 0.15)],
                [TargetRemedies.Relabel("y = y / y.sum(1, keepdim: true); // smoothing: (1 - eps) * y + eps / classes")]),
            Logarithms => new Diagnosis(
                facts.Run.Loss?.TakesLogTargets == true ? (Text)$"Probabilities go into a divergence that takes their logarithms" : $"Logarithms go into a divergence that takes probabilities",
                facts.Run.Loss?.TakesLogTargets == true
                ? (Text)$"{facts.Run.Loss.TypeName} is told to take logarithms of probabilities as targets, which are never above 0; they went up to {worst.Value:G4} at step {worst.Step}. What it computes is no divergence."
                : $"{facts.Run.Loss?.TypeName} takes probabilities as targets, which are never below 0; they went down to {worst.Value:G4} at step {worst.Step}. What it computes is no divergence.",
                [new(Cause.LabelError, 0.6), new(Cause.WrongLoss, 0.35)],
                [TargetRemedies.Relabel(facts.Run.Loss?.TakesLogTargets == true
                    ? "var loss = nn.KLDivLoss(log_target: false, reduction: nn.Reduction.BatchMean); // or give it target.log(); TorchSharp's default is true, PyTorch's false"
                    : "var loss = nn.KLDivLoss(log_target: true, reduction: nn.Reduction.BatchMean); // or give it target.exp()")]),
            Signs => new Diagnosis(
                facts.Of(Metric.TargetMaximum) is { Maximum: > 1 and var highest } ? (Text)$"Labels from 0 to {highest:G3} go into a loss of signs" : $"Labels of 0 and 1 go into a loss of signs",
                $"The loss takes labels of -1 and 1; the smallest target was {worst.Value:G3}. A label of 0 costs the same whatever is answered.",
                [new(Cause.LabelError, 0.7), new(Cause.WrongLoss, 0.25)],
                [TargetRemedies.Relabel(facts.Of(Metric.TargetMaximum) is { Maximum: > 1 } ? "y = where(y == one, ones_like(y), -ones_like(y)); // one class against all others" : "y = (2 * y) - 1; // labels of 0 and 1 to -1 and 1")]),
            Crossed => new Diagnosis(
                $"Output and target broadcast against each other",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the loss was that of all pairs of outputs and targets: they have the same number of elements in different shapes.",
                [new(Cause.WrongLoss, 0.6), new(Cause.LabelError, 0.3)],
                [TargetRemedies.SameShape()]),
            _ => new Diagnosis(
                $"Output and target broadcast against each other",
                $"Output and target have the same number of elements in different shapes, so that their difference is a table of all pairs; the loss never fell below {Quotation.RelativeTo(worst.Value)} the targets' variance (limit {worst.Limit:P0}).",
                [new(Cause.WrongLoss, 0.6), new(Cause.LabelError, 0.3)],
                [TargetRemedies.SameShape()]),
        };
    }

    private sealed class Evaluator(InvalidTargetOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _nonFinite = new(context, 1, NonFinite) { Confidence = 1 };
        private readonly SymptomTracker _index = new(context, 1, Index) { Opening = Severity.Info, Confidence = 0.6 };
        private readonly SymptomTracker _range = new(context, options.Patience, Range);
        private readonly SymptomTracker _crossed = new(context, options.CrossedBatches, Crossed) { Opening = Severity.Error, Confidence = 0.97 };
        private readonly SymptomTracker _overlong = new(context, options.Patience, Overlong) { Confidence = 0.97 };
        private readonly SymptomTracker _blank = new(context, options.Patience, Blank) { Confidence = 0.97 };
        private const int FewestSums = 5;
        private readonly BroadcastLoss _level = new();
        private double _crosses = double.NaN;
        private double _several = double.NaN;
        private double _count = double.NaN;
        private double _invalid = double.NaN;
        private double _low = double.NaN;
        private double _high = double.NaN;
        private double _deviation = double.NaN;
        private double _loss = double.NaN;
        private bool _lossSeen;
        private double _broadcast = double.NaN;
        private long _samples;

        public override Text? WhyNotEvaluated => _samples > 0 ? null : (Text)$"not measured: targets";

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.TargetNonFiniteCount:
                    _count = measurement.Value;
                    break;
                case Metric.TargetInvalidCount:
                    _invalid = measurement.Value;
                    break;
                case Metric.TargetBroadcast:
                    _broadcast = measurement.Value;
                    break;
                case Metric.RecognizedBroadcast:
                    _crosses = measurement.Value;
                    break;
                case Metric.TargetOverlongFraction:
                    _overlong.Observe(measurement.Step, measurement.Value > 0, new Reading(measurement.Metric, measurement.Value, 0, ">"));
                    break;
                case Metric.TargetBlankFraction:
                    _blank.Observe(measurement.Step, measurement.Value > 0, new Reading(measurement.Metric, measurement.Value, 0, ">"));
                    break;
                case Metric.TargetMultipleFraction:
                    _several = Math.Max(double.IsNaN(_several) ? 0 : _several, measurement.Value);
                    break;
                case Metric.TargetMinimum:
                    _low = measurement.Value;
                    break;
                case Metric.TargetMaximum:
                    _high = measurement.Value;
                    break;
                case Metric.TargetStandardDeviation:
                    _deviation = measurement.Value;
                    break;
                case Metric.Loss when measurement.Scope == ScopeTable.Run:
                    (_loss, _lossSeen) = (measurement.Value, true);
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            bool any = _overlong.Samples > 0 || !double.IsNaN(_count) || !double.IsNaN(_invalid) || !double.IsNaN(_broadcast) || !double.IsNaN(_high);
            _samples += any ? 1 : 0;
            bool lossBroken = _lossSeen && !double.IsFinite(_loss);
            if (!double.IsNaN(_count) && _nonFinite.Observe(step, _count > 0, new Reading(Metric.TargetNonFiniteCount, _count, 0, ">")) && lossBroken)
            {
                _nonFinite.Raise(Severity.Error, 1);
            }

            if (!double.IsNaN(_invalid) && _index.Observe(step, _invalid > 0, new Reading(Metric.TargetInvalidCount, _invalid, 0, ">")))
            {
                JudgeIndex(lossBroken);
            }

            if (!double.IsNaN(_low) && !double.IsNaN(_high) && IsBinaryLoss)
            {
                JudgeRange(step);
            }

            if (!double.IsNaN(_crosses))
            {
                _crossed.Observe(step, _crosses > 0, new Reading(Metric.RecognizedBroadcast, _crosses, 0, ">"));
                _crosses = double.NaN;
            }

            if (_broadcast > 0)
            {
                _level.Add(step, _loss, _deviation, context.Run.Loss?.Kind);
            }

            (_count, _invalid, _low, _high, _deviation, _loss, _lossSeen, _broadcast) = (double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, false, double.NaN);
        }

        public override void Complete()
        {
            JudgeLabels();
            if (_crossed.Symptom is null)
            {
                JudgeBroadcast();
            }
        }

        /// <summary>What the loss is may be known from its values alone, and so only after some steps.</summary>
        private void JudgeLabels()
        {
            var kind = RecognizedLoss.KindOf(context.Facts);
            if (_several > options.MaximumMultiple && kind == LossKind.CrossEntropy)
            {
                Open(Several, new Evidence("largest_target_multiple_fraction", null, context.Facts.LastStep, _several, options.MaximumMultiple, ">"), Severity.Warning);
            }

            if (kind == LossKind.CrossEntropy && context.Facts.Of(Metric.TargetRowSum) is { Count: >= FewestSums, Last: var sum } sums && (sums.Minimum > 1 + options.SumTolerance || sums.Maximum < 1 - options.SumTolerance))
            {
                Open(Shares, new Evidence(MetricCatalog.NameOf(Metric.TargetRowSum), null, sums.LastStep, sum, sum > 1 ? 1 + options.SumTolerance : 1 - options.SumTolerance, sum > 1 ? ">" : "<"), Severity.Warning);
            }

            if (context.Run.Loss is { Kind: LossKind.KullbackLeibler, TakesLogTargets: { } logarithms } && context.Facts.Of(logarithms ? Metric.TargetMaximum : Metric.TargetMinimum) is { Count: >= FewestSums } bound
                && (logarithms ? bound.Minimum > options.SumTolerance : bound.Maximum < -options.SumTolerance))
            {
                var furthest = new Evidence(MetricCatalog.NameOf(logarithms ? Metric.TargetMaximum : Metric.TargetMinimum), null, logarithms ? bound.MaximumStep : bound.MinimumStep, logarithms ? bound.Maximum : bound.Minimum, 0, logarithms ? ">" : "<");
                Open(Logarithms, furthest, Severity.Warning);
            }

            if (SignLabels.Find(context.Facts) is var (unsigned, severity))
            {
                Open(Signs, unsigned, severity);
            }

            if (_range.Symptom is null && context.Run.Loss is null && IsBinaryLoss && context.Facts.Of(Metric.TargetMaximum) is { Maximum: var high } highest && high > 1 + options.Tolerance)
            {
                Open(Range, new Evidence(MetricCatalog.NameOf(Metric.TargetMaximum), null, highest.MaximumStep, high, 1, ">"), Severity.Error);
            }
        }

        private void Open(string variant, Evidence evidence, Severity severity) => context.Open(new Symptom
        {
            Severity = severity,
            Variant = variant,
            FirstStep = context.Facts.FirstStep,
            LastStep = context.Facts.LastStep,
            Evidence = [evidence],
        });

        private void JudgeBroadcast()
        {
            if (_level.Batches < options.BroadcastBatches || IsClassLoss || IsBinaryLoss || _level.BestShare <= options.BestShare || _level.MeanShare < options.MeanShare)
            {
                return;
            }

            context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Variant = Broadcast,
                FirstStep = _level.Since,
                LastStep = context.Facts.LastStep,
                Evidence = [new Evidence("loss_share_of_target_variance", null, context.Facts.LastStep, _level.BestShare, options.BestShare, ">")],
            });
        }

        private bool IsBinaryLoss => RecognizedLoss.KindOf(context.Facts) is LossKind.BinaryCrossEntropy or LossKind.BinaryCrossEntropyWithLogits;

        private bool IsClassLoss => RecognizedLoss.KindOf(context.Facts) is LossKind.CrossEntropy or LossKind.NegativeLogLikelihood;

        /// <summary>The monitor sees the classes in the output's second dimension, which they need not be; only with a task or loss of classes is that certain enough.</summary>
        private void JudgeIndex(bool lossBroken)
        {
            if (lossBroken)
            {
                _index.Raise(Severity.Error, 0.9);
            }
            else if (context.Run.Task == TrainingTask.MulticlassClassification || (IsClassLoss && context.Run.Task is null))
            {
                _index.Raise(Severity.Warning);
            }
        }

        private void JudgeRange(long step)
        {
            bool above = _high > 1 + options.Tolerance;
            bool ill = above || _low < -options.Tolerance;
            var reading = above ? new Reading(Metric.TargetMaximum, _high, 1, ">") : new Reading(Metric.TargetMinimum, _low, 0, "<");
            if (_range.Observe(step, ill, reading))
            {
                _range.Raise(Severity.Error, 0.97);
            }
        }
    }
}
