using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1013: the same few samples come again within a batch.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class RepeatedSamples(RepeatedSamplesOptions options) : Rule<RepeatedSamplesOptions>(options)
{
    private const string Conflict = "conflict";
    private const string Conflicts = "conflicts";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1013",
        Name = "repeated-samples",
        Category = RuleCategory.Inputs,
        Severity = Severity.Warning,
        Summary = $"The same few samples come again and again within a batch.",
        Explanation = $"Rows of a batch are compared with each other, and so are the targets of those that are equal. The rule fires when at least half of the rows equal an earlier row of their batch. Rows of one value, of whole numbers or of features with few values are left out: they repeat rightly.",
        Why = $"A model that sees a handful of samples learns these alone. Where equal inputs have different targets, no model can answer both.",
        Inputs = [Metric.InputDuplicateFraction, Metric.ConflictingTargetFraction, Metric.InputConstantFraction, Metric.InputStandardDeviation],
        RequiredInputs = [Metric.InputDuplicateFraction],
        Granularity = ScopeKind.Run,
        Causes = [Cause.DataOrder, Cause.CorruptData, Cause.LabelError],
        Remedies =
        [
            new($"Give a weighted sampler one weight per sample, not one per class.", $"It draws as many different samples as it has weights."),
            new($"Copy a buffer before it is stored: frame.copy(), or frame.clone() of a tensor.", $"What is stored without a copy changes with the buffer, until all of it shows the last frame."),
        ],
        Sources =
        [
            "PyTorch documentation: WeightedRandomSampler, https://docs.pytorch.org/docs/stable/data.html: a sequence of weights, one for each index that is drawn",
            "Lee et al. 2022, Deduplicating training data makes language models better, ACL, https://arxiv.org/abs/2107.06499",
        ],
        Limitations = $"Only models that take one tensor are looked at, and their first call in a step: of several inputs one may repeat rightly. Reinforcement learning and tasks that draw noise within the model are left out.",
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
        var duplicates = symptom.Evidence[0];
        bool differ = symptom.Values[Conflict] > 0;
        Text seen = $"{Quotation.Span(symptom, facts, Metric.InputDuplicateFraction)} {duplicates.Value:P0} of the rows of a batch equalled an earlier row of it (limit {duplicates.Limit:P0}).";
        return new Diagnosis(
            differ ? (Text)$"The same inputs come with different targets" : (Text)$"The same few samples come again and again",
            differ ? (Text)$"{seen} Of these, {symptom.Values[Conflicts]:P0} had another target than that row." : seen,
            differ ? [new(Cause.LabelError, 0.6), new(Cause.CorruptData, 0.3)] : [new(Cause.DataOrder, 0.6), new(Cause.CorruptData, 0.35)],
            differ ? [CopyBuffers(), CheckSampler()] : [CheckSampler(), CopyBuffers()]);
    }

    private static Remedy CheckSampler() => new()
    {
        Title = $"Let the sampler draw from all samples: one weight per sample, not per class",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ShuffleData }],
        Rationale = $"A sampler that is given the weights of five classes draws the first five samples.",
        Caveat = $"Where the data set itself holds copies, remove those.",
        Code = "var weights = labels.Select(label => 1.0 / counts[label]).ToArray(); // as many as there are samples",
        Sources = ["PyTorch documentation: WeightedRandomSampler, https://docs.pytorch.org/docs/stable/data.html"],
    };

    private static Remedy CopyBuffers() => new()
    {
        Title = $"Copy each sample when it is stored",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
        Rationale = $"A buffer that is filled anew for each sample makes all stored samples equal to the last one, and each keeps its own target.",
        Caveat = $"Copies take memory: store them in a small type, such as bytes.",
        Code = "samples.Add(buffer.clone()); // not samples.Add(buffer)",
        Sources = ["Karpathy 2019, https://karpathy.github.io/2019/04/25/recipe, A recipe for training neural networks: look at the data as the network sees it"],
    };

    private sealed class Evaluator(RepeatedSamplesOptions options, RuleContext context) : RuleEvaluator
    {
        private Symptom? _symptom;
        private double _duplicates = double.NaN;
        private double _conflicts = double.NaN;
        private bool _isConstant;
        private double _sum;
        private double _conflictSum;
        private long _first;
        private long _last;
        private long _samples;
        private long _pairs;

        public override Text? WhyNotEvaluated => RepeatsRightly
            ? $"this kind of training repeats its inputs rightly"
            : NotEvaluated.Unless(_samples, options.MinimumBatches, Metric.InputDuplicateFraction);

        private bool RepeatsRightly => context.Run.Task is TrainingTask.Reinforcement or TrainingTask.PolicyOptimization or TrainingTask.Variational or TrainingTask.Diffusion or TrainingTask.SelfSupervised
            || context.Facts.Of(Metric.EpisodeLength) is not null;

        private double Mean => _sum / _samples;

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.InputDuplicateFraction:
                    _duplicates = measurement.Value;
                    break;
                case Metric.ConflictingTargetFraction:
                    _conflicts = measurement.Value;
                    break;
                case Metric.InputConstantFraction:
                    _isConstant |= measurement.Value >= 1;
                    break;
                case Metric.InputStandardDeviation:
                    _isConstant |= measurement.Value == 0;
                    break;
                default:
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            var (duplicates, conflicts, isConstant) = (_duplicates, _conflicts, _isConstant);
            (_duplicates, _conflicts, _isConstant) = (double.NaN, double.NaN, false);
            if (!double.IsFinite(duplicates) || isConstant)
            {
                return;
            }

            _first = _samples++ == 0 ? step : _first;
            (_sum, _last) = (_sum + duplicates, step);
            if (double.IsFinite(conflicts))
            {
                (_conflictSum, _pairs) = (_conflictSum + conflicts, _pairs + 1);
            }

            bool isIll = Mean >= options.MinimumShare && !RepeatsRightly;
            if (_symptom is not null)
            {
                _symptom.RecoveredAt = isIll ? null : _symptom.RecoveredAt ?? step;
                _symptom.LastStep = isIll ? step : _symptom.LastStep;
            }
            else if (isIll && _samples >= options.MinimumBatches)
            {
                _symptom = context.Open(new Symptom { Severity = Severity.Warning, FirstStep = _first, LastStep = step, Evidence = [Share()] });
                Judge(_symptom);
            }
        }

        public override void Complete()
        {
            if (_symptom is { RecoveredAt: null })
            {
                _symptom.Evidence[0] = Share();
                Judge(_symptom);
            }
        }

        private void Judge(Symptom symptom)
        {
            double conflicts = _pairs > 0 ? _conflictSum / _pairs : 0;
            (symptom.Values[Conflicts], symptom.Values[Conflict]) = (conflicts, conflicts >= options.MinimumConflicts ? 1 : 0);
        }

        private Evidence Share() =>
            new(MetricCatalog.NameOf(Metric.InputDuplicateFraction), null, _last, Mean, options.MinimumShare, ">=") { MeanOf = _samples, FromStep = _first };
    }
}

/// <summary>Thresholds of <see cref="RepeatedSamples"/>.</summary>
public sealed class RepeatedSamplesOptions
{
    /// <summary>Gets or sets the share of the rows of a batch that must equal an earlier one, on average.</summary>
    /// <value>The default is 0.5: copies of a rare class are fewer; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumShare { get; set; } = 0.5;

    /// <summary>Gets or sets the share of those whose target must differ for the labels to be to blame.</summary>
    /// <value>The default is 0.33: of wrong labels that are few, most equal rows have the same; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumConflicts { get; set; } = 0.33;

    /// <summary>Gets or sets how many batches it takes to judge.</summary>
    /// <value>The default is 10; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumBatches { get; set; } = 10;
}
