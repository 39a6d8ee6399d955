using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9002: the reward is lost again.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class RewardCollapse(RewardCollapseOptions options) : TaskRule<RewardCollapseOptions>(options)
{
    private const string Sank = "sank";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9002",
        Name = "reward-collapse",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"The reward rose and is lost again, or sinks below where it began.",
        Explanation = $"The best stretch of the reward is compared with its beginning and its end. The rule fires when half of what was won is gone at the end, beyond chance, and does not come back; or when nothing was won and the end lies clearly below the beginning. A smaller loss is told as information.",
        Why = $"The weights at the end are worse than those of an earlier checkpoint.",
        Inputs = [Metric.Reward, Metric.ReferenceDivergence, Metric.UpdateDivergence, Metric.ClippedFraction, Metric.PolicyEntropy],
        RequiredInputs = [Metric.Reward],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.WeakPolicyConstraint, Cause.UnstableValueFunction, Cause.InsufficientExploration],
        Remedies =
        [
            new($"Go back to the checkpoint of the best reward.", $"There the policy was at its best."),
            new($"Lower the learning rate, or end updates earlier (target_kl, fewer epochs per batch).", $"One oversized update is enough to lose a policy."),
            new($"Hold the policy closer to its reference.", $"Far from it the reward is not to be trusted."),
        ],
        Sources = [TaskRemedies.Sources.Henderson, TaskRemedies.Sources.Schulman, "Users' reports of collapse beside ever more cut answers and a growing divergence, https://github.com/verl-project/verl/issues/1051"],
        Limitations = $"A task that was made harder on the way, and a reward whose scale was changed, look the same. A mean over all episodes so far hides a collapse.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        bool isFar = facts.Of(Metric.UpdateDivergence) is { Maximum: > 0.1 } || facts.Of(Metric.ReferenceDivergence) is { Maximum: > 2 } || facts.Of(Metric.ClippedFraction) is { Maximum: > 0.4 };
        IReadOnlyList<CauseLikelihood> causes = isFar
            ? [new(Cause.WeakPolicyConstraint, 0.5), new(Cause.LearningRateTooHigh, 0.35)]
            : [new(Cause.LearningRateTooHigh, 0.45), new(Cause.UnstableValueFunction, 0.25), new(Cause.WeakPolicyConstraint, 0.2)];
        long best = (long)symptom.Values["bestStep"];
        var remedies = CauseAnswers.First(causes[0].Cause, [TaskRemedies.KeepBest(best), TaskRemedies.SmallerSteps, facts.Has(Metric.ReferenceDivergence) ? TaskRemedies.HoldCloser : TaskRemedies.TargetDivergence]);
        return symptom.Variant == Sank
            ? new Diagnosis(
                $"The reward sinks below where it began",
                $"The mean reward fell from {symptom.Values["start"]:G4} in the beginning to {symptom.Values["end"]:G4} in the last tenth of the run, until step {symptom.LastStep}.",
                causes,
                remedies)
            : new Diagnosis(
                $"The reward is lost again",
                $"The mean reward rose from {symptom.Values["start"]:G4} to {symptom.Values["best"]:G4} around step {best} and was {symptom.Values["end"]:G4} in the last tenth of the run, until step {symptom.LastStep}: {symptom.Evidence[0].Value:P0} of what was won is lost.",
                causes,
                remedies);
    }

    internal override Text? WhyNotJudged(RunFacts facts) => facts.Fewer(Metric.Reward, Options.MinimumSamples);

    internal override Symptom? Judge(RunFacts facts)
    {
        var series = facts.Series(Metric.Reward)!;
        if (RewardCourse.Of(facts) is not { } course)
        {
            return null;
        }

        bool collapsed = course.HasGained && course.HasFallen && course.Lost >= Options.Remarkable;
        bool sank = !course.HasGained && course.Start - course.End > 5 * course.Error * Math.Sqrt(2) && course.TrendT < -Options.SinkingTrend
            && course.Start - course.End > Options.Sinking * Math.Max(Math.Abs(course.Start), facts.Of(Metric.RewardSpread)?.Mean ?? 0);
        if (!collapsed && !sank)
        {
            return null;
        }

        var severity = sank || course.Lost >= Options.Collapse ? Severity.Warning : Severity.Info;
        return new Symptom
        {
            Severity = severity,
            Confidence = severity == Severity.Info ? 0.5 : 0.85,
            Variant = sank ? Sank : string.Empty,
            FirstStep = sank ? series.FirstStep : course.BestStep,
            LastStep = series.LastStep,
            Evidence = [sank ? new Evidence("reward_trend", null, series.LastStep, course.TrendT, -Options.SinkingTrend, "<") : new Evidence("reward_lost", null, series.LastStep, course.Lost, severity == Severity.Info ? Options.Remarkable : Options.Collapse, ">=")],
            Values = { ["start"] = course.Start, ["best"] = course.Best, ["bestStep"] = course.BestStep, ["end"] = course.End },
        };
    }
}

/// <summary>Thresholds of <see cref="RewardCollapse"/>.</summary>
public sealed class RewardCollapseOptions
{
    /// <summary>Gets or sets how many rewards are needed.</summary>
    /// <value>The default is 20: fewer have neither a best stretch nor an end; at least 10.</value>
    [Range(10, int.MaxValue)]
    public int MinimumSamples { get; set; } = 20;

    /// <summary>Gets or sets the share of what was won whose loss is a collapse.</summary>
    /// <value>The default is 0.5: rewards swing by less in health; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double Collapse { get; set; } = 0.5;

    /// <summary>Gets or sets the share of what was won whose loss is told as information.</summary>
    /// <value>The default is 0.35; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double Remarkable { get; set; } = 0.35;

    /// <summary>Gets or sets the share of the first level, or of the spread of rewards, by which a reward that never rose must have sunk.</summary>
    /// <value>The default is 0.25; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double Sinking { get; set; } = 0.25;

    /// <summary>Gets or sets the t of the straight line from which a reward that never rose is sinking.</summary>
    /// <value>The default is 4, far beyond chance for sixteen parts; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double SinkingTrend { get; set; } = 4;
}
