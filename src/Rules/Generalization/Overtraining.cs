using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;

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
            + $"and the end is worse beyond noise; where the end is merely no better, it gives info.",
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
            $"The validation loss was best at step {bestStep:F0} with {best:G4}; about {symptom.Values["after"]:F0} validations later, at step {symptom.LastStep}, it is {symptom.Values["last"]:G4}, and the level of its last {symptom.Values["count"]:F0} values is {symptom.Values["end"]:G4}.",
            [new(Cause.TooManyEpochs, 0.55), new(Cause.MissingRegularization, 0.2), new(Cause.OverCapacity, 0.15)],
            [RegularizationRemedies.StopEarly(epoch, (long)bestStep), RegularizationRemedies.WeightDecay(), RegularizationRemedies.Dropout()]);
    }

    private sealed class Evaluator(OvertrainingOptions options, RuleContext context) : RuleEvaluator
    {
        public override Text? WhyNotEvaluated => LossCurve.WhyNotMeasurable(context.Run)
            ?? (Most() is var count && count < options.MinimumValidations ? (Text)$"needs {options.MinimumValidations} validations, had {count}" : null);

        public override void Complete()
        {
            if (WhyNotEvaluated is not null)
            {
                return;
            }

            var curves = context.Facts.Curves.All(Metric.ValidationLoss);
            for (int scope = 0; scope < curves.Length; scope++)
            {
                if (curves[scope] is { } curve && curve.Series.Count >= options.MinimumValidations && Judge(scope, curve))
                {
                    return;
                }
            }
        }

        private bool Judge(int scope, Curve curve)
        {
            var facts = context.Facts;
            if (curve.Describe() is not { Best: > 0 } described || described.After < options.Patience || described.BestIndex > options.LatestBest * described.Blocks
                || described.Rise < options.LeastRise || described.Lost < options.LeastRise)
            {
                return false;
            }

            bool scoreImproved = facts.Of(Metric.ValidationAccuracy, scope) is { } score && score.MaximumStep > described.BestStep
                || facts.Of(Metric.ValidationError, scope) is { } error && error.MinimumStep > described.BestStep;
            bool isWorse = described.Rise > options.MinimumRise && described.Lost > options.LeastLost && described.Z > options.NoiseMultiple && !scoreImproved
                && !(described.End - described.Best < options.LeastOfStart * facts.Of(Metric.Loss)?.First);
            var values = facts.Of(Metric.ValidationLoss, scope)!.Value;
            double limit = described.Best * (1 + options.MinimumRise);
            bool lastTells = curve.Series.Last > limit;
            var symptom = context.Open(new Symptom
            {
                Severity = isWorse ? Severity.Warning : Severity.Info,
                Confidence = isWorse ? 0.8 : 0.6,
                FirstStep = values.MinimumStep,
                LastStep = curve.Series.LastStep,
                Evidence = [new Evidence("validation_loss", scope == ScopeTable.Run ? null : facts.Scopes[scope].Name, curve.Series.LastStep, curve.Series.Last, lastTells ? limit : null, ">")],
                Values =
                {
                    ["best"] = values.Minimum, ["bestStep"] = values.MinimumStep, ["after"] = described.After * curve.Series.Stride, ["last"] = curve.Series.Last,
                    ["end"] = described.End, ["count"] = (described.EndBlocks * curve.Series.Stride) + curve.Series.PendingCount,
                },
            });
            if (facts.Curves.EpochAt(values.MinimumStep) is { } epoch)
            {
                symptom.Values["bestEpoch"] = epoch;
            }

            return true;
        }

        private long Most()
        {
            long most = 0;
            foreach (var curve in context.Facts.Curves.All(Metric.ValidationLoss))
            {
                most = Math.Max(most, curve?.Series.Count ?? 0);
            }

            return most;
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

    /// <summary>Gets or sets the share of the first training loss that must have been lost since the best for the end to be worse.</summary>
    /// <value>The default is 0.003: next to nothing may double and still be next to nothing; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastOfStart { get; set; } = 0.003;

    /// <summary>Gets or sets the share of the run by which the best must have come.</summary>
    /// <value>The default is 0.5; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LatestBest { get; set; } = 0.5;

    /// <summary>Gets or sets the share of its best by which the validation loss must end above it for a warning.</summary>
    /// <value>The default is 0.1, twice that of overfitting, since the training loss is not asked; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double MinimumRise { get; set; } = 0.1;

    /// <summary>Gets or sets the share of its best, and of what was won, by which the validation loss must end above it for anything to be said.</summary>
    /// <value>The default is 0.01: flat at its best is healthy; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastRise { get; set; } = 0.01;

    /// <summary>Gets or sets the share of what validation had won since the first that must be lost again for a warning.</summary>
    /// <value>The default is 0.04; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastLost { get; set; } = 0.04;

    /// <summary>Gets or sets by how many standard errors the validation loss must end above its best for a warning.</summary>
    /// <value>The default is 3; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double NoiseMultiple { get; set; } = 3;
}
