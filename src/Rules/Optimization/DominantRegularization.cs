using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5009: the gradient of weight decay outweighs that of the data.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class DominantRegularization(DominantRegularizationOptions options) : Rule<DominantRegularizationOptions>(options)
{
    private const string Penalty = "penalty";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5009",
        Name = "dominant-regularization",
        Category = RuleCategory.Optimization,
        Severity = Severity.Warning,
        Summary = $"Weight decay outweighs the data.",
        Explanation = $"The pull of weight decay is divided by the pull of the data. With decay inside the gradient that is the ratio of their norms; with decoupled decay (AdamW), the share of the "
            + $"step that decay makes up. The rule fires when the ratio stays above a limit; it is a warning when the loss gets nowhere, since at rest both pulls balance in healthy runs too. A penalty within the loss is judged by what it leaves: a good part of the loss that no cross entropy explains, and outputs that no longer differ between samples.",
        Why = $"Weights are pulled to zero whatever the data say, and the model can only give constant answers.",
        Inputs = [Metric.RegularizationGradientRatio, Metric.LearningRate, Metric.GlobalUpdateRatio, Metric.RecognizedRemainder],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.ExcessiveRegularization, Cause.OptimizerMismatch],
        Remedies =
        [
            new($"Lower the weight decay.", $"Usual values are 1e-5 to 1e-3, with AdamW up to 0.1."),
        ],
        Sources = ["TheDeepChecker (TOSEM 2022): regularisation gradient at least twice the data's in 5 checks", RemedySources.Loshchilov],
        Limitations = $"Penalties that the loss contains are seen where the rest of it is a cross entropy, as what that does not explain.",
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
        if (symptom.Variant == Penalty)
        {
            return new Diagnosis(
                $"A penalty in the loss wins over the data",
                $"On average {worst.Value:P0} of the loss was no cross entropy of output and target (limit {worst.Limit:P0}), and the outputs came to be the same for every sample.",
                [new(Cause.ExcessiveRegularization, 0.85), new(Cause.LearningRateTooHigh, 0.08)],
                [LowerPenalty()]);
        }

        return new Diagnosis(
            $"Weight decay pulls {worst.Value:G3} times as strongly as the data",
            $"{Quotation.Span(symptom, facts, Metric.RegularizationGradientRatio)} the pull of weight decay was more than {worst.Limit:G3} times that of the data, at most {worst.Value:G3} at step {worst.Step}.",
            [new(Cause.ExcessiveRegularization, 0.9), new(Cause.OptimizerMismatch, 0.05)],
            [OptimizationRemedies.LowerDecay(facts.Run.Optimizer?.WeightDecay ?? double.NaN)]);
    }

    private static Remedy LowerPenalty() => new()
    {
        Title = $"Weigh the penalty less",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "a smaller weight of the penalty" }],
        Rationale = $"Weights that cost more than they save in errors are best at zero, where every sample gets the same answer.",
        Caveat = $"Take the mean of the penalty, not its sum over all weights, so that its weight means the same for every model.",
        Code = "var loss = functional.cross_entropy(output, y) + (1e-4 * penalty);",
        Sources = ["Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, 7.1"],
    };

    /// <summary>So many measurements tell of ten steps, if they are as far apart.</summary>
    private const int FewestMeasured = 5;

    private sealed class Evaluator(DominantRegularizationOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, options.Patience) { Opening = Severity.Info, FewestInSpan = FewestMeasured };
        private double _ratio = double.NaN;
        private double _rate = double.NaN;
        private double _update = double.NaN;

        public override Text? WhyNotEvaluated => context.Facts.Has(Metric.RecognizedLoss) ? null : _tracker.WhyNotEvaluated(options.Patience, Metric.RegularizationGradientRatio);

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.RegularizationGradientRatio:
                    _ratio = measurement.Value;
                    break;
                case Metric.LearningRate:
                    _rate = measurement.Value;
                    break;
                case Metric.GlobalUpdateRatio:
                    _update = measurement.Value;
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            if (!double.IsNaN(_ratio) && Pull() is var pull && !double.IsNaN(pull))
            {
                _tracker.Observe(step, pull > options.MaximumRatio, new Reading(Metric.RegularizationGradientRatio, pull, options.MaximumRatio, ">"));
            }

            (_ratio, _update) = (double.NaN, double.NaN);
        }

        public override void Complete()
        {
            JudgePenalty();
            if (_tracker.Symptom is not null && LossProgress.Of(context.Facts) is { IsBad: true })
            {
                _tracker.Raise(Severity.Warning);
            }
        }

        /// <summary>A penalty that the program adds to the loss: what it leaves of the answers tells whether it is too much.</summary>
        private void JudgePenalty()
        {
            if (context.Facts.Of(Metric.RecognizedRemainder) is { } remainder && remainder.Count >= options.Patience && remainder.Mean > options.MaximumPenalty
                && context.Facts.Of(Metric.BatchVariation, LayerChain.OutputScope) is { } variation && variation.Recent < options.MinimumVariation)
            {
                context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Variant = Penalty,
                    FirstStep = context.Facts.FirstStep,
                    LastStep = context.Facts.LastStep,
                    Evidence = [new Evidence(MetricCatalog.NameOf(Metric.RecognizedRemainder), null, remainder.LastStep, remainder.Mean, options.MaximumPenalty, ">") { MeanOf = remainder.Count - remainder.NonFiniteCount, FromStep = remainder.FirstStep }],
                });
            }
        }

        private double Pull()
        {
            if (context.Run.Optimizer is not { TypeName: "AdamW", WeightDecay: { } decay })
            {
                return _ratio;
            }

            // Decoupled decay shrinks the weights by rate times decay, whatever the gradient; the rest of the step is the data's.
            // Where nothing moves, decay does not either: what should be trained is zero, or not held.
            double share = _update == 0 ? double.NaN : _rate * decay / _update;
            return share >= 1 ? double.MaxValue : share / (1 - share);
        }
    }
}

/// <summary>Thresholds of <see cref="DominantRegularization"/>.</summary>
public sealed class DominantRegularizationOptions
{
    /// <summary>Gets or sets the share of the loss that a penalty may have, on average, where outputs no longer differ.</summary>
    /// <value>The default is 0.1; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumPenalty { get; set; } = 0.1;

    /// <summary>Gets or sets the spread of outputs across samples, relative to their own, below which they no longer differ.</summary>
    /// <value>The default is 0.02; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumVariation { get; set; } = 0.02;

    /// <summary>Gets or sets how many times the data's pull that of weight decay may be.</summary>
    /// <value>The default is 2, as in TheDeepChecker; above 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumRatio { get; set; } = 2;

    /// <summary>Gets or sets how many measurements in a row must exceed the limit.</summary>
    /// <value>The default is 10; TheDeepChecker takes 5 checks, ten steps apart; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 10;
}
