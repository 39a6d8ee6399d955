using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1008: the loss leaves out every target of a batch.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class IgnoredTargets(IgnoredTargetsOptions options) : Rule<IgnoredTargetsOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1008",
        Name = "ignored-targets",
        Category = RuleCategory.Inputs,
        Severity = Severity.Error,
        Summary = $"The loss leaves out every target of a batch.",
        Explanation = $"The share of class indices that the loss leaves out (its ignore_index, -100 unless it says otherwise) is counted in every batch. A batch in which all are left out has nothing to learn from; it is an error when the mean over nothing makes the loss of the step NaN.",
        Why = $"The mean over no target is 0/0: one such batch makes the loss NaN and, where nobody looks, every weight.",
        Inputs = [Metric.TargetIgnoredFraction, Metric.Loss],
        RequiredInputs = [Metric.TargetIgnoredFraction],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LabelError, Cause.CorruptData],
        Remedies =
        [
            new($"Drop samples without a target, or cut prompts rather than answers.", $"Every batch then has something to learn from."),
            new($"Check what the labels are replaced by.", $"A mask that is turned round ignores what should be learnt."),
        ],
        Sources = ["PyTorch documentation: CrossEntropyLoss, ignore_index", "PyTorch issue 70348: cross entropy of ignored targets only is NaN"],
        Limitations = $"Class indices at and beyond 0 that a loss written as a function ignores are not known to be ignored.",
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
            $"The loss ignores every target",
            $"In {symptom.Values["batches"]:N0} of {symptom.Values["of"]:N0} batches looked at, first at step {symptom.FirstStep} and last at step {symptom.LastStep}, the loss left out {worst.Value:P0} of the targets.",
            [new(Cause.LabelError, 0.75), new(Cause.CorruptData, 0.2)],
            [
                new Remedy
                {
                    Title = $"Leave out samples that have no target, and check the mask of the labels",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
                    Rationale = $"Without a target there is no loss: the mean over nothing is not a number.",
                    Caveat = $"Prompts that are cut from the left keep their answers.",
                    Code = "if (y.ne(-100).any().item<bool>()) { loss.backward(); optimizer.step(); }",
                    Sources = ["PyTorch documentation: CrossEntropyLoss, ignore_index"],
                },
            ]);
    }

    private sealed class Evaluator(IgnoredTargetsOptions options, RuleContext context) : RuleEvaluator
    {
        private Symptom? _symptom;
        private double _fraction = double.NaN;
        private double _loss = double.NaN;
        private long _batches;
        private long _samples;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.TargetIgnoredFraction)
            {
                _fraction = measurement.Value;
            }
            else if (measurement.Scope == ScopeTable.Run)
            {
                _loss = measurement.Value;
            }
        }

        public override void StepCompleted(long step)
        {
            if (double.IsNaN(_fraction))
            {
                return;
            }

            _samples++;
            if (_fraction >= 1 && ++_batches >= options.MinimumBatches)
            {
                _symptom ??= context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Confidence = 0.97,
                    FirstStep = step,
                    Evidence = [new Evidence(MetricCatalog.NameOf(Metric.TargetIgnoredFraction), null, step, _fraction, 1, ">=")],
                });
                _symptom.LastStep = step;
                _symptom.Severity = double.IsFinite(_loss) ? _symptom.Severity : Severity.Error;
            }

            Note();
            (_fraction, _loss) = (double.NaN, double.NaN);
        }

        private void Note()
        {
            if (_symptom is not null)
            {
                (_symptom.Values["batches"], _symptom.Values["of"]) = (_batches, _samples);
            }
        }
    }
}

/// <summary>Thresholds of <see cref="IgnoredTargets"/>.</summary>
public sealed class IgnoredTargetsOptions
{
    /// <summary>Gets or sets how many batches without a target it takes.</summary>
    /// <value>The default is 1: a single one makes the loss NaN; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumBatches { get; set; } = 1;
}
