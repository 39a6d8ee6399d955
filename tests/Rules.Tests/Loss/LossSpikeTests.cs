using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4006 on what is a jump, how far it goes and whether the loss comes back from it.</summary>
public sealed class LossSpikeTests
{
    private const int Window = 32;

    private static readonly LossSpikeOptions AnyLevel = new() { RiseOverLevel = 1 };

    /// <summary>A jump is seen beside what was won since the first loss, since the highest, and beside what the window holds.</summary>
    [Theory]
    [InlineData("a tenth of what was won", 11, 1, 2, false)]
    [InlineData("a tenth of what was won from a peak", 1, 11, 2, false)]
    public void AJumpIsHeldAgainstWhatWasWon(string name, double first, double second, double to, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, Find([first, second, .. Level(Window + 8), to, .. Level(30)], AnyLevel) is not null);
    }

    [Theory]
    [InlineData("as far beyond as the window is wide", 1.5, 0, 2, false)]
    [InlineData("few deviations", 1.5, 1, 4.75, false)]
    public void AJumpIsHeldAgainstTheWindow(string name, double high, int every, double to, bool isTold)
    {
        _ = name;
        var losses = Enumerable.Range(0, 40).Select(step => every == 0 ? step == 30 ? high : 1 : step % 2 == 0 ? 1 : high);

        Assert.Equal(isTold, Find([.. losses, to, .. Level(30)], AnyLevel) is not null);
    }

    /// <summary>Before the window is full only a jump by orders of magnitude is one, and what lies off the level is not taken for it.</summary>
    [Theory]
    [InlineData("more than a thousand times", 6, 1001, true)]
    [InlineData("more than a thousand times the level of four", 4, 1001, false)]
    public void EarlyOnlyOrdersOfMagnitudeCount(string name, int before, double to, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, Find([.. Level(before), to, .. Level(60)]) is not null);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void WhatLiesFarOffTheFirstLevelIsNoPartOfIt(double early, bool isTold) => Assert.Equal(isTold, Find([.. Level(6), early, early, .. Level(26), 4, .. Level(30)]) is { Evidence: [{ Value: 4 }] });

    /// <summary>A loss that may be below zero has no multiples; a step up from a level is one all the same.</summary>
    [Theory]
    [InlineData(-2, -1.5, true)]
    [InlineData(-2, -2.5, false)]
    public void ALossBelowZeroJumpsToo(double level, double to, bool isTold)
    {
        var found = Find([.. Level(40, level), to, to, to, to, to, to, .. Level(30, level)]);

        Assert.Equal(isTold ? Severity.Info : null, found?.Severity);
    }

    [Theory]
    [InlineData("fifteen losses after it", 15, Severity.Info)]
    [InlineData("half a window after it", 16, Severity.Warning)]
    public void WhatStaysRaisedForHalfAWindowIsIll(string name, int after, Severity expected)
    {
        _ = name;
        var found = Find([10, .. Level(60), 3, .. Level(after, 2.5)])!;

        Assert.Equal((expected, null), (found.Severity, found.RecoveredAt));
        Assert.Contains("stayed at 2.5", found.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AJumpAtTheEndStaysWhereItIs() => Assert.Contains("stayed at 3", Find([.. Level(60), 3])!.Message.ToString(), StringComparison.Ordinal);

    /// <summary>Five losses beyond twice the beginning are worse than any single one, whatever comes later.</summary>
    [Theory]
    [InlineData(2, 3, Severity.Info)]
    [InlineData(3, 3, Severity.Warning)]
    [InlineData(4, 2, Severity.Info)]
    public void WhatStaysBeyondTheBeginningIsIllEvenIfItRecovers(int raised, double level, Severity expected)
    {
        var found = Find([.. Level(40), 3, .. Level(raised, level), .. Level(40)])!;

        Assert.Equal((expected, true), (found.Severity, found.RecoveredAt is not null));
    }

    [Theory]
    [InlineData("more than a hundred times the level", 1, 101, Severity.Warning)]
    [InlineData("ten times where it began", 10, 101, Severity.Info)]
    public void AHugeJumpIsIllEvenIfItRecovers(string name, double beginning, double to, Severity expected)
    {
        _ = name;
        Assert.Equal(expected, Find([.. Level(40, beginning), .. Level(40), to, .. Level(30)])!.Severity);
    }

    /// <summary>A start that is left at once is no level to hold a jump against.</summary>
    [Fact]
    public void AHugeJumpIsHeldAgainstTheLevelOfTheFirstThird() => Assert.Equal(Severity.Warning, Find([50, .. Level(60), 150, .. Level(30)])!.Severity);

    [Theory]
    [InlineData("five times in means", 5, 6, true, Severity.Warning)]
    [InlineData("four times in means", 4, 6, true, Severity.Info)]
    [InlineData("five times in single losses", 5, 6, false, Severity.Info)]
    public void LargeJumpsOfMeansThatComeAgainAreIll(string name, int times, double to, bool areMeans, Severity expected)
    {
        _ = name;
        var found = Find([.. Level(40), .. Enumerable.Repeat(Level(20).Prepend(to), times).SelectMany(jump => jump)], run: new RunDescription { Log = new LogDescription { Format = "text", LossIsAveraged = areMeans } })!;

        Assert.Equal(expected, found.Severity);
        Assert.Contains($"Jumps in the run: {times}.", found.Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The largest jump is told, the first of equal ones, and the highest loss within it.</summary>
    [Theory]
    [InlineData(new[] { 4.0 }, new[] { 6.0 }, 6, 71)]
    [InlineData(new[] { 3.0, 5 }, new[] { 4.0 }, 5, 41)]
    public void TheHighestOfAllIsTold(double[] first, double[] second, double value, long step)
    {
        var found = Find([.. Level(40), .. first, .. Level(31 - first.Length), .. second, .. Level(30)])!;

        Assert.Equal((value, step), (found.Evidence[0].Value, found.Evidence[0].Step));
        Assert.NotNull(found.RecoveredAt);
    }

    [Fact]
    public void InfinitiesAndOtherSetsAreNoJumps()
    {
        Assert.Null(Find([.. Level(40), double.PositiveInfinity, double.NaN, .. Level(30)]));
        Assert.Empty(RuleVerifier.Run(new LossSpike(new()), Trace.Of(Metric.Loss, Level(60)).And(Trace.Of(Metric.Loss, "other", [.. Level(40), 30, .. Level(19)]))));
    }

    private static IEnumerable<double> Level(int count, double level = 1) => Enumerable.Repeat(level, count);

    private static Finding? Find(double[] losses, LossSpikeOptions? options = null, RunDescription? run = null) =>
        RuleVerifier.Run(new LossSpike(options ?? new()), Trace.Of(Metric.Loss, losses), run) is [var finding] ? finding : null;
}
