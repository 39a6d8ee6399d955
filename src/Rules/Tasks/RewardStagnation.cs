using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9001: the reward never rises.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class RewardStagnation(RewardStagnationOptions options) : TaskRule<RewardStagnationOptions>(options)
{
    private const string Pairs = "pairs";
    private const string Same = "same";
    private const string Falling = "falling";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9001",
        Name = "reward-stagnation",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"The reward never rises, or falls from the beginning, or pairs of answers are never told apart.",
        Explanation = $"The reward of the run is divided into sixteen parts. The rule fires when a straight line through their means does not rise beyond chance, the very first values were no lower than what followed, and no stretch was better than the beginning. "
            + $"A reward at the largest value that it can have, and one of a policy that still explores at random, are left alone. "
            + $"Where only evaluations tell a reward, which are few and each a mean, it fires when all of them are the same, or when they fall all the way from the first. "
            + $"Where pairs of answers are compared, the margin between them takes the reward's place: it begins at 0, and must rise while more than chance are told apart.",
        Why = $"The policy has learned nothing; the loss of such a run tells nothing either way.",
        Inputs = [Metric.Reward, Metric.HeldOutReward, Metric.ExplorationRate, Metric.SilentGroupFraction, Metric.RewardSpread, Metric.ReferenceDivergence, Metric.LearningRate, Metric.SuccessRate, Metric.PreferenceMargin, Metric.Accuracy],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooLow, Cause.UninformativeReward, Cause.BatchTooSmall, Cause.InsufficientExploration, Cause.LearningRateTooHigh, Cause.WrongLoss],
        Remedies =
        [
            new($"Raise the learning rate where rewards differ and the policy hardly moves.", $"The steps are too short for the noise."),
            new($"Draw more answers or episodes per update.", $"The noise of a policy gradient falls with the root of their number."),
            new($"Choose tasks that succeed sometimes, or reward parts of the way.", $"What always fails teaches nothing."),
        ],
        Sources = [TaskRemedies.Sources.Henderson, TaskRemedies.Sources.TrlGrpo, TaskRemedies.Sources.Details],
        Limitations = $"A policy that was good before it was trained stays where it was in health; a reward that comes late, after long exploration, looks the same until it comes.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        if (symptom.Variant == Pairs)
        {
            return new Diagnosis(
                $"Chosen and rejected answers are never told apart",
                $"Over {symptom.Values["count"]:N0} values from step {symptom.FirstStep} to step {symptom.LastStep} the margin between chosen and rejected answers has no trend, and {symptom.Values["accuracy"]:P0} of the pairs were told apart in the second half: half are by chance.",
                [new(Cause.LearningRateTooLow, 0.5), new(Cause.UninformativeReward, 0.3)],
                [TaskRemedies.LargerSteps, TaskRemedies.ReadPairs]);
        }

        if (symptom.Variant is Same or Falling)
        {
            return new Diagnosis(
                symptom.Variant == Same ? (Text)$"The reward is the same in every evaluation" : $"The reward falls from the first evaluation on",
                symptom.Variant == Same
                    ? (Text)$"{symptom.Values["count"]:N0} evaluations from step {symptom.FirstStep} to step {symptom.LastStep} gave the same reward, {symptom.Values["last"]:G4}: what is trained changes nothing that the policy does."
                    : $"In {symptom.Values["count"]:N0} evaluations from step {symptom.FirstStep} to step {symptom.LastStep} the reward fell all the way, from {symptom.Values["first"]:G4} to {symptom.Values["last"]:G4}: the policy learns, and it learns to be worse.",
                symptom.Variant == Same
                    ? [new(Cause.UninformativeReward, 0.35), new(Cause.InsufficientExploration, 0.25), new(Cause.WrongLoss, 0.2), new(Cause.LearningRateTooLow, 0.1)]
                    : [new(Cause.WrongLoss, 0.6), new(Cause.LearningRateTooHigh, 0.25)],
                symptom.Variant == Same ? [TaskRemedies.CheckTargets, TaskRemedies.FitQuestions] : [TaskRemedies.TurnSign, TaskRemedies.SmallerSteps]);
        }

        bool isSilent = facts.Of(Metric.SilentGroupFraction) is { Recent: > 0.6 } || facts.Of(Metric.RewardSpread) is { Maximum: 0 };
        bool hasMoved = facts.Of(Metric.ReferenceDivergence) is { Recent: > 1 };
        return new Diagnosis(
            $"The reward does not rise",
            $"Over {symptom.Values["count"]:N0} values from step {symptom.FirstStep} to step {symptom.LastStep} the reward has no trend: its first quarter had a mean of {symptom.Values["first"]:G4}, its last one of {symptom.Values["last"]:G4}.",
            isSilent ? [new(Cause.UninformativeReward, 0.7), new(Cause.InsufficientExploration, 0.15)]
                : hasMoved ? [new(Cause.LearningRateTooHigh, 0.6), new(Cause.UninformativeReward, 0.2)]
                : [new(Cause.LearningRateTooLow, 0.4), new(Cause.UninformativeReward, 0.25), new(Cause.BatchTooSmall, 0.15), new(Cause.InsufficientExploration, 0.1)],
            isSilent ? [TaskRemedies.FitQuestions, TaskRemedies.LargerGroups] : hasMoved ? [TaskRemedies.SmallerSteps, TaskRemedies.HoldCloser] : [TaskRemedies.LargerSteps, TaskRemedies.LargerBatch, TaskRemedies.FitQuestions]);
    }

    // A reward may come late: before the end only a long time without one tells.
    internal override int FirstLook => 10 * Options.MinimumSamples;

    internal override int Looks => 4;

    internal override Text? WhyNotJudged(RunFacts facts) => IsOfEvaluations(facts) ? null : IsOfPairs(facts) ? facts.Fewer(Metric.PreferenceMargin, Options.MinimumSamples) ?? facts.Fewer(Metric.Accuracy, Options.MinimumSamples) : facts.Fewer(Metric.Reward, Options.MinimumSamples) ?? (facts.Of(Metric.ExplorationRate) is { } rate && rate.Last > Options.MaximumExploration
        ? (Text)$"{rate.Last:P0} of the actions are still chosen at random" : null);

    internal override Symptom? Judge(RunFacts facts)
    {
        if (IsOfEvaluations(facts))
        {
            return OfEvaluations(facts.Series(Metric.HeldOutReward)!);
        }

        if (IsOfPairs(facts))
        {
            return OfPairs(facts);
        }

        var series = facts.Series(Metric.Reward)!;
        if (RewardCourse.Of(facts) is not { } course || course.IsAtCeiling || IsSolved(facts, series) || (!IsStill(facts, course) && (course.TrendT >= Options.MinimumTrend || course.HasGained || course.EarlyRise > Options.EarlyRise)))
        {
            return null;
        }

        double first = series.MeanOf(0, 0.25);
        double last = series.MeanOf(0.75, 1);
        double error = Math.Max(Math.Sqrt(Math.Pow(series.ErrorOf(0, 0.25), 2) + Math.Pow(series.ErrorOf(0.75, 1), 2)), course.Error / Math.Sqrt(2));
        if (last - first > Options.MinimumTrend * error && !IsStill(facts, course))
        {
            return null;
        }

        return new Symptom
        {
            Severity = Severity.Warning,
            Confidence = series.Count >= 100 ? 0.85 : 0.7,
            FirstStep = series.FirstStep,
            LastStep = series.LastStep,
            Evidence = [new Evidence("reward_trend", null, series.LastStep, course.TrendT, Options.MinimumTrend, "<")],
            Values = { ["count"] = series.Count, ["first"] = first, ["last"] = last },
        };
    }

    /// <summary>An agent that learns from nothing and ends within a hundredth of where it began has learned nothing, however sure the hundredth is: a mean of a hundred episodes makes everything sure.</summary>
    private bool IsStill(RunFacts facts, RewardCourse course) => facts.Run.Task == TrainingTask.Reinforcement && course.Start < 0 && course.Best - course.Start < Options.Still * Math.Abs(course.Start);

    private bool IsOfEvaluations(RunFacts facts) => facts.Run.Task == TrainingTask.Reinforcement && facts.Of(Metric.Reward) is null && facts.Series(Metric.HeldOutReward) is { } series && series.BlockCount >= Options.MinimumEvaluations;

    private Symptom? OfEvaluations(Statistics.CompactedSeries series)
    {
        var course = RewardCourse.Of(series);
        var (lowest, highest) = (series.Lowests.ToArray().Min(), series.Highests.ToArray().Max());
        double first = series.MeanOf(0, 0.25);
        double last = series.MeanOf(0.75, 1);
        bool isSame = lowest == highest && series.Count >= Options.EqualEvaluations;
        bool isFalling = course.TrendT <= -Options.FallingTrend && last < first && series.Highests[..Math.Max(1, series.BlockCount / 4)].ToArray().Max() == highest && lowest < highest;
        return !isSame && !isFalling ? null : new Symptom
        {
            Severity = Severity.Warning,
            Confidence = isSame ? 0.7 : 0.85,
            Variant = isSame ? Same : Falling,
            FirstStep = series.FirstStep,
            LastStep = series.LastStep,
            Evidence = [isSame ? new Evidence("evaluations_with_the_same_reward", null, series.LastStep, series.Count, Options.EqualEvaluations, ">=") : new Evidence("reward_trend", null, series.LastStep, course.TrendT, -Options.FallingTrend, "<=")],
            Values = { ["count"] = series.Count, ["first"] = first, ["last"] = last },
        };
    }

    private static bool IsOfPairs(RunFacts facts) => facts.Run.Task == TrainingTask.Preference && facts.Of(Metric.Reward) is null;

    private Symptom? OfPairs(RunFacts facts)
    {
        var margin = facts.Series(Metric.PreferenceMargin)!;
        var accuracy = facts.Series(Metric.Accuracy)!;
        double told = accuracy.MeanOf(0.5, 1);
        var course = RewardCourse.Of(margin);
        if (course.TrendT >= Options.MinimumTrend || RewardCourse.Of(accuracy).TrendT >= Options.MinimumTrend || told > Options.ByChance || told < 1 - Options.ByChance)
        {
            return null;
        }

        return new Symptom
        {
            Severity = Severity.Warning,
            Confidence = margin.Count >= 100 ? 0.85 : 0.7,
            Variant = Pairs,
            FirstStep = margin.FirstStep,
            LastStep = margin.LastStep,
            Evidence = [new Evidence("margin_trend", null, margin.LastStep, course.TrendT, Options.MinimumTrend, "<")],
            Values = { ["count"] = margin.Count, ["accuracy"] = told },
        };
    }

    /// <summary>Where nearly all succeed, or most groups of answers agree on a high reward, there is nothing left to learn.</summary>
    private static bool IsSolved(RunFacts facts, Statistics.CompactedSeries series) =>
        facts.Of(Metric.SuccessRate) is { Recent: > 0.9 }
        || (facts.Of(Metric.SilentGroupFraction) is { Recent: > 0.4 } && facts.Of(Metric.Reward) is { Minimum: >= 0 } reward && series.MeanOf(0.5, 1) > 0.7 * reward.Maximum);
}

