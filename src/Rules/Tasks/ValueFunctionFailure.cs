using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9009: the value function explains nothing of the returns.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ValueFunctionFailure(ValueFunctionFailureOptions options) : TaskRule<ValueFunctionFailureOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9009",
        Name = "value-function-failure",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"The value function explains nothing of the returns.",
        Explanation = $"The explained variance is 1 for a perfect value function, 0 for one as good as a constant, and below 0 for a worse one. It begins near 0 in every run. The rule fires when it is still there in the last quarter and the reward is not at its best; where the reward is, it is told as information when the value is worse than a constant.",
        Why = $"Advantages of a value function that knows nothing are as noisy as the returns themselves.",
        Inputs = [Metric.ExplainedVariance, Metric.Reward],
        RequiredInputs = [Metric.ExplainedVariance],
        Granularity = ScopeKind.Run,
        Causes = [Cause.UnstableValueFunction, Cause.UnscaledData, Cause.LearningRateTooLow],
        Remedies =
        [
            new($"Scale returns or rewards (VecNormalize, reward scaling), and observations.", $"A value function of unit scale learns at the rate of the policy."),
            new($"Raise vf_coef or the critic's own learning rate, and take the value function out of the shared trunk.", $"The policy's loss drowns the value's."),
        ],
        Sources = [TaskRemedies.Sources.Baselines, TaskRemedies.Sources.Details],
        Limitations = $"Where all returns are the same, as at a ceiling, there is no variance to explain.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        return new Diagnosis(
            $"The value function explains nothing of the returns",
            $"In the last quarter of the run, until step {symptom.LastStep}, the explained variance had a level of {symptom.Evidence[0].Value:G3}: 0 is that of a constant.",
            [new(Cause.UnstableValueFunction, 0.5), new(Cause.UnscaledData, 0.3), new(Cause.LearningRateTooLow, 0.1)],
            [
                new Remedy
                {
                    Title = $"Normalise rewards and observations (VecNormalize, normalize_reward)",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "standardize" }],
                    Rationale = $"Returns of large scale take a value function long to reach.",
                    Sources = [TaskRemedies.Sources.Details],
                },
                new Remedy
                {
                    Title = $"Double the weight of the value loss (vf_coef), or give the critic a learning rate of its own",
                    Actions = [TaskRemedies.Setting("vf_coef", factor: 2)],
                    Rationale = $"The critic must follow the policy.",
                    Sources = [TaskRemedies.Sources.Baselines],
                },
            ]);
    }

    internal override Text? WhyNotJudged(RunFacts facts) => facts.Fewer(Metric.ExplainedVariance, Options.MinimumSamples);

    internal override Symptom? Judge(RunFacts facts)
    {
        var series = facts.Series(Metric.ExplainedVariance)!;
        double late = series.MedianOf(0.75, 1);
        if (late > Options.Level || RewardCourse.Of(facts) is { IsAtCeiling: true })
        {
            return null;
        }

        bool isGood = RewardCourse.Of(facts) is { IsNearBest: true };
        return isGood && late > -0.5 ? null : new Symptom
        {
            Severity = isGood ? Severity.Info : Severity.Warning,
            Confidence = isGood ? 0.4 : 0.7,
            FirstStep = series.StepAt(0.75),
            LastStep = series.LastStep,
            Evidence = [new Evidence("explained_level", null, series.LastStep, late, Options.Level, "<=")],
        };
    }
}

/// <summary>Thresholds of <see cref="ValueFunctionFailure"/>.</summary>
public sealed class ValueFunctionFailureOptions
{
    /// <summary>Gets or sets how many values are needed.</summary>
    /// <value>The default is 20; at least 8.</value>
    [Range(8, int.MaxValue)]
    public int MinimumSamples { get; set; } = 20;

    /// <summary>Gets or sets the explained variance that must be passed by the last quarter.</summary>
    /// <value>The default is 0.05, next to that of a constant; bounds -100 to 1.</value>
    [Range(-100.0, 1.0)]
    public double Level { get; set; } = 0.05;
}
