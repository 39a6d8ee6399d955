using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Tests.Curves;

/// <summary>What is told of a curve: its best place and what came after it, against numbers worked out by a second computation.</summary>
public sealed class CurveDescriptionTests
{
    private static readonly CurveDescription Plain = new()
    {
        Blocks = 20,
        First = 10,
        Best = 2,
        BestIndex = 4,
        BestStep = 4,
        AfterSettled = 5,
        SettledStep = 4,
        After = 15,
        End = 2,
        EndBlocks = 2,
        BestAfter = 2,
        Worsens = false,
        IsSupported = false,
        Trend = 0,
        Error = 1,
        Noise = 1,
    };

    public static TheoryData<string, double[], int[], double[], bool, bool> Curves => new()
    {
        {
            "down and up again, too short for a trend", [10, 8, 6, 4, 3, 2, 3, 4, 5, 6],
            [5, 5, 4, 4, 5, 2], [2, 5.5, 3, 0, 0, 0], true, false
        },
        {
            "down and up again, with a trend", [10, 8, 6, 4, 2.5, 2, 3, 4, 5, 6, 7],
            [5, 5, 5, 5, 5, 2], [2, 6.5, 3, 2.204540768504860, 0, 0], true, true
        },
        {
            "getting better at the very end", [9, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 8, 8, 2],
            [1, 1, 12, 12, 1, 2], [1, 5, 2, 2.434790571734072, 0, 0], false, false
        },
        {
            "down to a level, which a noise hides", [20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 9.9, 10.12, 9.94, 10.16, 9.98, 10.2, 10.02, 10.24, 10.06, 10.28, 10.1, 10.32, 10.14, 10.36],
            [10, 10, 13, 13, 10, 4], [9.9, 10.23, 9.94, 2.2573288415, 0.2421079285, 0.2706848929], false, false
        },
        {
            "two neighbours are the best of fifty", [.. Enumerable.Range(0, 50).Select(i => Math.Abs(20 - i) + 3 + (i % 2 * 0.5))],
            [19, 20, 29, 29, 20, 9], [3.75, 28.5, 4.5, 7.5970150440, 0.6052698211, 0.4731611847], true, false
        },
    };

    [Theory]
    [MemberData(nameof(Curves))]
    public void TheBestPlaceAndWhatCameAfterAreTold(string name, double[] values, int[] places, double[] levels, bool worsens, bool isSupported)
    {
        _ = name;
        foreach (int sign in new[] { 1, -1 })
        {
            // Where higher is better, the mirrored curve is told the same of.
            var told = CurveDescription.Of(CurveOf.Series(values.Select(value => sign * value)), sign);

            Assert.Equal(places, new[] { told.BestIndex, (int)told.BestStep, told.After, told.AfterSettled, (int)told.SettledStep, told.EndBlocks });
            Assert.Equal(levels, new[] { sign * told.Best, sign * told.End, sign * told.BestAfter, told.Trend, told.Noise, told.Error }, (expected, actual) => Math.Abs(expected - actual) < 1e-9);
            Assert.Equal((worsens, isSupported, values.Length, sign * values[0]), (told.Worsens, told.IsSupported, told.Blocks, told.First));
        }
    }

    [Fact]
    public void ACurveThatEndsAtItsBestHasNothingAfterIt()
    {
        var told = CurveDescription.Of(CurveOf.Series([5, 4, 3, 2, 1]), 1);

        Assert.Equal((0, false, false, double.NaN, 0), (told.After, told.Worsens, told.IsSupported, told.BestAfter, told.Trend));
        Assert.Equal((4L, 0, 1.5, 2), (told.SettledStep, told.AfterSettled, told.End, told.EndBlocks));
        Assert.False(CurveDescription.Of(CurveOf.Series([1, 2, 2, 3]), 1).Worsens);

        var single = CurveDescription.Of(CurveOf.Series([7]), 1);
        Assert.Equal((7, 1, double.PositiveInfinity), (single.End, single.EndBlocks, single.Lost));
    }

    /// <summary>Within two noises of the best, but no nearer than a fiftieth and no further than a twentieth of it.</summary>
    [Theory]
    [InlineData("a fiftieth where there is no noise", 102, 5, new[] { 150.0, 140, 130, 120, 110, 0, 100, 110, 120, 130, 140 })]
    [InlineData("further than that", 102.5, 6, new[] { 150.0, 140, 130, 120, 110, 0, 100, 110, 120, 130, 140 })]
    [InlineData("a twentieth where there is much", 105, 0, new[] { 0, 100.0, 150, 110, 160, 120 })]
    [InlineData("more than that", 105.5, 1, new[] { 0, 100.0, 150, 110, 160, 120 })]
    public void ACurveHasSettledWhereItIsNearItsBest(string name, double near, long step, double[] values)
    {
        _ = name;
        var told = CurveDescription.Of(CurveOf.Series(values.Select(value => value == 0 ? near : value)), 1);

        Assert.Equal((step, values.Length - (int)step - 1, 100), (told.SettledStep, told.AfterSettled, told.Best));
    }

