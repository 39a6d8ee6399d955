using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9008: most of the policy's updates are clipped.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ClippedUpdates(ClippedUpdatesOptions options) : TaskRule<ClippedUpdatesOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9008",
        Name = "clipped-updates",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"Most of the policy's updates are clipped.",
        Explanation = $"The rule fires when more than half of the ratios stayed clipped over the second half of the run, or a third of them while the reward was lost. Up to three in ten are usual, and more for a few updates of a policy that learns fast.",
        Why = $"A clipped ratio has no gradient: the update has gone as far as it may, and passes over the batch are spent on the rest.",
        Inputs = [Metric.ClippedFraction, Metric.Reward],
        RequiredInputs = [Metric.ClippedFraction],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.WeakPolicyConstraint],
        Remedies =
        [
            new($"Lower the learning rate.", $"Each pass moves the policy by less."),
            new($"Make fewer passes over a batch (n_epochs, num_ppo_epochs, ppo_epochs), or end them by target_kl.", $"Later passes find most ratios clipped."),
        ],
        Sources = [TaskRemedies.Sources.Schulman, TaskRemedies.Sources.Baselines, TaskRemedies.Sources.Details],
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        return new Diagnosis(
            $"Most updates of the policy are clipped",
            $"From step {symptom.FirstStep} to step {symptom.LastStep} {Quotation.RelativeTo(symptom.Evidence[0].Value)} the ratios were clipped.",
            [new(Cause.LearningRateTooHigh, 0.55), new(Cause.WeakPolicyConstraint, 0.35)],
            [TaskRemedies.SmallerSteps, TaskRemedies.TargetDivergence]);
    }

    internal override Text? WhyNotJudged(RunFacts facts) => facts.Fewer(Metric.ClippedFraction, Options.MinimumSamples);

    internal override Symptom? Judge(RunFacts facts)
    {
        var series = facts.Series(Metric.ClippedFraction)!;
        bool isLost = RewardCourse.Of(facts) is { HasFallen: true, HasGained: true, Lost: > 0.3 };
        double limit = isLost ? Options.WithLoss : Options.Share;
        return series.MedianOf(0.5, 1) <= limit ? null : new Symptom
        {
            Severity = Severity.Warning,
            Confidence = 0.75,
            FirstStep = series.StepAt(0.5),
            LastStep = series.LastStep,
            Evidence = [new Evidence("clipped_level", null, series.LastStep, series.MedianOf(0.5, 1), limit, ">")],
        };
    }
}

/// <summary>Thresholds of <see cref="ClippedUpdates"/>.</summary>
public sealed class ClippedUpdatesOptions
{
    /// <summary>Gets or sets how many fractions are needed.</summary>
    /// <value>The default is 10; at least 4.</value>
    [Range(4, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets the share of clipped ratios that must not last.</summary>
    /// <value>The default is 0.5; 0.05 to 0.3 is usual; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Share { get; set; } = 0.5;

    /// <summary>Gets or sets the share that must not last while the reward is lost.</summary>
    /// <value>The default is 0.3; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double WithLoss { get; set; } = 0.3;
}
