using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Tests.Curves;

/// <summary>How far a loss has risen and fallen, and beyond which noise, against numbers worked out by a second computation.</summary>
public sealed class LossRiseTests
{
    [Fact]
    public void AShortLossIsToldBlockByBlock()
    {
        var rise = LossRise.Of(CurveOf.Loss(CurveOf.Bend(40, 10, 2, 1, 4, 0.15)));

        Assert.Equal([1.7, 1.025, 10, 3.625, 3.6], Rounded(rise.Start, rise.Lowest, rise.LowestStep, rise.End, rise.Floor));
        Assert.Equal([5.48308403, 7.17209446, -2.49119662, 0.49032460], Rounded(rise.LateTrend, rise.TrendSinceLowest, rise.TrendToLowest, rise.Error));
        Assert.Equal([1.925, 2.6, 0.675, 3.85185185], Rounded(rise.AboveStart, rise.SinceLowest, rise.Fall, rise.Share));
        Assert.True(rise.IsFromLongAgo);
    }

    [Fact]
    public void ALongLossIsToldByItsErrors()
    {
        var rise = LossRise.Of(CurveOf.Loss(CurveOf.Bend(200, 100, 2, 1, 4, 0.3)));

        Assert.Equal([1.91, 1.075, 96, 3.595, 3.115], Rounded(rise.Start, rise.Lowest, rise.LowestStep, rise.End, rise.Floor));
        Assert.Equal([9.16788411, 9.28019469, -5.49083526, 0.34172293], Rounded(rise.LateTrend, rise.TrendSinceLowest, rise.TrendToLowest, rise.Error));
    }

    /// <summary>The lowest level is of long ago where it ended before the last seventh.</summary>
    [Theory]
    [InlineData(14, true)]
    [InlineData(15, false)]
    public void TheLowestLevelIsOfLongAgoOrNot(int lowest, bool expected) =>
        Assert.Equal(expected, LossRise.Of(CurveOf.Loss(Enumerable.Range(0, 20).Select(step => 1.0 + Math.Abs(step - lowest - 0.5)))).IsFromLongAgo);

    [Theory]
    [InlineData("by as many errors", 40, 20, 4, 0.05, 9.942)]
    [InlineData("by half as many, with as sure a trend", 40, 10, 3, 0.05, 9.191)]
    [InlineData("by just half as many, with a surer trend", 40, 20, 4, 0.15, 7.240)]
    [InlineData("by as many errors, in a long run", 200, 100, 4, 0.05, 26.871)]
    [InlineData("by half as many, with as sure a trend, in a long run", 200, 50, 4, 0.15, 13.783)]
    [InlineData("by just half as many, in a long run", 200, 150, 4, 0.3, 6.893)]
    public void ALossIsAboveItsStartUpToSoManyErrors(string name, int steps, int turn, double to, double noise, double errors)
    {
        _ = name;
        var rise = LossRise.Of(CurveOf.Loss(CurveOf.Bend(steps, turn, 2, 1, to, noise)));

        Assert.Equal((true, false), (rise.IsAboveStartBeyondNoise(errors - 0.002), rise.IsAboveStartBeyondNoise(errors + 0.002)));
    }

    [Theory]
    [InlineData("by as many errors, in a long run", 200, 50, 1, 4, 0.05, 15.056)]
    [InlineData("by half as many, with as sure a trend", 40, 20, 1, 2.5, 0.05, 7.345)]
    [InlineData("by just half as many, with a surer trend", 40, 10, 1.5, 2.05, 0.05, 4.711)]
    [InlineData("by half as many, with as sure a trend, in a long run", 200, 50, 1, 3, 0.15, 8.504)]
    public void ALossHasFallenUpToSoManyErrors(string name, int steps, int turn, double low, double to, double noise, double errors)
    {
        _ = name;
        var rise = LossRise.Of(CurveOf.Loss(CurveOf.Bend(steps, turn, 2, low, to, noise)));

        Assert.Equal((true, false), (rise.IsFallBeyondNoise(errors - 0.002), rise.IsFallBeyondNoise(errors + 0.002)));
    }

