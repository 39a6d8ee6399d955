using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4004 on losses that go to and fro: by turns, in means, over blocks of steps; with progress and without.</summary>
public sealed class OscillatingLossTests
{
    private static readonly RunDescription Means = new() { Log = new LogDescription { Format = "text", LossIsAveraged = true } };

    [Theory]
    [InlineData("nothing known of the batch", null, null, Cause.LearningRateTooHigh, Cause.BatchTooSmall, "Use batches four times as large")]
    [InlineData("batches of four", 4.0, null, Cause.LearningRateTooHigh, Cause.BatchTooSmall, "Use batches of 32 samples (now 4)")]
    [InlineData("batches of sixteen", 16.0, null, Cause.LearningRateTooHigh, Cause.BatchTooSmall, "Use batches of 64 samples (now 16)")]
    [InlineData("batches of one class each", 4.0, 0.75, Cause.DataOrder, Cause.LearningRateTooHigh, "Use batches of 32 samples (now 4)")]
    public void WhatIsBlamedDependsOnTheBatches(string name, double? batch, double? alike, Cause first, Cause second, string advice)
    {
        _ = name;
        var trace = Trace.Of(Metric.Loss, Alternating(40));
        trace = batch is { } size ? trace.And(Trace.Of(Metric.BatchSize, size)) : trace;
        trace = alike is { } share ? trace.And(Trace.Of(Metric.TargetSingleClassBatch, share)) : trace;

        var finding = Assert.Single(RuleVerifier.Run(new OscillatingLoss(new()), trace));

        Assert.Equal((first, second), (finding.Causes[0].Cause, finding.Causes[1].Cause));
        Assert.Equal(batch is null or > 4, finding.Causes.Any(cause => cause.Cause == Cause.OptimizerMismatch));
        Assert.Equal(first == Cause.DataOrder, finding.Remedies[0].Actions[0].Kind == RemedyActionKind.ShuffleData);
        Assert.Contains(finding.Remedies, remedy => remedy.Title.ToString() == advice);
    }

    [Theory]
    [InlineData("narrow", 0.0625, false)]
    [InlineData("below zero", 1.5, false)]
    public void SwingsMustBeWideAndOfALossThatIsPositive(string name, double size, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, IsTold(Alternating(40, size)));
    }

    /// <summary>Near its floor a loss may vary by many times its level in health.</summary>
    [Theory]
    [InlineData(4, false)]
    [InlineData(3.75, true)]
    public void ALossThatFellToAQuarterMayVary(double first, bool isTold) => Assert.Equal(isTold, IsTold([first, 1, .. Alternating(40)]));

    /// <summary>Means of many batches that scatter are swings; single losses that do are noise.</summary>
    [Fact]
    public void MeansThatScatterAreSwings()
    {
        double[] scattered = [.. Enumerable.Range(0, 60).Select(step => 1 + (0.4 * ((step % 3) - 1)))];

        Assert.True(IsTold(scattered, Means));
        Assert.False(IsTold(scattered, new RunDescription { Log = new LogDescription { Format = "text" } }));
        Assert.False(IsTold([.. Enumerable.Range(0, 60).Select(step => 1 + (0.1 * ((step % 3) - 1)))], Means));
    }

    /// <summary>One batch again and again has no noise of its own.</summary>
    [Theory]
    [InlineData(0.9, false)]
    [InlineData(1, true)]
    public void TheSameBatchAgainIsNoNoise(double identical, bool isTold)
    {
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => 1 + (0.4 * ((step % 3) - 1)))).And(Trace.Of(Metric.InputIdenticalBatch, identical));

        Assert.Equal(isTold, RuleVerifier.Run(new OscillatingLoss(new()), trace).Count == 1);
    }

    /// <summary>Of a long run blocks are looked at: their levels swing where single losses do not.</summary>
    [Theory]
    [InlineData("levels of four steps, a long run", 400, 4, 0.4, true)]
    [InlineData("levels of four steps, a run of half the length", 200, 4, 0.4, false)]
    public void LevelsOfALongRunSwing(string name, int steps, int length, double size, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, IsTold([.. Enumerable.Range(0, steps).Select(step => 1 + (step / length % 2 == 0 ? size : -size))]));
    }

    [Fact]
    public void OtherSetsAreNotTheRun() => Assert.Empty(RuleVerifier.Run(new OscillatingLoss(new()), Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 40)).And(Trace.Of(Metric.Loss, "other", Alternating(40)))));

    private static double[] Alternating(int count, double size = 0.5) => [.. Enumerable.Range(0, count).Select(step => 1 + (step % 2 == 0 ? size : -size))];

    private static bool IsTold(double[] losses, RunDescription? run = null) => RuleVerifier.Run(new OscillatingLoss(new()), Trace.Of(Metric.Loss, losses), run).Count == 1;
}
