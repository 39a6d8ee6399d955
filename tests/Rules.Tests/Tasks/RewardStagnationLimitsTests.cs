using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>What makes a reward that stays where it is healthy, and what tells why it does (TD9001).</summary>
public sealed class RewardStagnationLimitsTests
{
    private const int Count = 120;
    private static readonly RunDescription Games = new() { Task = TrainingTask.Reinforcement };
    private static readonly RunDescription Pairs = new() { Task = TrainingTask.Preference };

    [Theory]
    [InlineData("a reward that swings around one level", 0, null, 0, true)]
    [InlineData("nine of ten succeed", 0, Metric.SuccessRate, 0.9, true)]
    [InlineData("groups that agree on a low reward", -0.125, Metric.SilentGroupFraction, 0.5, true)]
    [InlineData("groups that agree on a high reward", 4, Metric.SilentGroupFraction, 0.5, false)]
    [InlineData("fewer groups that agree on a high reward", 4, Metric.SilentGroupFraction, 0.4, true)]
    [InlineData("groups that agree on a reward below zero", -4, Metric.SilentGroupFraction, 0.5, true)]
    public void WhatIsSolvedNeedNotRise(string name, double offset, Metric? metric, double value, bool isFound)
    {
        _ = name;
        var trace = Rewards(Swinging(Count, offset));

        Assert.Equal(isFound, RuleVerifier.Run(new RewardStagnation(new()), metric is { } other ? trace.And(Trace.Of(other, Enumerable.Repeat(value, Count))) : trace, Games).Count == 1);
    }

    /// <summary>A policy that learns within the first part of a run has no trend later.</summary>
    [Theory]
    [InlineData(-0.25, false)]
    [InlineData(0, true)]
    public void AnEarlyRiseIsARise(double first, bool isFound) =>
        Assert.Equal(isFound, RuleVerifier.Run(new RewardStagnation(new()), Rewards([first, .. SeededCurve.Noisy(Count, _ => 0.375, 0.1).Skip(1)]), Games).Count == 1);

