using TrainingDoctor.Rules.Statistics;
using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>How a reward went, by numbers that can be checked by hand.</summary>
public sealed class RewardCourseTests
{
    private static readonly double Chance = 5 * Math.Sqrt(2);

    [Fact]
    public void LevelsAreMeansOfNeighbours()
    {
        var course = Of(StepCurve.Levels((8, 0), (8, 4), (16, 2)), every: 10);

        Assert.Equal((0.0, 4.0, 90L, 2.0, 4.0), (course.Start, course.Best, course.BestStep, course.End, course.Highest));
        Assert.Equal((4.0, 0.5, 0.0), (course.Gain, course.Lost, course.Error));
        Assert.True(course is { HasGained: true, HasFallen: true, IsNearBest: false, IsWon: false, IsAtCeiling: false });
    }

    [Fact]
    public void ALongerRunHasBroaderLevels()
    {
        var course = Of(Enumerable.Range(0, 64).Select(step => (double)step));

        Assert.Equal((0.5, 61.5, 62L, 60.0, 63.0), (course.Start, course.Best, course.BestStep, course.End, course.Highest));
        Assert.Equal(double.PositiveInfinity, course.TrendT);
        Assert.Equal(30.557, course.EarlyRise, 3);
        Assert.True(course is { IsWon: true, IsAtCeiling: false });
    }

    /// <summary>A few bad values at the very end do not make the level low, and a few good ones do.</summary>
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(0, 1, 0.25)]
    public void TheEndIsTheHigherOfMeanAndMedian(double level, double last, double end) =>
        Assert.Equal(end, Of(StepCurve.Levels((31, level), (1, last))).End);

    [Theory]
    [InlineData(-1, double.NegativeInfinity)]
    [InlineData(0, 0)]
    [InlineData(1, double.PositiveInfinity)]
    public void AStraightLineIsSure(double slope, double expected) => Assert.Equal(expected, Of(Enumerable.Range(0, 16).Select(step => slope * step)).TrendT);

    /// <summary>Sixteen values i ± 1: the t of their line is that of their correlation, and their noise that of their bends, which are 4 each.</summary>
    [Fact]
    public void ASawToothOnALineHasATrendAndANoise()
    {
        var course = Of(Enumerable.Range(0, 16).Select(step => step + (step % 2 == 0 ? 1.0 : -1)));

        Assert.Equal(16.9423, course.TrendT, 3);
        Assert.Equal(4 / (0.6744897501960817 * Math.Sqrt(6)), course.Error, 9);
    }

    /// <summary>Noise that the parts of a run average out is that of single values over the root of the width of a level.</summary>
    [Fact]
    public void NoiseOfNeighboursIsSmallerInALevel() =>
        Assert.Equal(4 / (0.6744897501960817 * Math.Sqrt(6) * Math.Sqrt(2)), Of(Enumerable.Range(0, 32).Select(step => step % 2 == 0 ? 1.0 : -1)).Error, 9);

    [Theory]
    [InlineData("three parts touch it", 3, 0.75, true)]
    [InlineData("two parts touch it", 2, 0.75, false)]
    [InlineData("next to it", 16, 1, true)]
    [InlineData("far below it on the whole", 3, 0.25, false)]
    public void ACeilingIsTouchedOftenAndNear(string name, int touching, double rest, bool expected)
    {
        _ = name;
        Assert.Equal(expected, Of(StepCurve.Levels((16, 0), (touching, 1), (16 - touching, rest))).IsAtCeiling);
    }

    /// <summary>The mean of the second half is 9 there: 7 of the 20 between smallest and largest are the limit.</summary>
    [Theory]
    [InlineData(2, true)]
    [InlineData(1.9375, false)]
    public void ALevelIsNextToTheCeilingUpToItsLimit(double rest, bool expected) => Assert.Equal(expected, Of(StepCurve.Levels((16, -4), (8, 16), (8, rest))).IsAtCeiling);

    [Theory]
    [InlineData("a tenth of a long half", 7, 1, true)]
    [InlineData("less than a tenth", 6, 1, false)]
    [InlineData("equal but for rounding", 7, 1.0000005, true)]
    [InlineData("not equal", 7, 1.00001, false)]
    public void OfALongRunATenthMustTouchIt(string name, int touching, double highest, bool expected)
    {
        _ = name;
        Assert.Equal(expected, Of(StepCurve.Levels((63, 0), (1, highest), (touching, 1), (64 - touching, 0.75))).IsAtCeiling);
    }

    [Theory]
    [InlineData(-1, -1.0000005, true)]
    [InlineData(-1, -1.00001, false)]
    public void ACeilingMayLieBelowZero(double highest, double rest, bool expected) => Assert.Equal(expected, Of(StepCurve.Levels((15, -9), (1, highest), (16, rest))).IsAtCeiling);

    [Theory]
    [InlineData("as much as chance gives", 0, false)]
    [InlineData("more", 0.001, true)]
    [InlineData("less", -0.001, false)]
    public void WhatIsWonOrLostMustLieBeyondChance(string name, double more, bool expected)
    {
        _ = name;
        Assert.Equal(expected, Course(best: Chance + more, end: 0, error: 1).HasGained);
        Assert.Equal(expected, Course(best: Chance + more, end: 0, error: 1).HasFallen);
    }

    [Theory]
    [InlineData(0, -5, 0)]
    [InlineData(-1, -5, 0)]
    [InlineData(4, 3, 0.25)]
    [InlineData(4, -4, 2)]
    public void NothingThatWasWonCannotBeLost(double best, double end, double expected) => Assert.Equal(expected, Course(best, end, error: 0).Lost);

    [Theory]
    [InlineData("a share that is small", 100, 85.5, 1, false, true)]
    [InlineData("the share that is none any more", 100, 85, 1, false, false)]
    [InlineData("a distance within its error", 100, 84.5, 8, false, true)]
    [InlineData("a distance of two errors", 100, 84, 8, false, false)]
    [InlineData("next to a best that is chance", 1, 1, 1, false, false)]
    [InlineData("at the ceiling", 1, 1, 1, true, true)]
    public void NearItsBestIsWhatLostLittle(string name, double best, double end, double error, bool isAtCeiling, bool expected)
    {
        _ = name;
        Assert.Equal(expected, Course(best, end, error, isAtCeiling: isAtCeiling).IsNearBest);
    }

    [Theory]
    [InlineData("half of what a single one shows", 180, 90, false, true)]
    [InlineData("less than half", 181, 90, false, false)]
    [InlineData("not near its best", 90, 80, false, false)]
    [InlineData("at the ceiling", 1000, 80, true, true)]
    public void WonIsWhereNoSingleRewardShowsFarMore(string name, double highest, double end, bool isAtCeiling, bool expected)
    {
        _ = name;
        Assert.Equal(expected, Course(100, end, error: 1, highest, isAtCeiling).IsWon);
    }

    private static RewardCourse Course(double best, double end, double error, double highest = 0, bool isAtCeiling = false) =>
        new() { Start = 0, Best = best, BestStep = 0, End = end, Error = error, TrendT = 0, EarlyRise = 0, IsAtCeiling = isAtCeiling, Highest = highest };

    private static RewardCourse Of(IEnumerable<double> values, long every = 1)
    {
        var series = new CompactedSeries();
        long step = 0;
        foreach (double value in values)
        {
            series.Add(every * step++, value);
        }

        return RewardCourse.Of(series);
    }
}
