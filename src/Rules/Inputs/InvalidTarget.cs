using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Knowledge;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1006: targets that the output or the loss cannot take.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class InvalidTarget(InvalidTargetOptions options) : Rule<InvalidTargetOptions>(options)
{
    private const string NonFinite = "non-finite";
    private const string Index = "class-index";
    private const string Range = "range";
    private const string Broadcast = "broadcast";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1006",
        Name = "invalid-target",
        Category = RuleCategory.Inputs,
        Severity = Severity.Error,
        Summary = $"Targets are NaN, out of range, or broadcast against the output by mistake.",
        Explanation = $"Four faults: targets that are NaN or infinite; class indices beyond the classes; targets outside 0 … 1 for a binary cross entropy; and shapes such as [n] against [n, 1], which "
            + $"broadcast to n by n. The last is reported when the loss never falls clearly below the variance of the targets: with broadcasting it cannot, however good the model is.",
        Why = $"The loss then asks for something else than what is wanted, and mostly for the mean answer.",
        Inputs = [Metric.TargetNonFiniteCount, Metric.TargetInvalidCount, Metric.TargetBroadcast, Metric.TargetMinimum, Metric.TargetMaximum, Metric.TargetStandardDeviation, Metric.Loss],
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
                $"{Quotation.Span(symptom, facts, Metric.TargetNonFiniteCount)} up to {worst.Value:N0} targets of a batch were no finite numbers.",
                [new(Cause.CorruptData, 0.7), new(Cause.LabelError, 0.25)],
                [DataRemedies.Clean()]),
            Index => new Diagnosis(
                $"Class indices are out of range",
                $"{Quotation.Span(symptom, facts, Metric.TargetInvalidCount)} up to {worst.Value:N0} class indices of a batch lay below 0 or beyond the last class of the output.",
                [new(Cause.LabelError, 0.8), new(Cause.WrongLoss, 0.15)],
                [Relabel("var valid = (y >= 0).logical_and(y < classes).all(); // classes are 0 … classes - 1")]),
            Range => new Diagnosis(
                $"Targets lie outside 0 … 1",
                $"Binary cross entropy wants targets from 0 to 1. {Quotation.Span(symptom, facts, Metric.TargetMaximum)} they went beyond, furthest to {worst.Value:G4} at step {worst.Step} (limit {worst.Limit:G3}).",
                [new(Cause.LabelError, 0.6), new(Cause.WrongLoss, 0.35)],
                [Relabel("y = (y > 0).to_type(ScalarType.Float32); // labels of -1 and 1 to 0 and 1")]),
            _ => new Diagnosis(
                $"Output and target broadcast against each other",
                $"Output and target have the same number of elements in different shapes, so that their difference is a table of all pairs; the loss never fell below {Quotation.RelativeTo(worst.Value)} the targets' variance (limit {worst.Limit:P0}).",
                [new(Cause.WrongLoss, 0.6), new(Cause.LabelError, 0.3)],
                [SameShape()]),
        };
    }

    private static Remedy Relabel(string code) => new()
    {
        Title = $"Bring the labels into the range that the loss assumes",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
        Rationale = $"A label outside of the range has no meaning for the loss, which can fall without bound.",
        Caveat = $"Change the reading of labels everywhere at once, validation included.",
        Code = code,
        Sources = ["DeepDiagnosis (ICSE 2022): target out of range"],
    };

    private static Remedy SameShape() => new()
    {
        Title = $"Give output and target the same shape",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "target.reshape(output.shape)" }],
        Rationale = $"Against a row, a column of outputs is compared with every target, and the best answer to that is their mean.",
        Caveat = $"Squeeze one side only: removing all dimensions of size 1 also removes a batch of one.",
        Code = "using var loss = criterion.call(output, y.reshape(output.shape));",
        Sources = ["dotnet/machinelearning issue 6522", "TheDeepChecker (TOSEM 2022)"],
    };

    private sealed class Evaluator(InvalidTargetOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _nonFinite = new(context, 1, NonFinite) { Confidence = 1 };
        private readonly SymptomTracker _index = new(context, 1, Index) { Opening = Severity.Info, Confidence = 0.6 };
        private readonly SymptomTracker _range = new(context, options.Patience, Range);
        private double _count = double.NaN;
        private double _invalid = double.NaN;
        private double _low = double.NaN;
        private double _high = double.NaN;
        private double _deviation = double.NaN;
        private double _loss = double.NaN;
        private bool _lossSeen;
        private double _broadcast = double.NaN;
        private long _broadcasts;
        private long _broadcastSince;
        private double _bestShare = double.PositiveInfinity;
        private double _levels;
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
            bool any = !double.IsNaN(_count) || !double.IsNaN(_invalid) || !double.IsNaN(_broadcast) || !double.IsNaN(_high);
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

            if (_broadcast > 0)
            {
                CountBroadcast(step);
            }

            (_count, _invalid, _low, _high, _deviation, _loss, _lossSeen, _broadcast) = (double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, false, double.NaN);
        }

        public override void Complete()
        {
            if (_broadcasts < options.BroadcastBatches || IsClassLoss || IsBinaryLoss)
            {
                return;
            }

            double share = _levels / _broadcasts;
            if (_bestShare <= options.BestShare || share < options.MeanShare)
            {
                return;
            }

            context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Variant = Broadcast,
                FirstStep = _broadcastSince,
                LastStep = context.Facts.LastStep,
                Evidence = [new Evidence("loss_share_of_target_variance", null, context.Facts.LastStep, _bestShare, options.BestShare, ">")],
            });
        }

        private bool IsBinaryLoss => context.Run.Loss?.Kind is LossKind.BinaryCrossEntropy or LossKind.BinaryCrossEntropyWithLogits;

        private bool IsClassLoss => context.Run.Loss?.Kind is LossKind.CrossEntropy or LossKind.NegativeLogLikelihood;

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

        private void CountBroadcast(long step)
        {
            double variance = _deviation * _deviation;
            if (!(variance > 0) || !double.IsFinite(_loss))
            {
                return;
            }

            if (_broadcasts++ == 0)
            {
                _broadcastSince = step;
            }

            // The mean over all pairs of a squared difference is at least the variance of the targets; of an absolute one, not much less than half their deviation.
            double share = context.Run.Loss?.Kind is LossKind.MeanAbsoluteError or LossKind.Huber ? 2 * _loss / Math.Min(_deviation, Math.Max(variance, 1e-12)) : _loss / variance;
            _bestShare = Math.Min(_bestShare, share);
            _levels += Math.Min(share, 1);
        }
    }
}

/// <summary>Thresholds of <see cref="InvalidTarget"/>.</summary>
public sealed class InvalidTargetOptions
{
    /// <summary>Gets or sets how many batches in a row must have targets outside 0 … 1 for a binary loss.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 3;

    /// <summary>Gets or sets by how much targets of a binary loss may lie outside 0 … 1.</summary>
    /// <value>The default is 1e-6, for rounding; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Tolerance { get; set; } = 1e-6;

    /// <summary>Gets or sets how many broadcast batches it takes to judge.</summary>
    /// <value>The default is 20; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int BroadcastBatches { get; set; } = 20;

    /// <summary>Gets or sets the share of the targets' variance that no loss may fall below while shapes broadcast.</summary>
    /// <value>The default is 0.9: with broadcasting the share is at least 1 in every batch, by the algebra of variances; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double BestShare { get; set; } = 0.9;

    /// <summary>Gets or sets the share of the targets' variance that losses must have on average (each counted up to 1).</summary>
    /// <value>The default is 0.98; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MeanShare { get; set; } = 0.98;
}