    [Theory]
    [InlineData(100, 0.85)]
    [InlineData(99, 0.7)]
    public void ALongRunIsSurer(int count, double confidence)
    {
        var finding = Assert.Single(RuleVerifier.Run(new RewardStagnation(new()), Rewards(Swinging(count, 0)), Games));

        Assert.Equal((confidence, 0L, count - 1L), (finding.Confidence, finding.FirstStep, finding.LastStep));
        Assert.Contains(FormattableString.Invariant($"Over {count} values"), finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one reward less", 29, 0, "needs 30 values of reward, had 29")]
    [InlineData("three actions of ten at random", 30, 0.3, null)]
    public void TheReasonSaysWhatIsMissing(string name, int count, double exploration, string? reason)
    {
        _ = name;
        var trace = Rewards(Swinging(count, 0)).And(Trace.Of(Metric.ExplorationRate, StepCurve.Change(count, 10, 1, exploration)));

        Assert.Equal(reason, RuleVerifier.Status(new RewardStagnation(new()), trace, Games).Reason?.ToString());
    }

    [Theory]
    [InlineData("nothing else is known", null, 0, Cause.LearningRateTooLow)]
    [InlineData("three groups of five are silent", Metric.SilentGroupFraction, 0.6, Cause.LearningRateTooLow)]
    [InlineData("more are silent", Metric.SilentGroupFraction, 0.625, Cause.UninformativeReward)]
    [InlineData("rewards never differ", Metric.RewardSpread, 0, Cause.UninformativeReward)]
    [InlineData("the policy has moved by a nat", Metric.ReferenceDivergence, 1, Cause.LearningRateTooLow)]
    [InlineData("the policy has moved by more", Metric.ReferenceDivergence, 1.0625, Cause.LearningRateTooHigh)]
    public void WhatElseIsMeasuredTellsWhy(string name, Metric? metric, double value, Cause expected)
    {
        _ = name;
        var trace = Rewards(Swinging(Count, -4));
        var finding = Assert.Single(RuleVerifier.Run(new RewardStagnation(new()), metric is { } other ? trace.And(Trace.Of(other, Enumerable.Repeat(value, Count))) : trace, Games));

        Assert.Equal(expected, finding.Causes[0].Cause);
    }

    /// <summary>An agent that ends within a fiftieth of a loss is where it was, however sure its gain; not so another task, or a gain beyond zero.</summary>
    [Theory]
    [InlineData("a hundredth of the loss", TrainingTask.Reinforcement, -100, -99, true)]
    [InlineData("two hundredths of the loss", TrainingTask.Reinforcement, -100, -97.5, false)]
    [InlineData("another task", TrainingTask.PolicyOptimization, -100, -99, false)]
    [InlineData("a gain of what was won", TrainingTask.Reinforcement, 100, 101, false)]
    public void AHundredthOfALossIsNoGain(string name, TrainingTask task, double first, double last, bool isFound)
    {
        _ = name;
        Assert.Equal(isFound, RuleVerifier.Run(new RewardStagnation(new()), Rewards(StepCurve.Line(Count, first, last)), new RunDescription { Task = task }).Count == 1);
    }

    [Theory]
    [InlineData("as many as chance tells apart with luck", 0, 0.5625, 0.5625, true)]
    [InlineData("more", 0, 0.578125, 0.578125, false)]
    [InlineData("as few as chance tells apart without luck", 0, 0.4375, 0.4375, true)]
    [InlineData("fewer, so that pairs are turned round", 0, 0.421875, 0.421875, false)]
    [InlineData("a margin that grows", 1, 0.5, 0.5, false)]
    [InlineData("an accuracy that grows", 0, 0.4375, 0.53125, false)]
    public void PairsThatAreNotToldApartStayAtChance(string name, double margin, double first, double last, bool isFound)
    {
        _ = name;
        var trace = Trace.Of(Metric.PreferenceMargin, Swinging(Count, 0).Select((swing, step) => (margin * step / Count) + (swing / 16))).And(Trace.Of(Metric.Accuracy, StepCurve.Line(Count, first, last)));
        var findings = RuleVerifier.Run(new RewardStagnation(new() { ByChance = 0.5625 }), trace, Pairs);

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("Chosen and rejected answers are never told apart", 0.85, 0L, 119L), (finding.Title.ToString(), finding.Confidence, finding.FirstStep, finding.LastStep)));
    }

    [Theory]
    [InlineData("as many of both as are needed", 30, 30, null, 0.7)]
    [InlineData("one margin less", 29, 30, "needs 30 values of preference_margin, had 29", 0)]
    [InlineData("one accuracy less", 30, 29, "needs 30 values of accuracy, had 29", 0)]
    [InlineData("a hundred margins", 100, 30, null, 0.85)]
    public void MarginsAndAccuraciesAreNeeded(string name, int margins, int accuracies, string? reason, double confidence)
    {
        _ = name;
        var trace = Trace.Of(Metric.PreferenceMargin, Swinging(margins, 0)).And(Trace.Of(Metric.Accuracy, Enumerable.Repeat(0.5, accuracies)));

        Assert.Equal(reason, RuleVerifier.Status(new RewardStagnation(new()), trace, Pairs).Reason?.ToString());
        Assert.Equal(confidence, RuleVerifier.Run(new RewardStagnation(new()), trace, Pairs).SingleOrDefault()?.Confidence ?? 0);
    }

    /// <summary>A reward beside the pairs is judged in their place.</summary>
    [Fact]
    public void ARewardComesBeforeTheMargin()
    {
        var trace = Trace.Of(Metric.PreferenceMargin, Swinging(Count, 0)).And(Trace.Of(Metric.Accuracy, Enumerable.Repeat(0.5, Count))).And(Rewards(Swinging(Count, 0)));

        Assert.Equal("The reward does not rise", Assert.Single(RuleVerifier.Run(new RewardStagnation(new()), trace, Pairs)).Title.ToString());
    }

    private static Trace Rewards(IEnumerable<double> values) => Trace.Of(Metric.Reward, values);

    private static IEnumerable<double> Swinging(int count, double offset) => Enumerable.Range(0, count).Select(step => offset + (step % 2 == 0 ? 0.25 : 0.5));
}
