using TrainingDoctor.Rules.Operation;
using TrainingDoctor.Rules.Statistics;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Operation;

/// <summary>What counts as a growth that lasts, at its limits: the medians of the quarters behind the first, and the trend.</summary>
public sealed class ResourceDriftLimitsTests
{
    [Theory]
    [InlineData("three quarters of the growth before", 200, 275, true)]
    [InlineData("a little less", 200, 274, false)]
    [InlineData("no growth in the middle", 100, 275, false)]
    [InlineData("a dip in the middle", 99, 275, false)]
    [InlineData("a growth that ends", 200, 200, false)]
    public void TheLastQuarterMustGoOnGrowing(string name, double middle, double late, bool grows)
    {
        _ = name;
        var growth = Of(StepCurve.Levels((30, 0), (30, 100), (30, middle), (30, late))).Measure(certainty: 4);

        Assert.Equal(grows ? new ResourceDrift.Growth(30, 100, 119, late) : null, growth);
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(16, true)]
    public void SixteenBlocksTellATrend(int count, bool grows) => Assert.Equal(grows, Of(StepCurve.Line(count, 1, count)).Measure(certainty: 1) is not null);

    [Fact]
    public void ATrendAsSureAsIsAskedForIsEnough()
    {
        double[] values = [.. StepCurve.Line(40, 1, 40)];
        var series = new CompactedSeries();
        for (int step = 0; step < values.Length; step++)
        {
            series.Add(step, values[step]);
        }

        double certainty = series.Trend(0.25).Z;

        Assert.NotNull(Of(values).Measure(certainty));
        Assert.Null(Of(values).Measure(certainty + 0.001));
    }

    /// <summary>The first quarter, in which caches fill, has no say.</summary>
    [Fact]
    public void TheWarmUpIsLeftOut() => Assert.Null(Of(StepCurve.Levels((30, 1), (90, 100))).Measure(certainty: 1));

    [Fact]
    public void StepsAndCountAreThoseOfTheMeasurements()
    {
        var drift = new ResourceDrift();
        Assert.Equal((0, -1), (drift.Count, drift.LastStep));

        drift.Add(7, 1);
        drift.Add(12, 2);

        Assert.Equal((2, 12), (drift.Count, drift.LastStep));
    }

    private static ResourceDrift Of(IEnumerable<double> values)
    {
        var drift = new ResourceDrift();
        long step = 0;
        foreach (double value in values)
        {
            drift.Add(step++, value);
        }

        return drift;
    }
}