    [Theory]
    [InlineData("while the trend is sure enough", 40, 10, 1.5, 2.05, 0.05, 6.919)]
    [InlineData("by four noises, up to as many errors", 40, 10, 1, 4, 0.15, 18.11)]
    [InlineData("while the trend is sure enough, in a long run", 200, 50, 1.5, 2.05, 0.15, 9.793)]
    [InlineData("by four noises, up to as many errors, of sixty", 60, 15, 1.5, 2.2, 0.05, 15.76)]
    public void ALossRisesSinceItsLowestUpToSoManyErrors(string name, int steps, int turn, double low, double to, double noise, double errors)
    {
        _ = name;
        var rise = LossRise.Of(CurveOf.Loss(CurveOf.Bend(steps, turn, 2, low, to, noise)));

        Assert.Equal((true, false), (rise.IsBeyondNoise(errors - 0.01), rise.IsBeyondNoise(errors + 0.01)));
    }

    [Fact]
    public void WithinTwoNoisesNoRiseIsSure() => Assert.False(LossRise.Of(CurveOf.Loss(CurveOf.Bend(40, 10, 2, 1.5, 2.05, 0.15))).IsBeyondNoise(1));

    /// <summary>A rise that turned again in the second half of the run is none that a trend supports.</summary>
    [Theory]
    [InlineData(1.8, false)]
    [InlineData(2.6, true)]
    public void ARiseMustGoOnForItsTrendToCount(double end, bool expected)
    {
        double[] losses = [.. CurveOf.Bend(25, 10, 2, 1, 1.9, 0.1), .. Enumerable.Range(25, 35).Select(step => 1.9 + ((end - 1.9) * (step - 25) / 35) + ((((step * 7) % 5) - 2) * 0.1))];

        Assert.Equal(expected, LossRise.Of(CurveOf.Loss(losses)).IsBeyondNoise(2));
    }

    /// <summary>The last quarter is held against the first one and against the start; the smaller of the two ratios decides.</summary>
    [Theory]
    [InlineData("against the start", 40, 10, 0.15, 2.0735)]
    [InlineData("against the start, in a long run", 200, 100, 0.3, 1.7251)]
    public void ALossLeavesItsOrderByAFactor(string name, int steps, int turn, double noise, double factor)
    {
        _ = name;
        var rise = LossRise.Of(CurveOf.Loss(CurveOf.Bend(steps, turn, 2, 1, 4, noise)));

        Assert.Equal((true, false), (rise.HasLeftItsOrder(factor - 0.001), rise.HasLeftItsOrder(factor + 0.001)));
    }

    [Theory]
    [InlineData("few losses with a trend", true, new[] { 1, 1.1, 1.2, 1.3, 2, 3, 4, 5 })]
    [InlineData("few losses with less of a trend", false, new[] { 1.3, 1.1, 1.2, 1, 2, 3, 4, 5 })]
    [InlineData("a first quarter above the start", false, new[] { 1.0, 4, 4, 4, 4.1, 4.2, 4.3, 5, 5, 5 })]
    public void FewLossesNeedATrend(string name, bool expected, double[] losses)
    {
        _ = name;
        Assert.Equal(expected, LossRise.Of(CurveOf.Loss(losses)).HasLeftItsOrder(1.5));
    }

    [Fact]
    public void OfManyLossesTheQuartersAreEnough() =>
        Assert.True(LossRise.Of(CurveOf.Loss([.. Enumerable.Repeat(1.0, 10), .. Enumerable.Range(0, 20).Select(step => 10 - (0.35 * step)), .. Enumerable.Repeat(2.5, 10)])).HasLeftItsOrder(2));

    private static IEnumerable<double> Rounded(params double[] values) => values.Select(value => Math.Round(value, 8));
}
