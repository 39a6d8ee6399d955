using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>How much of what is wanted must be lost while the reward rises, and which part of a reward that is (TD9006).</summary>
public sealed class RewardHackingLimitsTests
{
    private const int Count = 100;

    private static readonly Trace Won = Trace.Of(Metric.Reward, StepCurve.Line(Count, 0, 1));

    [Theory]
    [InlineData("held-out tasks, above their beginning", Metric.HeldOutReward, 0.25, 1, 0.5, false)]
    [InlineData("held-out tasks, above their beginning, most of it lost", Metric.HeldOutReward, 0.125, 1, 0.4375, true)]
    [InlineData("held-out tasks that are back where they began", Metric.HeldOutReward, 0.5, 0.75, 0.5, false)]
    [InlineData("held-out tasks that only fell", Metric.HeldOutReward, 1, 1, 0.75, true)]
    [InlineData("a quarter of the successes", Metric.SuccessRate, 1, 1, 0.75, false)]
    [InlineData("less than a quarter of the successes, below their beginning", Metric.SuccessRate, 0.875, 1, 0.8125, false)]
    [InlineData("half of the successes, and back", Metric.SuccessRate, 0.25, 1, 0.5, false)]
    public void WhatIsWantedMustHaveLostAGoodShare(string name, Metric metric, double start, double best, double end, bool isFound)
    {
        _ = name;
        var findings = RuleVerifier.Run(new RewardHacking(new() { Lost = 0.25 }), Won.And(Trace.Of(metric, StepCurve.Levels((30, start), (30, best), (40, end)))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((end, best, start == best ? 0L : 30L, 99L), (finding.Evidence[0].Value, finding.Evidence[0].Limit, finding.FirstStep, finding.LastStep)));
        Assert.All(findings, finding => Assert.Contains(metric == Metric.HeldOutReward ? "the reward on held-out tasks" : "the rate of success", finding.Message.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("correctness", true)]
    [InlineData("acc", true)]
    [InlineData("task", true)]
    [InlineData("unit tests", true)]
    [InlineData("win rate", true)]
    [InlineData("won", true)]
    [InlineData("pass", true)]
    [InlineData("match reward", true)]
    [InlineData("accent", false)]
    [InlineData("style", false)]
    public void APartIsTheOneThatCountsByItsName(string part, bool isFound)
    {
        var findings = RuleVerifier.Run(new RewardHacking(new()), Won.And(Trace.Of(Metric.RewardPart, part, StepCurve.Change(Count, 50, 1, 0.25))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Contains($"the part '{part}'", finding.Message.ToString(), StringComparison.Ordinal));
    }

    /// <summary>Of several that fell the held-out reward is told, then the successes, then a part.</summary>
    [Fact]
    public void TheHeldOutRewardIsToldFirst()
    {
        var fall = StepCurve.Change(Count, 50, 1, 0.25).ToList();
        var part = Won.And(Trace.Of(Metric.RewardPart, "correct", fall));
        var success = part.And(Trace.Of(Metric.SuccessRate, fall));
        var all = success.And(Trace.Of(Metric.HeldOutReward, fall));

        Assert.Equal(["the part 'correct'", "the rate of success", "the reward on held-out tasks"], new[] { part, success, all }.Select(trace =>
            Assert.Single(RuleVerifier.Run(new RewardHacking(new()), trace)).Message.ToString().Split("while ")[1].Split(" fell from")[0]));
    }

    [Theory]
    [InlineData(0.02, true)]
    [InlineData(0.4, false)]
    public void NoiseHidesAFall(double noise, bool isFound) =>
        Assert.Equal(isFound, RuleVerifier.Run(new RewardHacking(new()), Won.And(Trace.Of(Metric.HeldOutReward, SeededCurve.Noisy(Count, step => step < 50 ? 1 : 0.5, noise)))).Count == 1);

    [Theory]
    [InlineData("five values", 5, true)]
    [InlineData("four values", 4, false)]
    public void AFewValuesHaveNoLevel(string name, int count, bool isFound)
    {
        _ = name;
        Assert.Equal(isFound, RuleVerifier.Run(new RewardHacking(new()), Won.And(Trace.Of(Metric.HeldOutReward, StepCurve.Change(count, count - 1, 1, 0.25)).Every(20))).Count == 1);
    }

    [Theory]
    [InlineData("three tenths lost", 7, false)]
    [InlineData("a little less lost", 7.125, true)]
    [InlineData("nothing won", 0, false)]
    public void TheRewardMustHaveRisenAndKeptIt(string name, double end, bool isFound)
    {
        _ = name;
        var rewards = Trace.Of(Metric.Reward, end == 0 ? Enumerable.Repeat(0.5, Count) : StepCurve.Levels((30, 0), (30, 10), (40, end)));

        Assert.Equal(isFound, RuleVerifier.Run(new RewardHacking(new()), rewards.And(Trace.Of(Metric.HeldOutReward, StepCurve.Change(Count, 50, 1, 0.25)))).Count == 1);
    }

    [Theory]
    [InlineData("no other measure", 20, null, "needs a held-out reward, a rate of success or parts of the reward")]
    [InlineData("too few rewards", 19, Metric.HeldOutReward, "needs 20 values of reward, had 19")]
    [InlineData("parts", 20, Metric.RewardPart, null)]
    public void TheReasonSaysWhatIsMissing(string name, int count, Metric? other, string? reason)
    {
        _ = name;
        var trace = Trace.Of(Metric.Reward, StepCurve.Line(count, 0, 1));
        trace = other is { } metric ? trace.And(Trace.Of(metric, metric == Metric.RewardPart ? "style" : string.Empty, Enumerable.Repeat(0.5, 20))) : trace;

        Assert.Equal(reason, RuleVerifier.Status(new RewardHacking(new()), trace).Reason?.ToString());
    }
}
