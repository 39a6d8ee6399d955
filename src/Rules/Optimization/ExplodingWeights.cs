using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5005: the weights grow without bound.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ExplodingWeights(ExplodingWeightsOptions options) : Rule<ExplodingWeightsOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5005",
        Name = "exploding-weights",
        Category = RuleCategory.Optimization,
        Severity = Severity.Error,
        Summary = $"The norm of the weights grows without bound while the loss does not go down.",
        Explanation = $"The norm of all weights together is compared with that after the first step. The rule fires when it stays above a multiple while the loss is above where it began. Weights that "
            + $"grow from a small start while the loss falls are healthy.",
        Why = $"Weights that grow this way end beyond the range of their type, and the larger they are, the less a step can change what they do.",
        Inputs = [Metric.GlobalWeightNorm, Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.UnscaledData, Cause.MissingZeroGrad, Cause.WrongLoss, Cause.MissingRegularization],
        Remedies =
        [
            new($"Lower the learning rate.", $"Steps that overshoot carry the weights further out each time."),
            new($"Check the sign of the loss: it must fall when answers get better.", $"Climbing instead of descending grows weights without end."),
            new($"Add weight decay.", $"It pulls weights back in proportion to their size."),
        ],
        Sources = ["TheDeepChecker (TOSEM 2022): weights doubling in consecutive checks", RemedySources.Loshchilov],
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
        return new Diagnosis(
            $"The weights grew to a norm of {worst.Value:G3}",
            $"{Quotation.Span(symptom, facts, Metric.GlobalWeightNorm)} the norm of all weights was above {worst.Limit:G3}, and the loss above where it began; at step {worst.Step} the norm was {worst.Value:G3}.",
            unscaled
                ? [new(Cause.UnscaledData, 0.5), new(Cause.LearningRateTooHigh, 0.4)]
                : [new(Cause.LearningRateTooHigh, 0.65), new(Cause.WrongLoss, 0.15), new(Cause.MissingZeroGrad, 0.1), new(Cause.MissingRegularization, 0.05)],
            [
                .. unscaled ? [DataRemedies.StandardizeInputs()] : Array.Empty<Remedy>(),
                LearningRateRemedies.Lower(facts, 0.1),
                LearningRateRemedies.Clip(facts),
                RegularizationRemedies.WeightDecay(),
            ]);
    }

    private sealed class Evaluator(ExplodingWeightsOptions options, RuleContext context) : GrowingNormEvaluator(context, Metric.GlobalWeightNorm, options.Factor, options.Patience)
    {
        private double _previousNorm;
        private long _previousStep;

        protected override void Judge(long step, double norm)
        {
            if (double.IsNaN(Reference))
            {
                Reference = norm > 0 ? norm : double.NaN;
                return;
            }

            if (!double.IsFinite(norm))
            {
                // Overflow ends a growth that is as good as established.
                if (_previousNorm > options.CertainFactor * Reference)
                {
                    Tracker.Extend(_previousStep, ToReading(_previousNorm)).LastStep = step;
                    Tracker.Raise(Severity.Error, 0.97);
                }

                return;
            }

            bool isWorse = HasLostLoss || Loss > FirstLoss;
            bool ill = isWorse && norm > options.Factor * Reference && norm >= _previousNorm * options.Tolerance;
            if (Tracker.Observe(step, ill, ToReading(norm)) && norm > options.CertainFactor * Reference)
            {
                Tracker.Raise(Severity.Error, 0.97);
            }

            (_previousNorm, _previousStep) = (norm, step);
        }
    }
}

/// <summary>Thresholds of <see cref="ExplodingWeights"/>.</summary>
public sealed class ExplodingWeightsOptions
{
    /// <summary>Gets or sets how many times its first value the norm may be while the loss is above its own first value.</summary>
    /// <value>The default is 10; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double Factor { get; set; } = 10;

    /// <summary>Gets or sets the factor from which there is no other explanation.</summary>
    /// <value>The default is 1,000; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double CertainFactor { get; set; } = 1000;

    /// <summary>Gets or sets the share of the norm before that the norm must keep to count as growing.</summary>
    /// <value>The default is 0.9, so that swings do not end the growth; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Tolerance { get; set; } = 0.9;

    /// <summary>Gets or sets how many measurements in a row must exceed the limit.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;
}
