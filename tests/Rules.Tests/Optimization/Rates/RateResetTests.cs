using TrainingDoctor.Rules.Optimization.Rates;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Tests.Optimization.Rates;

/// <summary>A schedule that begins again while it is under way, told from one that has come to its end, has hardly begun or goes its own way.</summary>
public sealed class RateResetTests
{
    [Theory]
    [InlineData("five falls, then the beginning", new[] { 10.0, 9, 8, 7, 6, 5, 10, 9 }, 1)]
    [InlineData("four falls", new[] { 10.0, 9, 8, 7, 6, 10, 9 }, 0)]
    [InlineData("a level between five falls", new[] { 10.0, 9, 8, 8, 7, 6, 5, 10, 9 }, 1)]
    [InlineData("a level in place of a fall", new[] { 10.0, 9, 8, 8, 7, 6, 10, 9 }, 0)]
    [InlineData("a rise on the way", new[] { 10, 9, 8, 7, 6, 6.5, 6, 5, 10, 9 }, 0)]
    [InlineData("at the end of the cycle", new[] { 10, 8, 6, 4, 2, 1.5, 10, 8 }, 0)]
    [InlineData("shortly before its end", new[] { 10, 8, 6, 4, 2, 1.625, 10, 8 }, 1)]
    [InlineData("hardly begun", new[] { 10, 9.8, 9.6, 9.4, 9.2, 9, 10, 9.8 }, 0)]
    [InlineData("a tenth down", new[] { 10, 9.8, 9.6, 9.4, 9.2, 8.9, 10, 9.8 }, 1)]
    [InlineData("a tenth below where it goes to, though not below the largest", new[] { 10, 9.8, 9.6, 9.5, 9.4, 9.2, 10.4, 9.8 }, 0)]
    [InlineData("a tenth below the largest, though not below where it goes to", new[] { 5.0, 10, 9, 8, 7, 6, 5, 5, 10 }, 0)]
    [InlineData("somewhat above the beginning", new[] { 10, 9, 8, 7, 6, 5, 10.4, 9 }, 1)]
    [InlineData("far above the beginning", new[] { 10, 9, 8, 7, 6, 5, 10.6, 9 }, 0)]
    [InlineData("somewhat below the beginning", new[] { 10, 9, 8, 7, 6, 5, 9.6, 9 }, 1)]
    [InlineData("far below the beginning", new[] { 10, 9, 8, 7, 6, 5, 9.4, 9 }, 0)]
    [InlineData("on at the old place", new[] { 10.0, 9, 8, 7, 6, 5, 10, 4 }, 0)]
    [InlineData("on at another pace", new[] { 10, 9, 8, 7, 6, 5, 10, 9.5 }, 0)]
    [InlineData("the beginning as the last rate", new[] { 10.0, 9, 8, 7, 6, 5, 10 }, 0)]
    [InlineData("twice", new[] { 10.0, 9, 8, 7, 6, 5, 10, 9, 8, 7, 6, 5, 10, 9 }, 2)]
    public void ABeginningInTheMiddleOfAFallIsCounted(string name, double[] rates, int count)
    {
        var reset = new RateReset();
        for (int i = 0; i < rates.Length; i++)
        {
            reset.Add(10 * i, rates[i]);
        }

        Assert.True(count == reset.Count, name);
    }

    [Fact]
    public void TheFirstBeginningIsTold()
    {
        var reset = new RateReset();
        double[] rates = [10, 9, 8, 7, 6, 5, 10.25, 9, 8, 7, 6, 4, 10, 9];
        for (int i = 0; i < rates.Length; i++)
        {
            reset.Add(10 * i, rates[i]);
        }

        Assert.Equal((60, 50, 5, 10.25), reset.First);
    }

    [Theory]
    [InlineData("as much above as before", 9, 10, 0.1, 2, true)]
    [InlineData("a rise that is the share exactly", 9, 10, 1, 2, false)]
    [InlineData("a rise by less than the share", 9, 10, 0.5, 1.25, false)]
    [InlineData("a fall", 9, 10, 0.1, 0.5, false)]
    [InlineData("two losses before", 1, 2, 0.1, 2, false)]
    [InlineData("three losses before", 2, 3, 0.1, 2, true)]
    [InlineData("the last loss lies before", 9, 20, 0.1, 2, false)]
    [InlineData("the last loss is of the step", 9, 19, 0.1, 2, true)]
    public void ANewBeginningIsDearWhereTheLossLiesHigherJustAfter(string name, int stepBefore, int step, double share, double after, bool isDear)
    {
        var losses = new CompactedSeries();
        for (int i = 0; i < 20; i++)
        {
            losses.Add(i, 2 * (i <= stepBefore ? 1 : after));
        }

        Assert.True(isDear == RateReset.IsDearAt(losses, stepBefore, step, share), name);
    }

    /// <summary>The three losses before the new beginning and the three from it on count, and no other.</summary>
    [Fact]
    public void OnlyTheLossesNextToItCount()
    {
        double[] values = [9, 9, 9, 9, 9, 9, 9, 1, 1, 1, 1.2, 1.2, 1.2, 0, 0, 0, 0, 0, 0, 0];
        var losses = new CompactedSeries();
        for (int i = 0; i < values.Length; i++)
        {
            losses.Add(i, values[i]);
        }

        Assert.True(RateReset.IsDearAt(losses, 9, 10, 0.16));
    }
}
