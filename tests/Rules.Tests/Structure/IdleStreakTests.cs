using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>A part of a gradient has died when it lived for long, is zero for long, and had seldom been zero before.</summary>
public sealed class IdleStreakTests
{
    [Theory]
    [InlineData("five alive, five dead", 0.0, 5, 0.25, 5, true)]
    [InlineData("four alive", 0.0, 4, 0.25, 5, false)]
    [InlineData("four dead", 0.0, 5, 0.25, 4, false)]
    [InlineData("too little of it dead", 0.0, 5, 0.1, 5, false)]
    [InlineData("as little dead as counts", 0.0, 5, 0.125, 5, true)]
    [InlineData("all of it dead", 0.0, 5, 1.0, 5, false)]
    [InlineData("as much dead before", 0.125, 5, 0.25, 5, false)]
    public void WhatLivedAndIsZeroForGoodHasDied(string name, double before, int alive, double share, int dead, bool hasDied) =>
        Assert.True(hasDied == Of([.. Enumerable.Repeat(before, alive), .. Enumerable.Repeat(share, dead)]).HasDied(5), name);

    /// <summary>One idle step of five before is seldom, one of four is not.</summary>
    [Theory]
    [InlineData(new[] { 0.25, 0, 0, 0, 0, 0.5, 0.5, 0.5 }, true)]
    [InlineData(new[] { 0.25, 0, 0, 0, 0.5, 0.5, 0.5 }, false)]
    [InlineData(new[] { 0.25, 0.25, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5 }, true)]
    [InlineData(new[] { 0.25, 0, 0.25, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5 }, false)]
    public void ZerosBeforeMustHaveBeenSeldom(double[] shares, bool hasDied) => Assert.Equal(hasDied, Of(shares).HasDied(3));

    [Fact]
    public void AStreakBeginsWhereTheShareLastChanged()
    {
        var streak = Of([0, 0, 0.25, 0.25 + 5e-7, 0.25 - 5e-7]);

        Assert.Equal((0.25, 3, 20L, 40L), (streak.Share, streak.Count, streak.FirstStep, streak.LastStep));
        Assert.Equal((1, 50L, 50L), Of([0, 0, 0.25, 0.25, 0.25, 0.25 + 2e-6]) is var next ? (next.Count, next.FirstStep, next.LastStep) : default);
    }

    private static IdleStreak Of(double[] shares)
    {
        var streak = new IdleStreak(new Measurement(0, Metric.GradientZeroFraction, 1, shares[0]), 0.125);
        for (int i = 1; i < shares.Length; i++)
        {
            streak.Observe(new Measurement(10 * i, Metric.GradientZeroFraction, 1, shares[i]));
        }

        return streak;
    }
}
