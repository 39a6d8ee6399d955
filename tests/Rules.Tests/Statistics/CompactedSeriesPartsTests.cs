using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Tests.Statistics;

/// <summary>Parts of a series, and what is computed of them, against numbers worked out by hand.</summary>
public sealed class CompactedSeriesPartsTests
{
    [Theory]
    [InlineData(0, 1, 0, 10)]
    [InlineData(0.25, 0.75, 2, 8)]
    [InlineData(0.3, 0.71, 3, 8)]
    [InlineData(0.5, 0.5, 5, 6)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(1, 1, 9, 10)]
    [InlineData(-1, 2, 0, 10)]
    [InlineData(0.9, 0.1, 9, 10)]
    public void APartHoldsTheBlocksThatItTouchesAndOneAtLeast(double from, double to, int first, int end)
    {
        Assert.Equal((first, end), Of(Count(10)).Part(from, to));
        Assert.Equal((0, 0), new CompactedSeries().Part(from, to));
    }

    [Fact]
    public void MeanMedianAndCountAreThoseOfThePart()
    {
        var series = Of([1, 2, 4, 8, 16, 32, 64, 128]);

        Assert.Equal((15, 6, 4), (series.MeanOf(0.25, 0.75), (int)series.MedianOf(0.125, 0.625), series.CountOf(0.25, 0.75)));
        Assert.Equal((8, 12), (series.MedianOf(0, 0.875), series.MedianOf(0.25, 0.75)));
        Assert.Equal((double.NaN, double.NaN, 0), (new CompactedSeries().MeanOf(0, 1), new CompactedSeries().MedianOf(0, 1), new CompactedSeries().CountOf(0, 1)));
    }

    /// <summary>With the 129th sample neighbours are merged, and half a block waits for its other half.</summary>
    [Fact]
    public void FullBlocksAreMergedByTwos()
    {
        var series = Of(Count(129));
        Assert.Equal((64, 2, 1, 129), (series.BlockCount, series.Stride, series.PendingCount, series.Count));
        Assert.Equal((0, 1, 0.5, 0, 1), (series.Steps[0], series.Ends[0], series.Means[0], series.Lowests[0], series.Highests[0]));
        Assert.Equal((126, 127), (series.Steps[63], series.Ends[63]));

        series.Add(129, 129);
        Assert.Equal((65, 2, 0), (series.BlockCount, series.Stride, series.PendingCount));
        Assert.Equal((128, 129, 128.5, 128, 129), (series.Steps[64], series.Ends[64], series.Means[64], series.Lowests[64], series.Highests[64]));
        Assert.Equal(64, series.CountOf(0, 0.49));
    }

    [Fact]
    public void ABlockThatWasBegunBeforeTheMergeGoesOn()
    {
        var series = Of(Count(258));
        Assert.Equal((64, 4, 2), (series.BlockCount, series.Stride, series.PendingCount));
        Assert.Equal((252, 255, 253.5), (series.Steps[63], series.Ends[63], series.Means[63]));

        series.Add(258, 258);
        series.Add(259, 259);
        Assert.Equal((65, 4, 0), (series.BlockCount, series.Stride, series.PendingCount));
        Assert.Equal((256, 259, 257.5), (series.Steps[64], series.Ends[64], series.Means[64]));
    }

    [Fact]
    public void WhatIsNoNumberIsPassedOver()
    {
        var series = new CompactedSeries();
        Assert.Equal((double.NaN, -1, double.NaN, -1), (series.First, series.FirstStep, series.Last, series.LastStep));

        series.Add(3, double.NaN);
        series.Add(4, 7);
        series.Add(6, 9);
        series.Add(8, double.PositiveInfinity);

        Assert.Equal((2, 7, 4, 9, 6), (series.Count, series.First, series.FirstStep, series.Last, series.LastStep));
    }

    /// <summary>Half the squared difference of neighbours is the variance; the median over blocks is set right for the few differences of each (Wilson and Hilferty).</summary>
    [Fact]
    public void TheNoiseIsThatOfNeighbours()
    {
        double one = Math.Sqrt(2 / Math.Pow(7 / 9.0, 3));
        double two = Math.Sqrt(2 / Math.Pow(8 / 9.0, 3));

        Assert.Equal(one, Of([0, 2, 0, 2, 0, 2]).Noise, 12);
        Assert.Equal(one, Of([0, 2, 0, 2, 0, 100]).Noise, 12);
        Assert.Equal(0, Of([0, 2, 0, 2, 5, 5, 5, 5]).NoiseOf(0.625, 1));
        Assert.Equal(one, Of([0, 2, 0, 2, 5, 5, 5, 5]).NoiseOf(0, 0.5), 12);
        Assert.Equal((0, 0, 0), (Of([5]).Noise, new CompactedSeries().Noise, Of([0, 2]).NoiseOf(0, 0.5)));
        Assert.Equal(two, Of(Count(130).Select(i => 2.0 * (i % 2))).Noise, 12);

        // Of the very first block one difference is missing.
        Assert.Equal(two, Of(Count(130).Select(i => 2.0 * (i % 2))).NoiseOf(0, 0.01), 12);
        Assert.Equal(2 / Math.Sqrt(2) * two, Of(Count(130).Select(i => 2 * Math.Sqrt(2) * (i % 2))).NoiseOf(0.5, 1), 12);
    }

