using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9004: the policy is certain although its reward is not at its best.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class EntropyCollapse(EntropyCollapseOptions options) : TaskRule<EntropyCollapseOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9004",
        Name = "entropy-collapse",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"The policy is certain although its reward is not at its best.",
        Explanation = $"Entropy slides down in most runs that go well. The rule fires only when it ends next to zero, or at a small share of its beginning, while the reward never rose or has been lost again.",
        Why = $"A certain policy gives one answer only: its advantages vanish, and it cannot find a better one.",
        Inputs = [Metric.PolicyEntropy, Metric.Reward],
        RequiredInputs = [Metric.PolicyEntropy],
        Granularity = ScopeKind.Run,
        Causes = [Cause.InsufficientExploration, Cause.LearningRateTooHigh],
        Remedies =
        [
            new($"Reward entropy (ent_coef, entropy_coeff), or raise epsilon_high.", $"Uncertainty must be worth something as long as the reward is not."),
            new($"Lower the learning rate, and go back to a checkpoint before the collapse.", $"Large steps make a policy certain of what it saw first."),
            new($"Raise the sampling temperature.", $"Answers that differ have rewards that differ."),
        ],
        Sources = [TaskRemedies.Sources.EntropyMechanism, TaskRemedies.Sources.Schulman, "Yu et al. 2025, DAPO: clip higher, arXiv 2503.14476"],
        Limitations = $"Entropies of continuous actions can be negative and have no natural zero: runs in which they become negative are not judged.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        return new Diagnosis(
            $"The policy is certain of answers that earn little",
            $"The entropy fell from {symptom.Values["start"]:G4} in the beginning to {symptom.Evidence[0].Value:G4} in the last tenth of the run, until step {symptom.LastStep}, while the reward {(symptom.Values["gained"] > 0 ? (Text)$"was lost again" : $"never rose")}.",
            [new(Cause.InsufficientExploration, 0.55), new(Cause.LearningRateTooHigh, 0.35)],
            [TaskRemedies.EntropyBonus, TaskRemedies.SmallerSteps, TaskRemedies.HoldCloser]);
    }

    internal override Text? WhyNotJudged(RunFacts facts) => facts.Fewer(Metric.PolicyEntropy, Options.MinimumSamples)
        ?? (facts.Of(Metric.PolicyEntropy) is { Minimum: < 0 } ? $"the entropy becomes negative, as that of continuous actions may" : RewardCourse.Of(facts) is null ? (Text)$"needs a reward beside the entropy" : null);

    internal override Symptom? Judge(RunFacts facts)
    {
        var series = facts.Series(Metric.PolicyEntropy)!;
        var course = RewardCourse.Of(facts)!.Value;
        double start = Math.Max(series.MeanOf(0, 0.05), series.MeanOf(0, 0.15));
        double end = series.MedianOf(0.9, 1);
        double limit = Math.Max(start * Options.Share, Math.Min(Options.Level, start / 3));
        if (end >= limit || course.IsWon || (course.HasGained && course.Lost < Options.MinimumLoss && course.End - course.Start >= 0.5 * (course.Highest - course.Start)))
        {
            return null;
        }

        int first = 0;
        while (first + 1 < series.BlockCount && series.Means[first] >= limit)
        {
            first++;
        }

        return new Symptom
        {
            Severity = Severity.Warning,
            Confidence = 0.8,
            FirstStep = series.Steps[first],
            LastStep = series.LastStep,
            Evidence = [new Evidence("entropy_level", null, series.LastStep, end, limit, "<")],
            Values = { ["start"] = start, ["gained"] = course.HasGained ? 1 : 0 },
        };
    }
}

/// <summary>Thresholds of <see cref="EntropyCollapse"/>.</summary>
public sealed class EntropyCollapseOptions
{
    /// <summary>Gets or sets how many entropies are needed.</summary>
    /// <value>The default is 10; at least 8.</value>
    [Range(8, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets the entropy below which a policy is certain, in nats.</summary>
    /// <value>The default is 0.05: one token in a hundred is open; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double Level { get; set; } = 0.05;

    /// <summary>Gets or sets the share of the entropy at the beginning below which a policy is certain.</summary>
    /// <value>The default is 0.05; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Share { get; set; } = 0.05;

    /// <summary>Gets or sets the share of what the reward had won that must be lost.</summary>
    /// <value>The default is 0.25; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumLoss { get; set; } = 0.25;
}
