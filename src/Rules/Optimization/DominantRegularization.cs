using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Knowledge;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5009: the gradient of weight decay outweighs that of the data.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class DominantRegularization(DominantRegularizationOptions options) : Rule<DominantRegularizationOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5009",
        Name = "dominant-regularization",
        Category = RuleCategory.Optimization,
        Severity = Severity.Warning,
        Summary = $"Weight decay outweighs the data.",
        Explanation = $"The pull of weight decay is divided by the pull of the data. With decay inside the gradient that is the ratio of their norms; with decoupled decay (AdamW), the share of the "
            + $"step that decay makes up. The rule fires when the ratio stays above a limit; it is a warning when the loss gets nowhere, since at rest both pulls balance in healthy runs too.",
        Why = $"Weights are pulled to zero whatever the data say, and the model can only give constant answers.",
        Inputs = [Metric.RegularizationGradientRatio, Metric.LearningRate, Metric.GlobalUpdateRatio],
        RequiredInputs = [Metric.RegularizationGradientRatio],
        Granularity = ScopeKind.Run,
        Causes = [Cause.ExcessiveRegularization, Cause.OptimizerMismatch],
        Remedies =
        [
            new($"Lower the weight decay.", $"Usual values are 1e-5 to 1e-3, with AdamW up to 0.1."),
        ],
        Sources = ["TheDeepChecker (TOSEM 2022): regularisation gradient at least twice the data's in 5 checks", RemedySources.Loshchilov],
        Limitations = $"Sees the weight decay of the optimizer, not penalties that the loss contains.",
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
            $"Weight decay pulls {worst.Value:G3} times as strongly as the data",
            $"{Quotation.Span(symptom, facts, Metric.RegularizationGradientRatio)} the pull of weight decay was more than {worst.Limit:G3} times that of the data, at most {worst.Value:G3} at step {worst.Step}.",
            [new(Cause.ExcessiveRegularization, 0.9), new(Cause.OptimizerMismatch, 0.05)],
            [OptimizationRemedies.LowerDecay(facts.Run.Optimizer?.WeightDecay ?? double.NaN)]);
    }

    private sealed class Evaluator(DominantRegularizationOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, options.Patience) { Opening = Severity.Info };
        private double _ratio = double.NaN;
        private double _rate = double.NaN;
        private double _update = double.NaN;

        public override Text? WhyNotEvaluated => _tracker.WhyNotEvaluated(options.Patience, Metric.RegularizationGradientRatio);

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
                default:
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
            if (_tracker.Symptom is not null && LossProgress.Of(context.Facts) is { IsBad: true })
            {
                _tracker.Raise(Severity.Warning);
            }
        }

        private double Pull()
        {
            if (context.Run.Optimizer is not { TypeName: "AdamW", WeightDecay: { } decay })
            {
                return _ratio;
            }

            // Decoupled decay shrinks the weights by rate times decay, whatever the gradient; the rest of the step is the data's.
            double share = _rate * decay / _update;
            return share >= 1 ? double.MaxValue : share / (1 - share);
        }
    }
}

/// <summary>Thresholds of <see cref="DominantRegularization"/>.</summary>
public sealed class DominantRegularizationOptions
{
    /// <summary>Gets or sets how many times the data's pull that of weight decay may be.</summary>
    /// <value>The default is 2, as in TheDeepChecker; above 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumRatio { get; set; } = 2;

    /// <summary>Gets or sets how many measurements in a row must exceed the limit.</summary>
    /// <value>The default is 10; TheDeepChecker takes 5 checks, ten steps apart; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 10;
}