/// <summary>Thresholds of <see cref="RewardStagnation"/>.</summary>
public sealed class RewardStagnationOptions
{
    /// <summary>Gets or sets how many rewards are needed.</summary>
    /// <value>The default is 30: fewer show no trend through their noise; at least 16.</value>
    [Range(16, int.MaxValue)]
    public int MinimumSamples { get; set; } = 30;

    /// <summary>Gets or sets how many evaluations show a course, where nothing else tells a reward.</summary>
    /// <value>The default is 8; at least 8.</value>
    [Range(8, int.MaxValue)]
    public int MinimumEvaluations { get; set; } = 8;

    /// <summary>Gets or sets how many evaluations with exactly the same reward tell that nothing changes.</summary>
    /// <value>The default is 12: a policy that was good before its first evaluation may stay so for a while; at least 8.</value>
    [Range(8, int.MaxValue)]
    public int EqualEvaluations { get; set; } = 12;

    /// <summary>Gets or sets the t of a straight line through the evaluations, turned round, from which on they fall.</summary>
    /// <value>The default is 3, one in a hundred for eight values, of which the best must stand among the first besides; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double FallingTrend { get; set; } = 3;

    /// <summary>Gets or sets the t of a straight line below which a reward has no trend.</summary>
    /// <value>The default is 2, the usual one in twenty for sixteen parts; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double MinimumTrend { get; set; } = 2;

    /// <summary>Gets or sets by how many standard deviations of single rewards the run may lie above its very first reward and still have learned nothing.</summary>
    /// <value>The default is 4: a policy that learns within the first part of a run has no trend later; bounds 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double EarlyRise { get; set; } = 4;

    /// <summary>Gets or sets the share of a negative return at the beginning that is no gain.</summary>
    /// <value>The default is 0.02: a game lost by 21 points in the beginning is still lost by 20.6; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Still { get; set; } = 0.02;

    /// <summary>Gets or sets the share of pairs that chance, with a little luck, tells apart.</summary>
    /// <value>The default is 0.54; runs that go well end at 0.65 to 0.85; bounds 0.5 to 1.</value>
    [Range(0.5, 1.0)]
    public double ByChance { get; set; } = 0.54;

    /// <summary>Gets or sets the share of random actions above which a reward need not rise yet.</summary>
    /// <value>The default is 0.3, as deep Q-learning rises where exploration ends; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumExploration { get; set; } = 0.3;
}
