using TrainingDoctor.Rules.Optimization.Rates;

namespace TrainingDoctor.Tests.Optimization.Rates;

/// <summary>Whether a learning rate rose throughout, and how straight, against a plain computation.</summary>
public sealed class RateTrendTests
{
    private static readonly double[] Pairs = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5];

    public static TheoryData<string, double[], bool> Rises => new()
    {
        { "each above the one before", [1, 2, 4], true },
        { "from zero", [0, 1, 2], false },
        { "one twice", [1, 2, 2, 3], false },
        { "a fall at the end", [1, 2, 3, 2], false },
        { "five levels, each above the one before", Pairs, false },
        { "six levels, the last shorter", [.. Pairs, 6], true },
        { "six levels of one length", [.. Pairs, 6, 6], true },
        { "six levels, the last longer than any", [.. Pairs, 6, 6, 6], false },
        { "six levels, the first as long as the last", [1, .. Pairs, 6, 6, 6], true },
        { "six levels with a fall between", [.. Pairs, 4, 6, 6], false },
        { "none", [], false },
    };

    [Theory]
    [MemberData(nameof(Rises))]
    public void ARiseHasNoBreak(string name, double[] rates, bool rises) => Assert.True(rises == Of(rates, step => step).RoseThroughout, name);

    [Theory]
    [InlineData(new[] { 1.0, 2, 4 }, 1)]
    [InlineData(new[] { 1.0, 2, 4, 8, 16 }, 7)]
    [InlineData(new[] { 5.0, 3, 4, 1, 2 }, 3)]
    [InlineData(new[] { 1, Math.E, 0, 2 }, 2)]
    public void StraightnessIsTheCorrelationWithTheStep(double[] rates, int interval)
    {
        // Steps that lie apart by different numbers, far from zero.
        long At(int index) => 100 + (index * index * interval);
        var trend = Of(rates, At);
        double[] steps = [.. Enumerable.Range(0, rates.Length).Select(index => (double)At(index))];

        Assert.Equal(Correlation(steps, rates), trend.Straightness, 9);
        Assert.Equal(Correlation(steps, [.. rates.Select(rate => rate > 0 ? Math.Log(rate) : 0)]), trend.Steadiness, 9);
        Assert.Equal((rates[0], rates[^1], 100L, At(rates.Length - 1)), (trend.First, trend.Last, trend.FirstStep, trend.LastStep));
    }

    [Fact]
    public void ARateThatStaysHasNoDirection() => Assert.Equal((0, 0), Of([2, 2, 2], step => step) is var trend ? (trend.Straightness, trend.Steadiness) : default);

    private static double Correlation(double[] x, double[] y)
    {
        double meanOfX = x.Average();
        double meanOfY = y.Average();
        double Sum(Func<int, double> term) => Enumerable.Range(0, x.Length).Sum(term);
        return Sum(i => (x[i] - meanOfX) * (y[i] - meanOfY)) / Math.Sqrt(Sum(i => Math.Pow(x[i] - meanOfX, 2)) * Sum(i => Math.Pow(y[i] - meanOfY, 2)));
    }

    private static RateTrend Of(double[] rates, Func<int, long> step)
    {
        var trend = new RateTrend();
        for (int i = 0; i < rates.Length; i++)
        {
            trend.Add(step(i), rates[i]);
        }

        return trend;
    }
}
