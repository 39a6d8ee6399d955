using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1004: the labels are far from evenly distributed.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ClassImbalance(ClassImbalanceOptions options) : Rule<ClassImbalanceOptions>(options)
{
    private const string Single = "single";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1004",
        Name = "class-imbalance",
        Category = RuleCategory.Inputs,
        Severity = Severity.Warning,
        Summary = $"Some classes are far more frequent than others, or all labels are of one class.",
        Explanation = $"The frequency of the commonest class is divided by that of the rarest, over all labels seen, for classification only. Labels of 0 and 1 for a binary task count by their mean. "
            + $"Class weights in the loss make the finding info, and so does a loss that undercuts a constant answer where a sample has several labels (places, pixels) or labels are words of the model's own vocabulary. "
            + $"A loss that a function computes may be weighted unseen: where its values are none of the usual ones and fell by half, the finding is info too.",
        Why = $"Always answering the frequent class is nearly as good for the loss, and the accuracy hides that rare classes are never found.",
        Inputs = [Metric.TargetMajorityFraction, Metric.TargetMinorityFraction, Metric.TargetClassCount, Metric.TargetMean, Metric.TargetMinimum, Metric.TargetMaximum, Metric.BatchSize, Metric.TargetLabelCount],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.ClassImbalance, Cause.LabelError],
        Remedies =
        [
            new($"Weight the classes in the loss, or draw rare ones more often.", $"Every class then counts alike."),
            new($"Judge by balanced accuracy or recall per class.", $"Accuracy alone rewards ignoring rare classes."),
        ],
        Sources = ["SageMaker Debugger: ClassImbalance, ratio of class counts above 10 after 500 labels", "TheDeepChecker (TOSEM 2022): unbalanced labels"],
        Limitations = $"Token and pixel labels are uneven by nature: they are a warning only where nothing more than a constant answer is learnt. Language models are not judged.",
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
        if (symptom.Variant == Single)
        {
            return new Diagnosis(
                $"All labels are of one class",
                $"All {symptom.Values["labels"]:F0} labels of the measured batches were of one class.",
                [new(Cause.LabelError, 0.75), new(Cause.ClassImbalance, 0.2)],
                [RepairLabels(), DataRemedies.BalanceClasses()]);
        }

        return new Diagnosis(
            $"The commonest class is {worst.Value:F0} times as frequent as the rarest",
            $"Among {symptom.Values["labels"]:F0} labels the commonest class had a share of {symptom.Values["majority"]:P1}, the rarest {symptom.Values["minority"]:P2}: a ratio of {worst.Value:F0} (limit {worst.Limit:F0}).",
            [new(Cause.ClassImbalance, 0.9), new(Cause.LabelError, 0.05)],
            [DataRemedies.BalanceClasses()]);
    }

    private static Remedy RepairLabels() => new()
    {
        Title = $"Check how labels are read and converted",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
        Rationale = $"Labels that were scaled like pixels, or rounded to integers, all become 0.",
        Caveat = $"A loss that falls to zero within a few steps is not a success here.",
        Code = "Console.WriteLine(y.unique().output);",
        Sources = ["Stack Overflow 59325381"],
    };

    private sealed class Evaluator(ClassImbalanceOptions options, RuleContext context) : RuleEvaluator
    {
        private double _majority = double.NaN;
        private double _minority = double.NaN;
        private double _classes = double.NaN;
        private double _sum;
        private double _batches;
        private bool _isBinary = true;
        private double _labels;
        private double _batchSize = 1;
        private double _stepLabels = double.NaN;
        private long _dense;
        private long _steps;
        private bool _measured;
        private double _mean = double.NaN;

        public override Text? WhyNotEvaluated => !IsClassification
            ? (Text)$"the targets are not classes"
            : _labels >= options.MinimumLabels ? null : (Text)$"needs {options.MinimumLabels} labels, had {_labels:F0}";

        private bool IsClassification => context.Run.Task switch
        {
            TrainingTask.MulticlassClassification or TrainingTask.BinaryClassification => true,
            null => !double.IsNaN(_classes),
            _ => false,
        };

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.BatchSize:
                    _batchSize = measurement.Value;
                    break;
                case Metric.TargetLabelCount:
                    _stepLabels = measurement.Value;
                    break;
                case Metric.TargetMajorityFraction:
                    (_majority, _measured) = (measurement.Value, true);
                    break;
                case Metric.TargetMinorityFraction:
                    _minority = measurement.Value;
                    break;
                case Metric.TargetClassCount:
                    _classes = measurement.Value;
                    break;
                case Metric.TargetMean:
                    (_mean, _measured) = (measurement.Value, true);
                    break;
                default:
                    _isBinary &= measurement.Value is 0 or 1;
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            if (!_measured)
            {
                return;
            }

            _measured = false;
            _steps++;
            _dense += _stepLabels > _batchSize ? 1 : 0;
            _labels += double.IsNaN(_stepLabels) ? _batchSize : _stepLabels;
            _stepLabels = double.NaN;
            if (!double.IsNaN(_mean))
            {
                _sum += _mean * _batchSize;
                _batches += _batchSize;
                _mean = double.NaN;
            }
        }

        public override void Complete()
        {
            if (double.IsNaN(_majority) && context.Run.Task == TrainingTask.BinaryClassification && _isBinary && _batches > 0)
            {
                double share = _sum / _batches;
                (_majority, _minority, _classes) = (Math.Max(share, 1 - share), Math.Min(share, 1 - share), share is 0 or 1 ? 1 : 2);
            }

            if (!IsClassification || double.IsNaN(_majority) || _labels < Math.Max(options.MinimumLabels, options.LabelsPerClass * _classes))
            {
                return;
            }

            double ratio = _classes <= 1 ? double.PositiveInfinity : _majority / Math.Max(_minority, 1e-12);
            if (ratio > options.NoticeableRatio)
            {
                Open(ratio);
            }
        }

        /// <summary>Several labels a sample are words or pixels; as many classes as an embedding has rows are the words themselves.</summary>
        private bool AreUnevenByNature() => 2 * _dense > _steps || context.Run.Model is { } model
            && model.Parameters.Any(table => table.Role == ParameterRole.Embedding && table.Shape is [> 2 and var words, ..] && model.Layers.Any(layer => layer.Kind == LayerKind.Linear && layer.OutputFeatures == words));

        private bool IsConstantAnswer() => LossBaseline.Of(context.Facts) is { } cost && context.Facts.LossSeries is { BlockCount: >= 3 } series && series.MeanOf(0.8, 1) > options.ConstantShare * cost;

        private void Open(double ratio)
        {
            bool isWeighted = (context.Run.Loss?.HasClassWeights ?? false) || (RecognizedLoss.MayBeWeighted(context.Facts) && LossProgress.Of(context.Facts).IsGood);
            bool isHarmless = isWeighted || (_classes > 1 && AreUnevenByNature() && !IsConstantAnswer());
            var symptom = context.Open(new Symptom
            {
                Severity = ratio > options.MaximumRatio && !isHarmless ? Severity.Warning : Severity.Info,
                Variant = _classes <= 1 ? Single : string.Empty,
                FirstStep = context.Facts.FirstStep,
                LastStep = context.Facts.LastStep,
                Evidence = [new Evidence(_classes <= 1 ? "single_class_share" : "class_frequency_ratio", null, context.Facts.LastStep, _classes <= 1 ? _majority : ratio, _classes <= 1 ? null : ratio > options.MaximumRatio ? options.MaximumRatio : options.NoticeableRatio, ">")],
            });
            symptom.Values["labels"] = _labels;
            symptom.Values["majority"] = _majority;
            symptom.Values["minority"] = _minority;
        }
    }
}

/// <summary>Thresholds of <see cref="ClassImbalance"/>.</summary>
public sealed class ClassImbalanceOptions
{
    /// <summary>Gets or sets how many times as frequent as the rarest class the commonest may be.</summary>
    /// <value>The default is 20, twice SageMaker Debugger's limit, beyond which balanced batches stop being likely; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double MaximumRatio { get; set; } = 20;

    /// <summary>Gets or sets the ratio from which a finding is info.</summary>
    /// <value>The default is 10, as in SageMaker Debugger; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double NoticeableRatio { get; set; } = 10;

    /// <summary>Gets or sets the share of what a constant answer costs above which nothing more was learnt, where labels are uneven by nature.</summary>
    /// <value>The default is 0.95; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ConstantShare { get; set; } = 0.95;

    /// <summary>Gets or sets how many labels must have been seen.</summary>
    /// <value>The default is 500, as in SageMaker Debugger; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumLabels { get; set; } = 500;

    /// <summary>Gets or sets how many labels must have been seen for each class.</summary>
    /// <value>The default is 50, so that a rare class is rare and not only late; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int LabelsPerClass { get; set; } = 50;
}
