using TrainingDoctor.Reports.Html.Charts;

namespace TrainingDoctor.Tests.Reports.Html.Charts;

/// <summary>Where nothing was measured a curve is interrupted; a schedule that grows sparser interrupts none.</summary>
public sealed class MeasurementsTests
{
    [Theory]
    [InlineData("every step, then every tenth", new double[] { 0, 1, 2, 3, 4, 14, 24, 34, 44 }, new int[0])]
    [InlineData("two after the dense phase, then none for long", new double[] { 97, 98, 99, 100, 110, 120, 191 }, new[] { 6 })]
    [InlineData("once an epoch", new double[] { 400, 800, 1200, 1600 }, new int[0])]
    [InlineData("a pause in the midst", new double[] { 0, 1, 2, 3, 90, 91, 92, 93 }, new[] { 4 })]
    [InlineData("two pauses close together", new double[] { 0, 1, 2, 3, 90, 91, 180, 181, 182 }, new[] { 4, 6 })]
    [InlineData("two", new double[] { 0, 1000 }, new int[0])]
    public void AGapIsWhereNothingWasMeasuredForLong(string name, double[] steps, int[] gaps)
    {
        _ = name;
        Assert.Equal(gaps, Enumerable.Range(0, steps.Length).Where(index => Measurements.IsGap(steps, index)));
    }

    [Fact]
    public void SpansOfAThinnedSeriesAreNoGaps() => Assert.False(Measurements.IsGap([0, 1, 14, 15, 16, 17], 2, width: 8));
}
