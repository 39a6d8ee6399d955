using TrainingDoctor.Rules.Optimization.Rates;

namespace TrainingDoctor.Tests.Optimization.Rates;

/// <summary>Rates within a factor of two of the first of them are steady, and a jump goes beyond a multiple of all before.</summary>
public sealed class RateSteadinessTests
{
    [Theory]
    [InlineData("as many as it takes", new[] { 1.0, 1, 1 }, true)]
    [InlineData("one too few", new[] { 1.0, 1 }, false)]
    [InlineData("twice the first and half of it", new[] { 1, 2, 0.5 }, true)]
    [InlineData("four times the one before is twice the first", new[] { 1, 0.5, 2 }, true)]
    [InlineData("more than twice the first", new[] { 1, 1, 2.125 }, false)]
    [InlineData("less than half of it", new[] { 1, 1, 0.375 }, false)]
    [InlineData("each twice the one before", new[] { 1.0, 2, 4 }, false)]
    [InlineData("three after another level", new[] { 1.0, 1, 8, 8, 8 }, true)]
    [InlineData("zeros", new[] { 0.0, 0, 0 }, false)]
    public void AsManyRatesAsItTakesAreASteadyTime(string name, double[] rates, bool isSteady) => Assert.True(isSteady == After(rates).IsLeftBy(100, 8, 10), name);

    [Theory]
    [InlineData(10, 1, false)]
    [InlineData(10.5, 1, true)]
    [InlineData(15, 2, false)]
    [InlineData(5, 0, false)]
    [InlineData(5, 1, false)]
    public void AJumpGoesBeyondTheMultiple(double rate, double largest, bool jumps) => Assert.Equal(jumps, After([1, 1, 1]).IsLeftBy(rate, largest, 10));

    private static RateSteadiness After(double[] rates)
    {
        var steadiness = new RateSteadiness(3);
        foreach (double rate in rates)
        {
            steadiness.Add(rate);
        }

        return steadiness;
    }
}
