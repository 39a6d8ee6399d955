using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Knowledge;
using TrainingDoctor.Statistics;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6004: the best validation was long ago.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class Overtraining(OvertrainingOptions options) : Rule<OvertrainingOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6004",
        Name = "overtraining",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"The best validation was long ago.",
        Explanation = $"The rule looks at when the validation loss was best, and the validation score where there is one. It warns when more than half of the validations came after the best, none better, "
            + $"and the end is worse beyond noise; where the end is merely no better, it gives a hint.",
        Why = $"All steps since then cost time and made nothing better.",
        Inputs = [Metric.ValidationLoss, Metric.Loss, Metric.Epoch],
        RequiredInputs = [Metric.ValidationLoss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.TooManyEpochs, Cause.MissingRegularization, Cause.OverCapacity, Cause.LearningRateTooHigh],
        Remedies =
        [
            new($"Stop at the best validation and keep its weights.", $"Nothing was gained after it."),
            new($"Add regularisation, so that longer training pays.", $"Dropout and weight decay move the best point to a later time and a lower loss."),
        ],
        Sources = [RemedySources.Prechelt, "SageMaker Debugger: Overtraining"],
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
        double best = symptom.Values["best"];
        double bestStep = symptom.Values["bestStep"];
        double? epoch = symptom.Values.TryGetValue("bestEpoch", out double known) ? known : null;
        return new Diagnosis(
            $"The best validation was at step {bestStep:F0}",
            $"The validation loss was best at step {bestStep:F0} with {best:G4}; {symptom.Values["after"]:F0} validations later, at step {symptom.LastStep}, it is {symptom.Evidence[0].Value:G4}.",
            [new(Cause.TooManyEpochs, 0.55), new(Cause.MissingRegularization, 0.2), new(Cause.OverCapacity, 0.15)],
            [RegularizationRemedies.StopEarly(epoch, (long)bestStep), RegularizationRemedies.WeightDecay(), RegularizationRemedies.Dropout()]);
    }

    private sealed class Evaluator(OvertrainingOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly ValidationCurves _curves = new(context, Metric.ValidationLoss);

        public override Text? WhyNotEvaluated => _curves.WhyNotJudged(options.MinimumValidations);

        public override void Observe(in Measurement measurement) => _curves.Add(measurement);

        public override void Complete()
        {
            if (WhyNotEvaluated is not null)
            {
                return;
            }

            for (int scope = 0; scope < _curves.Sets.Length; scope++)
            {
                if (_curves.Sets[scope] is { } series && series.Count >= options.MinimumValidations && Judge(scope, series))
                {
                    return;
                }
            }
        }

        private bool Judge(int scope, CompactedSeries series)
        {
            var best = BestValidation.Of(series);
            bool longAgo = best.After >= options.Patience && best.Index <= options.LatestBest * series.BlockCount;
            bool scoreImproved = context.Facts.Of(Metric.ValidationAccuracy, scope) is { } score && score.MaximumStep > best.Step
                || context.Facts.Of(Metric.ValidationError, scope) is { } error && error.MinimumStep > best.Step;
            if (!longAgo || best.Best <= 0)
            {
                return false;
            }

            bool worse = best.Rise > options.MinimumRise && best.Z > options.NoiseMultiple && !scoreImproved;
            var symptom = context.Open(new Symptom
            {
                Severity = worse ? Severity.Warning : Severity.Info,
                Confidence = worse ? 0.85 : 0.6,
                FirstStep = best.Step,
                LastStep = series.LastStep,
                Evidence = [new Evidence("validation_loss", _curves.NameOf(scope), series.LastStep, best.End, best.Best * (1 + options.MinimumRise), ">")],
                Values = { ["best"] = best.Best, ["bestStep"] = best.Step, ["after"] = best.After * series.Stride },
            });
            if (_curves.EpochAt(best.Step) is { } epoch)
            {
                symptom.Values["bestEpoch"] = epoch;
            }

            return true;
        }
    }
}

/// <summary>Thresholds of <see cref="Overtraining"/>.</summary>
public sealed class OvertrainingOptions
{
    /// <summary>Gets or sets how many validations are needed for a judgement.</summary>
    /// <value>The default is 8: half of them must come after the best; at least 4.</value>
    [Range(4, int.MaxValue)]
    public int MinimumValidations { get; set; } = 8;

    /// <summary>Gets or sets how many validations there must be after the best.</summary>
    /// <value>The default is 5; SageMaker Debugger waits for 10; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;

    /// <summary>Gets or sets the share of the run by which the best must have come.</summary>
    /// <value>The default is 0.5; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LatestBest { get; set; } = 0.5;

    /// <summary>Gets or sets the share of its best by which the validation loss must end above it for a warning.</summary>
    /// <value>The default is 0.1, twice that of overfitting, since the training loss is not asked; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double MinimumRise { get; set; } = 0.1;

    /// <summary>Gets or sets by how many standard errors the validation loss must end above its best for a warning.</summary>
    /// <value>The default is 3; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double NoiseMultiple { get; set; } = 3;
}
