using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7009: the loss grows with the batch size.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class SumReducedLoss(SumReducedLossOptions options) : Rule<SumReducedLossOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7009",
        Name = "sum-reduced-loss",
        Category = RuleCategory.Structure,
        Severity = Severity.Warning,
        Summary = $"The loss is summed over the batch, so that it and its gradient grow with the batch size.",
        Explanation = $"The loss says that it sums, or its value is seen to grow with the size of the batch. It is info unless plain gradient descent takes steps that are too large for it: "
            + $"the learning rate times the batch size is the rate that a mean would have. Adam and its kin divide the scale out.",
        Why = $"The learning rate then means something else for every batch size, and the short last batch of an epoch takes a shorter step.",
        Inputs = [Metric.RecognizedLoss, Metric.RecognizedReduction, Metric.BatchLossRatio, Metric.BatchSize, Metric.LearningRate],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.WrongLoss, Cause.LearningRateTooHigh],
        Remedies =
        [
            new($"Use reduction: Reduction.Mean.", $"Loss and gradient then have one scale for every batch size."),
            new($"Or divide the learning rate by the batch size.", $"It is the same step as with a mean."),
        ],
        Sources = ["Goyal et al. 2017: learning rate and batch size", "PyTorch documentation of the losses: reduction"],
        Limitations = $"Variational autoencoders sum on purpose, to weigh reconstruction against divergence.",
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
        string loss = facts.Run.Loss?.TypeName ?? "The loss";
        double size = facts.Of(Metric.BatchSize)?.Maximum ?? double.NaN;
        bool warns = symptom.Severity >= Severity.Warning;
        return new Diagnosis(
            $"{loss} grows with the batch size",
            warns
                ? $"{loss} is summed over batches of {size:N0}; the learning rate of a mean would be {symptom.Evidence[0].Value:G3}, the limit is {symptom.Evidence[0].Limit:G3}."
                : (Text)$"{loss} is summed over the batch.",
            [new(Cause.WrongLoss, 0.7), new(Cause.LearningRateTooHigh, warns ? 0.25 : 0.1)],
            [
                new Remedy
                {
                    Title = $"Use the mean over the batch",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, From = facts.Run.Loss?.TypeName, To = facts.Run.Loss?.TypeName ?? "a mean over the batch" }],
                    Rationale = $"The learning rate then means the same for every batch size.",
                    Caveat = $"Steps become shorter by the batch size: compare learning rates before and after.",
                    Code = $"nn.{facts.Run.Loss?.TypeName ?? "MSELoss"}(reduction: nn.Reduction.Mean)",
                    Sources = ["PyTorch documentation of the losses: reduction"],
                },
                new Remedy
                {
                    Title = double.IsFinite(size) ? $"Or divide the learning rate by the batch size, {size:N0}" : (Text)$"Or divide the learning rate by the batch size",
                    Actions = double.IsFinite(size) && size > 1 ? [new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 1 / size }] : [],
                    Rationale = $"For plain gradient descent it is the same step.",
                    Caveat = $"It must be changed again with every change of the batch size.",
                    Code = "optim.SGD(model.parameters(), learningRate / batchSize)",
                    Sources = ["Goyal et al. 2017"],
                },
            ]);
    }

    private sealed class Evaluator(SumReducedLossOptions options, RuleContext context) : RuleEvaluator
    {
        private Symptom? _symptom;

        public override Text? WhyNotEvaluated => context.Run.Loss?.Reduction is not null || IsMeasured || RecognizedLoss.Of(context.Facts) is not null ? null : (Text)$"needs the loss, or losses of batches of different sizes";

        private bool IsMeasured => context.Facts.Of(Metric.BatchLossRatio) is { Count: var count } && count >= options.Patience;

        public override void StepCompleted(long step)
        {
            if (_symptom is not null || !IsSummed())
            {
                return;
            }

            // The effective rate is known once batch size and rate were measured; until then nothing is opened that could not be taken back.
            double rate = (context.Facts.Of(Metric.LearningRate)?.Maximum ?? double.NaN) * (context.Facts.Of(Metric.BatchSize)?.Maximum ?? double.NaN);
            Open(step, IsPlainDescent && rate > options.MaximumEffectiveRate ? rate : null);
        }

        public override void Complete()
        {
            if (_symptom is null && IsSummed())
            {
                Open(null, null);
            }
        }

        private bool IsPlainDescent => context.Run.Optimizer?.TypeName is "SGD" or "ASGD";

        private bool IsSummed() => context.Run.Loss?.Reduction == "sum" || (context.Run.Loss is null && RecognizedLoss.Of(context.Facts) is { IsSum: true })
            || (context.Run.Loss?.Reduction is null && IsMeasured && context.Facts.Of(Metric.BatchLossRatio)!.Value.Mean > options.MinimumGrowth);

        private void Open(long? step, double? effectiveRate) => _symptom = context.Open(new Symptom
        {
            Severity = effectiveRate is null ? Severity.Info : Severity.Warning,
            Confidence = 0.9,
            FirstStep = step,
            Evidence = [effectiveRate is { } rate ? new Evidence("effective_learning_rate", null, step, rate, options.MaximumEffectiveRate, ">") : new Evidence("mean_batch_loss_ratio", null, step, context.Facts.Of(Metric.BatchLossRatio)?.Mean ?? 1, options.MinimumGrowth, ">")],
        });
    }
}

/// <summary>Thresholds of <see cref="SumReducedLoss"/>.</summary>
public sealed class SumReducedLossOptions
{
    /// <summary>Gets or sets the product of learning rate and batch size from which on plain gradient descent is at risk.</summary>
    /// <value>The default is 0.5: a learning rate of 0.5 with a mean is above what plain descent usually bears; at least 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumEffectiveRate { get; set; } = 0.5;

    /// <summary>Gets or sets how the loss must grow with the batch size: 0 not at all, 1 in proportion.</summary>
    /// <value>The default is 0.8; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumGrowth { get; set; } = 0.8;

    /// <summary>Gets or sets how many comparisons of batch sizes are needed.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;
}
