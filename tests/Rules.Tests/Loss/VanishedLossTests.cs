using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4009 on losses that are exactly zero: how many, what was before them, and what else tells that nothing is learnt.</summary>
public sealed class VanishedLossTests
{
    private static readonly VanishedLossOptions Quarter = new() { SuddenShare = 0.25 };
    private static readonly RunDescription Logged = new() { Log = new LogDescription { Format = "text" } };

    [Theory]
    [InlineData(new[] { 2.0, 1, 0, 0 }, null)]
    [InlineData(new[] { 2.0, 1, 0, 0, 0, 0 }, Severity.Warning)]
    [InlineData(new[] { 2.0, 1, 0, 0, 0, 0, 0 }, Severity.Error)]
    [InlineData(new[] { 2, 1, 0, double.NaN, 0, 0 }, Severity.Warning)]
    public void ThreeInARowAreNoAccidentAndFiveAnError(double[] losses, Severity? expected) => Assert.Equal(expected, Told(Trace.Of(Metric.Loss, losses)));

    /// <summary>What falls below a small part of its largest value may be rounded to zero.</summary>
    [Theory]
    [InlineData(new[] { 4.0, -1.5, 0, 0, 0 }, Severity.Warning)]
    [InlineData(new[] { -8.0, 1.5, 0, 0, 0 }, null)]
    public void AFallThatMayBeRoundedIsHealthy(double[] losses, Severity? expected) => Assert.Equal(expected, Told(Trace.Of(Metric.Loss, losses), options: Quarter));

    [Theory]
    [InlineData("no gradient", Metric.GlobalGradientNorm, 0, Severity.Error, Severity.Warning)]
    [InlineData("a gradient", Metric.GlobalGradientNorm, 1, Severity.Warning, Severity.Info)]
    [InlineData("no right answer in training", Metric.Accuracy, 0, Severity.Warning, Severity.Warning)]
    [InlineData("no right answer in validation", Metric.ValidationAccuracy, 0, Severity.Warning, Severity.Warning)]
    public void WhatElseTellsThatNothingIsLearnt(string name, Metric metric, double value, Severity sudden, Severity throughout)
    {
        _ = name;
        Assert.Equal(sudden, Told(Trace.Of(metric, Enumerable.Repeat(value, 5)).And(Trace.Of(Metric.Loss, 2, 1, 0, 0, 0))));
        Assert.Equal(throughout, Told(Trace.Of(metric, Enumerable.Repeat(value, 3)).And(Trace.Of(Metric.Loss, 0, 0, 0))));
    }

    /// <summary>Losses of rewards and of masked batches may be zero in health.</summary>
    [Theory]
    [InlineData("a log of five", true, 5, false, Severity.Warning)]
    [InlineData("a log of five beside a reward", true, 5, true, Severity.Info)]
    [InlineData("five of a live run", false, 5, false, Severity.Info)]
    public void ALogOfZerosAloneHasNoExcuse(string name, bool isLogged, int zeros, bool hasReward, Severity expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.Loss, Enumerable.Repeat(0.0, zeros));

        Assert.Equal(expected, Told(hasReward ? Trace.Of(Metric.Reward, Enumerable.Repeat(1.0, zeros)).And(trace) : trace, isLogged ? Logged : null));
    }

    [Fact]
    public void ALossThatComesBackIsARemark()
    {
        var finding = Assert.Single(RuleVerifier.Run(new VanishedLoss(new()), Trace.Of(Metric.Loss, 2, 1, 0, 0, 0, 1, 0.9)));

        Assert.Equal((Severity.Info, 2L, 4L, 5L), (finding.Severity, finding.FirstStep, finding.LastStep, finding.RecoveredAt));
    }

    /// <summary>Two times of one kind are one finding, from the first to the last; two kinds are two.</summary>
    [Fact]
    public void EachKindIsToldByItself()
    {
        List<(long?, long?, bool)> Told(params double[] losses) =>
            [.. RuleVerifier.Run(new VanishedLoss(new()), Trace.Of(Metric.Loss, losses)).Select(finding => (finding.FirstStep, finding.LastStep, finding.RecoveredAt is null)).Order()];

        Assert.Equal([(2L, 9L, true)], Told(2, 1, 0, 0, 0, 1, 1, 0, 0, 0));
        Assert.Equal([(0L, 2L, false), (4L, 6L, true)], Told(0, 0, 0, 2, 0, 0, 0));
    }

    [Fact]
    public void WhatWasBetweenIsNotToldAsZero()
    {
        var finding = Assert.Single(RuleVerifier.Run(new VanishedLoss(new()), Trace.Of(Metric.Loss, 2, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0)));

        Assert.Contains("exactly zero 7 times, with others between, the last 3 in a row", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheLossOfAnotherSetIsNotThatOfTheRun() => Assert.Null(Told(Trace.Of(Metric.Loss, 2, 1.5, 1.2, 1.1, 1).And(Trace.Of(Metric.Loss, "other", 2, 1, 0, 0, 0))));

    [Theory]
    [InlineData("two losses", 2, false, "needs 3 losses, had 2")]
    [InlineData("last values only", 5, true, "the log holds last values only")]
    public void SaysWhyItDoesNotJudge(string name, int zeros, bool isSummary, string reason)
    {
        _ = name;
        var run = new RunDescription { Log = new LogDescription { Format = "text", IsSummaryOnly = isSummary } };

        var status = RuleVerifier.Status(new VanishedLoss(new()), Trace.Of(Metric.Loss, Enumerable.Repeat(0.0, zeros)), run);

        Assert.Equal(RuleOutcome.NotEvaluated, status.Outcome);
        Assert.StartsWith(reason, status.Reason!.ToString(), StringComparison.Ordinal);
    }

    private static Severity? Told(Trace trace, RunDescription? run = null, VanishedLossOptions? options = null) =>
        RuleVerifier.Run(new VanishedLoss(options ?? new()), trace, run) is [var finding] ? finding.Severity : null;
}
