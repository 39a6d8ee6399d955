using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5001: steps are too large for the weights.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class OversizedUpdate(OversizedUpdateOptions options) : Rule<OversizedUpdateOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5001",
        Name = "oversized-update",
        Category = RuleCategory.Optimization,
        Severity = Severity.Error,
        Summary = $"Steps change the weights by too large a share of their size.",
        Explanation = $"The norm of a step's change of all parameters is divided by their norm before it. About 0.001 is usual. The rule fires when the ratio stays above a limit after the first steps, "
            + $"or when single steps are larger than the weights themselves; it is a warning when the loss does not go down by half, and info when it does.",
        Why = $"A step that replaces the weights forgets what was learnt; rectified units that are thrown below zero stay there.",
        Inputs = [Metric.GlobalUpdateRatio],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.UnscaledData, Cause.PoorInitialization, Cause.OptimizerMismatch],
        Remedies =
        [
            new($"Lower the learning rate so that steps are about a thousandth of the weights.", $"The ratio is proportional to the learning rate."),
            new($"Warm the learning rate up, or clip the gradient.", $"Both shorten the largest steps only."),
        ],
        Sources = ["TheDeepChecker (TOSEM 2022): log10 of the update ratio above -1 is too fast", "Karpathy, CS231n: ratio of weights to updates about 1e-3", RemedySources.Goyal],
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
        bool unscaled = DataFacts.HasUnscaledInputs(facts);
        bool adaptive = facts.Run.Optimizer?.TypeName.StartsWith("Ada", StringComparison.Ordinal) ?? false;
        List<Remedy> remedies =
        [
            LearningRateRemedies.Lower(facts, UpdateSizes.FactorFor(facts)),
            LearningRateRemedies.Warmup(facts),
            LearningRateRemedies.Clip(facts),
        ];
        if (unscaled)
        {
            remedies.Insert(0, DataRemedies.StandardizeInputs());
        }

        return new Diagnosis(
            $"Steps change the weights by {Quotation.RelativeTo(worst.Value)} their size",
            symptom.Variant == "single"
                ? (Text)$"At step {worst.Step} the change of all weights was {worst.Value:G3} times their size (limit {worst.Limit:G3}), and the loss did not recover."
                : $"{Quotation.Span(symptom, facts, Metric.GlobalUpdateRatio)} the change of all weights was more than {Quotation.RelativeTo(worst.Limit ?? 0)} their size at every measured step, at most {worst.Value:G3} times at step {worst.Step}.",
            unscaled && !adaptive ? [new(Cause.LearningRateTooHigh, 0.5), new(Cause.UnscaledData, 0.4)] : [new(Cause.LearningRateTooHigh, 0.85), new(Cause.PoorInitialization, 0.07), new(Cause.OptimizerMismatch, 0.05)],
            remedies);
    }

    private sealed class Evaluator(OversizedUpdateOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _lasting = new(context, options.Patience) { Opening = Severity.Info };
        private long _samples;
        private double _largest;
        private long _largestStep;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_samples, options.FirstSteps + options.Patience, Metric.GlobalUpdateRatio);

        public override void Observe(in Measurement measurement)
        {
            if (_samples++ < 1)
            {
                return;
            }

            if (measurement.Value > _largest)
            {
                (_largest, _largestStep) = (measurement.Value, measurement.Step);
            }

            if (_samples > options.FirstSteps)
            {
                _lasting.Observe(measurement.Step, measurement.Value > options.MaximumRatio, ToReading(measurement.Value, options.MaximumRatio));
            }
        }

        public override void Complete()
        {
            var progress = LossProgress.Of(context.Facts);
            if (context.Facts.Of(Metric.RegularizationGradientRatio) is { Mean: > 1 } && context.Facts.Of(Metric.GlobalWeightNorm) is { } weights && weights.Minimum < 0.1 * weights.First)
            {
                // Weights that decay has shrunk to nothing make any step look large.
                return;
            }

            if (_lasting.Symptom is not null)
            {
                if (!progress.IsGood)
                {
                    _lasting.Raise(Severity.Warning);
                }

                if (progress.IsBad && _largest > options.ReplacingRatio)
                {
                    _lasting.Raise(Severity.Error, 0.95);
                }
            }
            else if (_largest > options.ReplacingRatio && progress.IsBad)
            {
                var single = new SymptomTracker(context, 1, "single");
                single.Observe(_largestStep, true, ToReading(_largest, options.ReplacingRatio));
            }
        }

        private static Reading ToReading(double value, double limit) => new(Metric.GlobalUpdateRatio, value, limit, ">");
    }
}

/// <summary>Thresholds of <see cref="OversizedUpdate"/>.</summary>
public sealed class OversizedUpdateOptions
{
    /// <summary>Gets or sets the share of their size by which a step may change the weights.</summary>
    /// <value>The default is 0.1, as in TheDeepChecker; above 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumRatio { get; set; } = 0.1;

    /// <summary>Gets or sets the ratio from which a single step replaces the weights.</summary>
    /// <value>The default is 1: the step is as large as the weights; above 0.</value>
    [Range(0.0, double.MaxValue)]
    public double ReplacingRatio { get; set; } = 1;

    /// <summary>Gets or sets the number of steps at the start, in which small weights grow fast, that do not count.</summary>
    /// <value>The default is 10; at least 0.</value>
    [Range(0, int.MaxValue)]
    public int FirstSteps { get; set; } = 10;

    /// <summary>Gets or sets how many measurements in a row must exceed the limit.</summary>
    /// <value>The default is 10; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 10;
}
