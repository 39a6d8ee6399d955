using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Tests.Statistics;

/// <summary>Small statistics at the ends of what they take: nothing, one value, just enough; and a few numbers worked out by hand.</summary>
public sealed class StatisticsByHandTests
{
    [Theory]
    [InlineData(new double[0], double.NaN)]
    [InlineData(new[] { 3.0 }, 3)]
    [InlineData(new[] { 9.0, 1, 4 }, 4)]
    [InlineData(new[] { 9.0, 1, 4, 2 }, 3)]
    public void TheMedianIsTheMiddle(double[] values, double expected) => Assert.Equal(expected, Quantiles.Median(values));

    [Fact]
    public void TheRobustDeviationIsThatOfTheMedian() => Assert.Equal(3 / 0.6744897501960817, Quantiles.RobustDeviation([16, 1, 4, 2, 8]), 12);

    [Fact]
    public void ARollingMedianNeedsAWindow()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RollingMedian(0));
        var one = new RollingMedian(1);
        one.Add(4);
        one.Add(6);

        Assert.Equal((6, 6, 6, 1), (one.Median, one.Minimum, one.Maximum, one.Count));
    }

    [Fact]
    public void ARollingMedianIsFullWithItsWindowAndPassesOverWhatIsNoNumber()
    {
        var rolling = new RollingMedian(3);
        Assert.Equal((double.NaN, double.NaN, double.NaN, false), (rolling.Median, rolling.Minimum, rolling.Maximum, rolling.IsFull));

        rolling.Add(1);
        rolling.Add(double.NaN);
        rolling.Add(5);
        Assert.Equal((3, 1, 5, 2, false), (rolling.Median, rolling.Minimum, rolling.Maximum, rolling.Count, rolling.IsFull));

        rolling.Add(double.PositiveInfinity);
        rolling.Add(5);
        rolling.Add(7);
        Assert.Equal((5, 5, 7, 3, true), (rolling.Median, rolling.Minimum, rolling.Maximum, rolling.Count, rolling.IsFull));
    }

    [Fact]
    public void StudentsDistributionNeedsADegreeOfFreedom()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentDistribution.TwoSided(1, 0));

        // With one degree it is that of Cauchy: half of it lies beyond 1 to both sides; with two it is known in closed form.
        Assert.Equal(0.5, StudentDistribution.TwoSided(1, 1), 9);
        Assert.Equal(1 - (1 / Math.Sqrt(3)), StudentDistribution.TwoSided(1, 2), 9);
        Assert.Equal(1 - (2 / Math.PI * ((0.5 * Math.Sqrt(3) / 2) + (Math.PI / 6))), StudentDistribution.TwoSided(1, 3), 9);
    }

    [Fact]
    public void FalseDiscoveriesOfFourTests()
    {
        double[] adjusted = FalseDiscovery.Adjust([0.01, 0.04, 0.03, 0.5]);

        Assert.Equal([0.04, 0.053333, 0.053333, 0.5], adjusted.Select(rate => Math.Round(rate, 6)));
        Assert.Empty(FalseDiscovery.Adjust([]));
        Assert.Throws<ArgumentNullException>(() => FalseDiscovery.Adjust(null!));
    }

    [Fact]
    public void AnExponentialMeanBeginsWithItsFirstSample()
    {
        var mean = new ExponentialMean(0.25);
        Assert.Equal(double.NaN, mean.Value);

        mean.Add(double.NaN);
        mean.Add(8);
        Assert.Equal(8, mean.Value);

        mean.Add(double.NegativeInfinity);
        mean.Add(1);
        Assert.Equal(((0.75 * 8) + 1) / 1.75, mean.Value, 12);
    }

    [Fact]
    public void RoomForScopesDoublesAndFitsAtLeast()
    {
        var values = new PerScope<int>();
        Assert.Equal(0, values.Length);
        values[0] = 1;
        Assert.Equal(1, values.Length);
        values[4] = 2;
        Assert.Equal(5, values.Length);
        values[5] = 3;
        Assert.Equal((10, 1, 2, 3, 0), (values.Length, values[0], values[4], values[5], values[9]));
    }

    [Fact]
    public void ATrendNeedsThreeValues()
    {
        Assert.Equal((0, 0), TrendTest.MannKendall([1, 2]));
        var (tau, z) = TrendTest.MannKendall([1, 2, 3]);

        Assert.Equal((1, 2 / Math.Sqrt(3 * 2 * 11 / 18.0)), (tau, z));
        Assert.Equal((0, 0), TrendTest.MannKendall([2, 2, 2]));
    }

    [Fact]
    public void ASlopeNeedsTwoValuesAndRoomForAllPairs()
    {
        Assert.Equal(0, TrendTest.TheilSen([5], []));
        Assert.Equal(3, TrendTest.TheilSen([5, 8], new double[1]));
        Assert.Equal(1, TrendTest.TheilSen([0, 1, 5, 3], new double[6]));
        var failure = Assert.Throws<ArgumentException>(() => TrendTest.TheilSen([0, 1, 5, 3], new double[5]));

        Assert.StartsWith("needs room for 6 slopes, had 5", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RanksAreComparedPairByPair()
    {
        Assert.Equal((0, 0), (TrendTest.RankSum([], [1]), TrendTest.RankSum([1], [])));
        Assert.Equal(2 / Math.Sqrt(4 * 5 / 12.0), TrendTest.RankSum([1, 2], [3, 4]), 12);
        Assert.Equal(0.5 / Math.Sqrt(2 * 4 / 12.0), TrendTest.RankSum([1], [1, 3]), 12);
        Assert.Equal(-3 / Math.Sqrt(6 * 6 / 12.0), TrendTest.RankSum([5, 6, 7], [3, 4]), 12);
    }
}