    /// <summary>The second differences of squares are 2, and no straight trend adds to them.</summary>
    [Fact]
    public void TheNoiseOfBlocksIsThatOfSecondDifferences()
    {
        double expected = 2 / (0.6744897501960817 * Math.Sqrt(6));

        Assert.Equal(expected, Of(Count(10).Select(i => i * i)).BlockNoiseOf(0, 1), 12);
        Assert.Equal(expected, Of(Count(10).Select(i => (5 * i) - (i * i))).BlockNoiseOf(0.5, 0.8), 12);
        Assert.Equal(0, Of(Count(10)).BlockNoiseOf(0, 1));
        Assert.Equal(Math.Sqrt(2 / Math.Pow(7 / 9.0, 3)), Of([0, 2]).BlockNoiseOf(0, 1), 12);
        Assert.Equal(Math.Sqrt(2 / Math.Pow(8 / 9.0, 3)) / Math.Sqrt(2), Of(Count(130).Select(i => 2.0 * (i % 2))).BlockNoiseOf(0, 0.02), 12);
    }

    [Fact]
    public void TheErrorOfAMeanIsTheLargerOfTheTwo()
    {
        var alternating = Of([0, 2, 0, 2, 0, 2, 0, 2, 0]);
        var stepped = Of([0, 0, 2, 2, 0, 0, 2, 2, 0, 0, 2, 2, 0, 0, 2, 2]);
        var squares = Of(Count(9).Select(i => i * i * 1e-3));

        Assert.Equal(4 / (0.6744897501960817 * Math.Sqrt(6)) / 3, alternating.ErrorOf(0, 1), 12);
        Assert.Equal(Math.Sqrt(32.5e-6 / Math.Pow(7 / 9.0, 3)) / 3, squares.ErrorOf(0, 1), 12);
        Assert.Equal(Math.Sqrt(1 / Math.Pow(7 / 9.0, 3)) / Math.Sqrt(8), stepped.ErrorOf(0.5, 1), 12);
        Assert.Equal(Math.Sqrt(2 / Math.Pow(8 / 9.0, 3)) / Math.Sqrt(130), Of(Count(130).Select(i => 2.0 * (i % 2))).ErrorOf(0, 1), 12);
    }

    [Theory]
    [InlineData(1, 1, 1, 3)]
    [InlineData(2, 1, 1.5, 2)]
    [InlineData(4, 1, 3.25, 2)]
    [InlineData(1, -1, 9, 1)]
    [InlineData(2, -1, 7, 0)]
    [InlineData(8, 1, 3.75, 0)]
    [InlineData(9, 1, double.NaN, -1)]
    public void TheBestNeighboursAreTheFirstOnesWhereSeveralAreEqual(int width, int sign, double mean, int index)
    {
        var series = Of([5, 9, 2, 1, 8, 2, 2, 1]);

        var (found, at) = series.Best(width, sign);
        Assert.Equal(index, at);
        Assert.Equal(mean, found);
        Assert.Equal(series.Best(width, 1), series.Lowest(width));
    }

    [Fact]
    public void TheTrendIsThatOfThePart()
    {
        var series = Of([4, 3, 2, 1, 2, 3, 4, 5]);

        Assert.Equal((-1, 1), (series.Trend(0, 0.5).Tau, series.Trend(0.375).Tau));
        Assert.Equal(9 / Math.Sqrt(5 * 4 * 15 / 18.0), series.Trend(0.375).Z, 12);
        Assert.Equal((0, 0), new CompactedSeries().Trend(0));
    }

    private static IEnumerable<double> Count(int end) => Enumerable.Range(0, end).Select(i => (double)i);

    private static CompactedSeries Of(IEnumerable<double> values)
    {
        var series = new CompactedSeries();
        foreach (var (step, value) in values.Index())
        {
            series.Add(step, value);
        }

        return series;
    }
}
