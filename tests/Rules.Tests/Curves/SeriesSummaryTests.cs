using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Tests.Curves;

/// <summary>One metric in a few numbers: the first of equal extremes counts, and what is no number counts apart.</summary>
public sealed class SeriesSummaryTests
{
    [Fact]
    public void TheFirstOfEqualExtremesCounts()
    {
        var summary = Of(4, 9, 1, 9, 1, 6);

        Assert.Equal((9, 11, 1, 12), (summary.Maximum, summary.MaximumStep, summary.Minimum, summary.MinimumStep));
        Assert.Equal((4, 10, 6, 15, 6), (summary.First, summary.FirstStep, summary.Last, summary.LastStep, summary.Count));
        Assert.Equal((30, 5, 0, -1), (summary.Sum, summary.Mean, summary.NonFiniteCount, summary.FirstNonFiniteStep));
    }

    [Fact]
    public void WhatIsNoNumberIsCountedApart()
    {
        var summary = Of(double.NaN, 4, double.PositiveInfinity, 8);

        Assert.Equal((4, 2, 10, 6), (summary.Count, summary.NonFiniteCount, summary.FirstNonFiniteStep, summary.Mean));
        Assert.Equal((double.NaN, 8, 4, 11, 8, 13), (summary.First, summary.Last, summary.Minimum, summary.MinimumStep, summary.Maximum, summary.MaximumStep));

        var none = Of(double.NaN);
        Assert.Equal((double.NaN, double.NaN, double.NaN), (none.Minimum, none.Maximum, none.Recent));
    }

    [Fact]
    public void TheNewestValueWeighsATenth() => Assert.Equal(10 + (0.1 * 10) + (0.1 * -11), Of(10, 20, double.NaN, 0).Recent, 12);

    private static SeriesSummary Of(params double[] values)
    {
        var summary = default(SeriesSummary);
        foreach (var (index, value) in values.Index())
        {
            summary.Add(10 + index, value);
        }

        return summary;
    }
}
