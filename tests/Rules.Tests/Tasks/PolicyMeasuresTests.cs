using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>Limits of what is measured of a policy beside its reward: clipped ratios (TD9008), what the value function explains (TD9009), groups without a signal (TD9005), and the length of answers (TD9007).</summary>
public sealed class PolicyMeasuresTests
{
    private const int Count = 100;

    private static readonly Trace Lost = Rewards(StepCurve.Levels((30, 0), (30, 1), (40, 0)));
    private static readonly Trace Reduced = Rewards(StepCurve.Levels((30, 0), (30, 10), (40, 7)));
    private static readonly Trace Lowered = Rewards(StepCurve.Levels((30, 0), (30, 1), (40, 0.75)));
    private static readonly Trace Won = Rewards(StepCurve.Line(Count, 0, 1));
    private static readonly Trace Pinned = Rewards(Enumerable.Repeat(1.0, Count));
    private static readonly Trace Swinging = Rewards(Enumerable.Range(0, Count).Select(step => step % 2 == 0 ? 0.25 : 0.5));
    private static readonly Trace Sunk = Rewards(StepCurve.Change(Count, 50, 1, 0));

    [Theory]
    [InlineData("half of the ratios", 0.5, "none", false)]
    [InlineData("a third, without a reward", 0.375, "none", false)]
    [InlineData("a third, while the reward is lost", 0.375, "lost", true)]
    [InlineData("three in ten, while the reward is lost", 0.3, "lost", false)]
    [InlineData("a third, while a little of the reward is lost", 0.375, "lowered", false)]
    [InlineData("a third, while three tenths of the reward are lost", 0.375, "reduced", false)]
    [InlineData("a third, while nothing was won", 0.375, "sunk", false)]
    public void ClippedRatiosCountFromTheirLimit(string name, double share, string reward, bool isFound)
    {
        _ = name;
        var findings = RuleVerifier.Run(new ClippedUpdates(new()), With(reward, Trace.Of(Metric.ClippedFraction, StepCurve.Change(Count, 49, 0, share))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((reward == "lost" ? 0.3 : 0.5, share, 50L), (finding.Evidence[0].Limit!.Value, finding.Evidence[0].Value, finding.FirstStep)));
    }

    [Fact]
    public void TenValuesAreEnough()
    {
        Assert.Single(RuleVerifier.Run(new NoAdvantageSignal(new()), Trace.Of(Metric.SilentGroupFraction, Enumerable.Repeat(1.0, 10))));
        Assert.Single(RuleVerifier.Run(new NoAdvantageSignal(new()), Trace.Of(Metric.RewardSpread, Enumerable.Repeat(0.0, 10))));
        Assert.Single(RuleVerifier.Run(new ResponseLengthDrift(new()), Trace.Of(Metric.TruncatedFraction, Enumerable.Repeat(1.0, 10))));
        Assert.Single(RuleVerifier.Run(new ResponseLengthDrift(new()), Trace.Of(Metric.ResponseLength, StepCurve.Change(10, 2, 500, 4))));
    }

    [Theory]
    [InlineData("at the level", 0.05, "none", Severity.Warning)]
    [InlineData("at the level, the reward near its best", 0.05, "won", null)]
    [InlineData("half a variance below, the reward near its best", -0.5, "won", Severity.Info)]
    [InlineData("far below, the reward at its ceiling", -4, "pinned", null)]
    public void WhatIsExplainedCountsFromItsLimit(string name, double level, string reward, Severity? expected)
    {
        _ = name;
        var findings = RuleVerifier.Run(new ValueFunctionFailure(new()), With(reward, Trace.Of(Metric.ExplainedVariance, StepCurve.Change(Count, 74, 0.5, level))));

        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
        Assert.All(findings, finding => Assert.Equal((expected == Severity.Info ? 0.4 : 0.7, level, 75L, 99L), (finding.Confidence, finding.Evidence[0].Value, finding.FirstStep, finding.LastStep)));
    }

    [Theory]
    [InlineData("nine tenths", 0.875, "swinging", true)]
    [InlineData("nine tenths, the reward won", 0.875, "won", false)]
    public void SilentGroupsCountFromTheirLimit(string name, double share, string reward, bool isFound)
    {
        _ = name;
        var findings = RuleVerifier.Run(new NoAdvantageSignal(new() { Share = 0.875 }), With(reward, Trace.Of(Metric.SilentGroupFraction, StepCurve.Change(Count, 50, 0, share))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((share, 50L, 99L), (finding.Evidence[0].Value, finding.FirstStep, finding.LastStep)));
    }

    /// <summary>Where the spread is told and not the share, those of the second half that are nothing at all count: here 48 of 50, or 44.</summary>
    [Theory]
    [InlineData("no spread", Metric.RewardSpread, 2, 1, true)]
    [InlineData("a spread now and then", Metric.RewardSpread, 6, 1, false)]
    [InlineData("advantages below zero", Metric.AdvantageMaximum, 6, -1, false)]
    public void SpreadsOfNothingAreCounted(string name, Metric metric, int others, double other, bool isFound)
    {
        _ = name;
        var findings = RuleVerifier.Run(new NoAdvantageSignal(new()), Trace.Of(metric, StepCurve.Levels((50, 1), (50 - others, 0), (others, other))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(0.96, finding.Evidence[0].Value, 9));
    }

    /// <summary>A block of several values is one of nothing where all of them are.</summary>
    [Theory]
    [InlineData(Metric.AdvantageMaximum, -1)]
    [InlineData(Metric.RewardSpread, 1)]
    public void OneValueOfABlockIsASpread(Metric metric, double other) =>
        Assert.Empty(RuleVerifier.Run(new NoAdvantageSignal(new()), Trace.Of(metric, Enumerable.Range(0, 200).Select(step => step % 2 == 0 ? 0 : other))));

    [Theory]
    [InlineData("at the limit", 0.75, "swinging", 0.125, false, "")]
    [InlineData("more, the reward won", 0.8125, "won", 0.125, false, "")]
    [InlineData("more, as ever", 0.8125, "swinging", 0.8125, true, "limit")]
    [InlineData("more, half of them in the beginning", 0.8125, "swinging", 0.5, true, "")]
    public void TruncatedAnswersCountFromTheirLimit(string name, double share, string reward, double start, bool isFound, string cause)
    {
        _ = name;
        var findings = RuleVerifier.Run(new ResponseLengthDrift(new() { Truncated = 0.75 }), With(reward, Trace.Of(Metric.TruncatedFraction, StepCurve.Change(Count, 40, start, share))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((cause == "limit" ? Cause.TightLengthLimit : Cause.LearningRateTooHigh, cause == "limit" ? 0L : 40L, share), (finding.Causes[0].Cause, finding.FirstStep, finding.Evidence[0].Value)));
    }

    [Theory]
    [InlineData("an eighth", 512, 64, "swinging", false)]
    [InlineData("less, the reward won", 512, 63, "won", false)]
    [InlineData("less, without a reward", 512, 63, "none", true)]
    public void AnswersShrinkFromTheirLimit(string name, double start, double end, string reward, bool isFound)
    {
        _ = name;
        var findings = RuleVerifier.Run(new ResponseLengthDrift(new() { Shrunk = 0.125 }), With(reward, Trace.Of(Metric.ResponseLength, StepCurve.Change(Count, 40, start, end))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("Answers have shrunk to nothing", 0L, end, 64.0), (finding.Title.ToString(), finding.FirstStep, finding.Evidence[0].Value, finding.Evidence[0].Limit)));
    }

    /// <summary>What was told three times only has no last quarter.</summary>
    [Theory]
    [InlineData(Metric.TruncatedFraction, 4, true)]
    [InlineData(Metric.ResponseLength, 4, true)]
    public void AFewLengthsHaveNoLevel(Metric metric, int count, bool isFound)
    {
        bool isLength = metric == Metric.ResponseLength;
        var other = Trace.Of(isLength ? Metric.TruncatedFraction : Metric.ResponseLength, Enumerable.Repeat(isLength ? 0.125 : 300, Count));

        Assert.Equal(isFound, RuleVerifier.Run(new ResponseLengthDrift(new()), other.And(Trace.Of(metric, StepCurve.Change(count, 1, isLength ? 500 : 0.9375, isLength ? 4 : 0.9375)))).Count == 1);
    }

    private static Trace Rewards(IEnumerable<double> values) => Trace.Of(Metric.Reward, values);

    private static Trace With(string reward, Trace trace) => reward switch
    {
        "lost" => trace.And(Lost),
        "lowered" => trace.And(Lowered),
        "reduced" => trace.And(Reduced),
        "won" => trace.And(Won),
        "pinned" => trace.And(Pinned),
        "swinging" => trace.And(Swinging),
        "sunk" => trace.And(Sunk),
        _ => trace,
    };
}