    [Fact]
    public void FiveNeighboursAtMostAreTakenTogether()
    {
        var told = CurveDescription.Of(CurveOf.Series(Enumerable.Range(0, 128).Select(step => Math.Abs(64.0 - step))), 1);

        Assert.Equal((1.2, 62, 64L, 61, 53.5, 20), (told.Best, told.BestIndex, told.BestStep, told.After, told.End, told.EndBlocks));
        Assert.Equal((63L, 64, 3), (told.SettledStep, told.AfterSettled, told.BestAfter));
    }

    /// <summary>After at least eight blocks, their own noise counts where it is larger.</summary>
    [Fact]
    public void TheNoiseAfterTheBestCounts()
    {
        double[] calm = [9, 8, 7, 6, 5, 4, 3, 2, 1];
        double[] rough = [3, 5, 3, 5, 3, 5, 3, 5];
        double most = 4 / (0.6744897501960817 * Math.Sqrt(6));

        Assert.Equal(most, CurveDescription.Of(CurveOf.Series([.. calm, .. rough]), 1).Noise, 9);
        Assert.Equal(0, CurveDescription.Of(CurveOf.Series([11, 10, .. calm, .. rough[..7]]), 1).Noise);
    }

    /// <summary>Of sixteen blocks and more the first fifth is left out, which falls most steeply.</summary>
    [Theory]
    [InlineData(15, 7.5)]
    [InlineData(16, 0)]
    public void TheNoiseOfTheStartIsLeftOut(int blocks, double difference)
    {
        double[] values = [20, 16, 20, 16, 20, 16, 20, .. Enumerable.Range(0, blocks - 7).Select(step => 12 - (0.5 * step))];

        Assert.Equal(difference / (0.6744897501960817 * Math.Sqrt(6)), CurveDescription.Of(CurveOf.Series(values), 1).Noise, 9);
    }

    [Theory]
    [InlineData(5, 1, 10, 1.5, 0.375, 3)]
    [InlineData(2, 1, 10, 0, 0, 0)]
    [InlineData(5, 0, 10, 1.5, 0.375, double.PositiveInfinity)]
    [InlineData(2, 0, 10, 0, 0, 0)]
    [InlineData(5, 1, 2, 1.5, double.PositiveInfinity, 3)]
    public void ARiseIsToldAgainstTheBestTheFallAndTheError(double end, double error, double first, double rise, double lost, double z)
    {
        var told = Plain with { End = end, Error = error, First = first };

        Assert.Equal((rise, lost, z, 0.25), (told.Rise, told.Lost, told.Z, told.ShareAfterSettled));
    }

    [Fact]
    public void RisesOfScoresBelowZeroAreSizes()
    {
        var told = Plain with { Best = -2, First = -10, End = -4, Error = 0.5, BestAfter = -2.5 };

        Assert.Equal((2, 1, 0.25, 4), (told.Loss, told.Rise, told.Lost, told.Z));
        Assert.True(told.KeepsAway(0.24));
        Assert.False(told.KeepsAway(0.25));
    }

    [Theory]
    [InlineData("many errors above the best", 3.25, 15, 0, false, false, 2, true)]
    [InlineData("just as many as asked for", 3, 15, 0, false, false, 2, false)]
    [InlineData("worse with every block", 0.5, 3, 0, true, false, 2.5, true)]
    [InlineData("worse with every block of two", 0.5, 2, 0, true, false, 2.5, false)]
    [InlineData("worse with every block, but near the best", 0.5, 3, 0, true, false, 2.25, false)]
    [InlineData("away from the best, to and fro", 0.5, 3, 0, false, false, 2.5, false)]
    [InlineData("half the errors and a sure trend", 1.75, 15, 2.25, false, false, 2, true)]
    [InlineData("half the errors and a trend at its limit", 1.75, 15, 2, false, false, 2, false)]
    [InlineData("just half the errors", 1.5, 15, 2.25, false, false, 2, false)]
    [InlineData("a likely trend, and away from the best by a third", 1.75, 15, 1, false, false, 2.125, true)]
    [InlineData("a likely trend, and near the best", 1.75, 15, 1, false, false, 2.0625, false)]
    [InlineData("an unlikely trend, and away from the best by a third", 1.75, 15, 0.75, false, false, 2.125, false)]
    [InlineData("a best that its neighbour supports", 1.75, 4, 0, false, true, 2.5, true)]
    [InlineData("a best that its neighbour supports, of three blocks since", 1.75, 3, 0, false, true, 2.5, false)]
    [InlineData("a best that its neighbour does not support", 1.75, 4, 0, false, false, 2.5, false)]
    [InlineData("a supported best, not far below the rest", 1.75, 4, 0, false, true, 2.25, false)]
    public void AWorseningIsSignificantInOneOfFiveWays(string name, double rise, int after, double trend, bool worsens, bool isSupported, double bestAfter, bool expected)
    {
        _ = name;
        var told = Plain with { End = 2 + rise, After = after, Trend = trend, Worsens = worsens, IsSupported = isSupported, BestAfter = bestAfter };

        Assert.Equal(expected, told.IsSignificant(3, 0.125));
    }
}
