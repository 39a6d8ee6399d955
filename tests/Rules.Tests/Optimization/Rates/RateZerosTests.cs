using TrainingDoctor.Rules.Optimization.Rates;

namespace TrainingDoctor.Tests.Optimization.Rates;

/// <summary>What is counted of a learning rate's zeros, and of rates that are next to nothing, each against a count by hand.</summary>
public sealed class RateZerosTests
{
    [Theory]
    [InlineData(new[] { 1.0, 0, 0, 1, 0, 0, 0, 1 }, 5, 3, 4, 6, 0)]
    [InlineData(new[] { 1.0, 0, 0, 1, 0, 0 }, 4, 2, 1, 2, 2)]
    [InlineData(new[] { 1.0, 0, 0, 1, 0 }, 3, 2, 1, 2, 0)]
    [InlineData(new[] { 0.0, 0, 0 }, 3, 3, 0, 2, 3)]
    [InlineData(new[] { 1.0, 2 }, 0, 0, 0, 0, 0)]
    public void TheLongestRunOfZerosIsTheFirstOfThem(double[] rates, int count, int longest, int first, int last, int atTheEnd)
    {
        var zeros = Of(0.01, rates);

        Assert.Equal((count, longest, atTheEnd), (zeros.Count, zeros.Longest, zeros.AtTheEnd));
        Assert.Equal((first, last), zeros.LongestSteps);
        Assert.Equal(rates.Max(), zeros.Largest);
    }

    [Theory]
    [InlineData(new[] { 1, 0.5, 0.25, 0.125 }, 2, 2, 3)]
    [InlineData(new[] { 1, 0.125, 0, 0.25 }, 2, 1, 3)]
    [InlineData(new[] { 1, 0.125, 0.125, 0.5, 0.125 }, 1, 4, 4)]
    [InlineData(new[] { 0.125, 1, 0.5 }, 0, 0, 0)]
    [InlineData(new[] { 4, 0.75, 0.75 }, 2, 1, 2)]
    public void WhatIsNextToNothingBesideTheLargestHasVanished(double[] rates, int vanished, int first, int last)
    {
        var zeros = Of(0.25, rates);

        Assert.Equal(vanished, zeros.Vanished);
        Assert.Equal((first, last), zeros.VanishedSteps);
    }

    /// <summary>Zeros are none of rounding where the log tells smaller rates, or where the rates before went to zero in a straight line.</summary>
    [Theory]
    [InlineData("nothing between the largest and zero", new[] { 1.0, 1, 1, 0 }, false)]
    [InlineData("a small rate long before", new[] { 1, 0.1, 1, 1, 1, 0 }, true)]
    [InlineData("a small rate beside large ones", new[] { 4, 0.5, 4, 4, 4, 0 }, true)]
    [InlineData("a rate exactly at the share", new[] { 1, 0.2, 1, 1, 1, 0 }, false)]
    [InlineData("a straight line", new[] { 3.0, 2, 1, 0 }, true)]
    [InlineData("slower to the end by half", new[] { 4.0, 2, 1, 0 }, false)]
    [InlineData("slower to the end by a little less", new[] { 4, 2, 0.96, 0 }, true)]
    [InlineData("faster to the end by half", new[] { 3.5, 2.5, 0.95, 0 }, true)]
    [InlineData("twice as fast at the end", new[] { 4.0, 3, 1, 0 }, false)]
    [InlineData("faster to the end by more", new[] { 3.3, 2.9, 1, 0 }, false)]
    [InlineData("a line that does not reach zero", new[] { 3.5, 2.5, 1.5, 0 }, false)]
    [InlineData("a line that nearly does", new[] { 3.25, 2.25, 1.25, 0 }, true)]
    public void ZerosAreTrueWhereTheRatesBeforeTellIt(string name, double[] rates, bool areTrue) =>
        Assert.True(areTrue == Of(0.01, rates).AreTrue(0.2), name);

    private static RateZeros Of(double nearlyNothing, double[] rates)
    {
        var zeros = new RateZeros(nearlyNothing);
        for (int step = 0; step < rates.Length; step++)
        {
            zeros.Add(step, rates[step]);
        }

        return zeros;
    }
}
