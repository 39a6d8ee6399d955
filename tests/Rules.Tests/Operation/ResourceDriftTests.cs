using TrainingDoctor.Rules.Operation;

namespace TrainingDoctor.Tests.Operation;

/// <summary>What counts as a growth that lasts.</summary>
public sealed class ResourceDriftTests
{
    [Theory]
    [InlineData(40, 1.0, true)]
    [InlineData(4, 1.0, false)]
    [InlineData(40, 0.0, false)]
    public void ItNeedsEnoughBlocksAndATrend(int count, double slope, bool grows)
    {
        var drift = new ResourceDrift();
        foreach (int step in Enumerable.Range(0, count))
        {
            drift.Add(step, 100 + (slope * step) + (5 * Math.Sin(step * 2.4)));
        }

        Assert.Equal(grows, drift.Measure(certainty: 4) is not null);
        Assert.Null(drift.Measure(certainty: 1000));
    }
}
