using TrainingDoctor.Reports.Html;
using TrainingDoctor.Reports.Html.Charts;

namespace TrainingDoctor.Tests.Reports.Html.Charts;

/// <summary>What an axis of values shows: decades only where there are decades, and without the few values that would flatten all others.</summary>
public sealed class AxisTests
{
    private static readonly double[] Plateau = [.. Enumerable.Range(0, 60).Select(step => 0.7 + (0.01 * Math.Sin(step)))];

    [Fact]
    public void OneFirstValueDoesNotFlattenAPlateau()
    {
        var scale = ChartScale.Fit([900, .. Plateau], 0, 1);

        Assert.False(scale.IsLogarithmic);
        Assert.InRange(scale.High, 0.71, 1);
    }

    [Fact]
    public void AnOutlierDoesNotMakeAnAxisLogarithmic() => Assert.False(ChartScale.Fit([1e-9, .. Plateau, 1e9], 0, 1).IsLogarithmic);

    [Fact]
    public void ALossThatFallsOverDecadesHasALogarithmicAxisWithAllOfIt()
    {
        double[] values = [.. Enumerable.Range(0, 100).Select(step => Math.Pow(10, -step / 25.0))];

        var scale = ChartScale.Fit(values, 0, 1);

        Assert.True(scale.IsLogarithmic);
        Assert.True(scale.Low <= values[^1] && scale.High >= values[0], $"{scale.Low} to {scale.High}");
    }

    [Fact]
    public void TheFirstStepsOfAUsualCurveAreNoOutliers()
    {
        double[] values = [.. Enumerable.Range(0, 300).Select(step => 0.1 + (2.2 * Math.Exp(-step / 20.0)))];

        Assert.True(ChartScale.Fit(values, 0, 1).High >= values[0]);
    }

    [Theory]
    [InlineData(0.001, 0.9)]
    [InlineData(1e-6, 1)]
    public void ScoresHaveNoDecadesAndLeaveNothingOut(double low, double high)
    {
        var scale = ChartScale.Fit([low, .. Enumerable.Repeat(high, 200)], 0, 1, AxisKind.Score);

        Assert.False(scale.IsLogarithmic);
        Assert.True(scale.Low <= low && scale.High is var top && top >= high && top <= 1, $"{scale.Low} to {scale.High}");
    }

    [Fact]
    public void AScheduleIsLinearFromZeroAndWhole()
    {
        var scale = ChartScale.Fit([1, .. Enumerable.Range(0, 200).Select(step => 1e-3 * (200 - step) / 200)], 0, 1, AxisKind.Schedule);

        Assert.Equal((false, 0), (scale.IsLogarithmic, scale.Low));
        Assert.True(scale.High >= 1);
    }

    [Fact]
    public void NumbersOfOneAxisAreWrittenAlike()
    {
        Assert.Equal(["0", "0.0005", "0.001", "0.0015"], Numbers.Labels([0, 0.0005, 0.001, 0.0015]));
        Assert.Equal(["0", "2e-5", "4e-5"], Numbers.Labels([0, 2e-5, 4e-5]));
        Assert.Equal(["0", "10,000"], Numbers.Labels([0, 10_000]));
    }
}
