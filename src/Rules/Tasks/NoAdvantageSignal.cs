using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9005: the answers of a group all earn the same.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class NoAdvantageSignal(NoAdvantageSignalOptions options) : TaskRule<NoAdvantageSignalOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9005",
        Name = "no-advantage-signal",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"The answers of a group all earn the same, so that none is better than another.",
        Explanation = $"The share of groups without spread in their rewards is taken as logged, or from the spread of rewards or the largest advantage where they are exactly zero. The rule fires when nearly all groups of the second half of the run have none, unless the reward has risen to its best: then there is nothing left to learn.",
        Why = $"An advantage of zero gives a gradient of zero: the run spends its time on nothing.",
        Inputs = [Metric.SilentGroupFraction, Metric.RewardSpread, Metric.AdvantageMaximum, Metric.Reward],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.UninformativeReward, Cause.BatchTooSmall, Cause.InsufficientExploration],
        Remedies =
        [
            new($"Choose questions that succeed sometimes, or filter groups without spread (dynamic sampling).", $"What always fails and what always succeeds teach nothing."),
            new($"Draw more answers to each question (num_generations, rollout.n).", $"The chance that all of them earn the same falls with their number."),
            new($"Reward parts of the way, as format or length.", $"A reward of steps tells answers apart before any is right."),
        ],
        Sources = ["Maintainers of TRL on groups without spread, https://github.com/huggingface/trl/issues/3857", TaskRemedies.Sources.Grpo, "Yu et al. 2025, DAPO: dynamic sampling, arXiv 2503.14476"],
        Limitations = $"With small groups single batches without spread are normal.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        return new Diagnosis(
            $"Rewards tell no answer from another",
            $"From step {symptom.FirstStep} to step {symptom.LastStep} {Quotation.RelativeTo(symptom.Evidence[0].Value)} the groups of answers had no spread in their rewards, so that their advantages are zero.",
            [new(Cause.UninformativeReward, 0.65), new(Cause.BatchTooSmall, 0.15), new(Cause.InsufficientExploration, 0.1)],
            [TaskRemedies.FitQuestions, TaskRemedies.LargerGroups]);
    }

    internal override Text? WhyNotJudged(RunFacts facts)
    {
        long count = new[] { Metric.SilentGroupFraction, Metric.RewardSpread, Metric.AdvantageMaximum }.Max(metric => facts.Of(metric)?.Count ?? 0);
        return count >= Options.MinimumSamples ? null : (Text)$"needs {Options.MinimumSamples} values of the spread of rewards, had {count}";
    }

    internal override Symptom? Judge(RunFacts facts)
    {
        double silent = facts.Series(Metric.SilentGroupFraction)?.MeanOf(0.5, 1) ?? Math.Max(Zeros(facts, Metric.RewardSpread), Zeros(facts, Metric.AdvantageMaximum));
        var series = facts.Series(Metric.SilentGroupFraction) ?? facts.Series(Metric.RewardSpread) ?? facts.Series(Metric.AdvantageMaximum)!;
        bool isDone = RewardCourse.Of(facts) is { IsWon: true };
        if (silent < Options.Share || isDone)
        {
            return null;
        }

        return new Symptom
        {
            Severity = Severity.Warning,
            Confidence = 0.85,
            FirstStep = series.StepAt(0.5),
            LastStep = series.LastStep,
            Evidence = [new Evidence("silent_groups", null, series.LastStep, silent, Options.Share, ">=")],
        };
    }

    /// <summary>The share of the blocks of the second half in which not one value differs from zero.</summary>
    private static double Zeros(RunFacts facts, Metric metric)
    {
        if (facts.Series(metric) is not { } series)
        {
            return 0;
        }

        var (first, end) = series.Part(0.5, 1);
        int zeros = 0;
        for (int i = first; i < end; i++)
        {
            zeros += series.Highests[i] == 0 && series.Lowests[i] == 0 ? 1 : 0;
        }

        return (double)zeros / (end - first);
    }
}

/// <summary>Thresholds of <see cref="NoAdvantageSignal"/>.</summary>
public sealed class NoAdvantageSignalOptions
{
    /// <summary>Gets or sets how many values are needed.</summary>
    /// <value>The default is 10; at least 4.</value>
    [Range(4, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets the share of groups without spread.</summary>
    /// <value>The default is 0.9: half of them is normal, four fifths a nuisance with small groups; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Share { get; set; } = 0.9;
}
