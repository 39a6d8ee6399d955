using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Tests.Families;

namespace TrainingDoctor.Tests.Curves;

/// <summary>How many values it takes to know means of all that came before, and which of its signs tells each curve that is none.</summary>
public sealed class RunningMeanLimitsTests
{
    [Theory]
    [InlineData(127, false)]
    [InlineData(128, true)]
    public void AHundredAndTwentyEightValuesAreNeeded(int count, bool expected) => Assert.Equal(expected, Holds(Means(count, _ => 1)));

    /// <summary>Single values that scatter five times as widely in one window as in another are no values of one kind; the square of it is what is compared.</summary>
    [Theory]
    [InlineData("as widely all along", 1, true)]
    [InlineData("more widely from the middle on", 1.8, true)]
    [InlineData("far more widely from the middle on", 4, false)]
    public void SingleValuesScatterAlike(string name, double later, bool expected)
    {
        _ = name;
        Assert.Equal(expected, Holds(Means(400, i => i < 112 ? 1 : later)));
    }

    [Fact]
    public void ValuesThatNeverChangeAreNone() => Assert.False(Holds(Enumerable.Repeat(1.0, 400)));

    /// <summary>Stretches that go to and fro and stretches that go one way cancel out in their mean, not in their squares.</summary>
    [Fact]
    public void StretchesThatCancelOutAreNone()
    {
        var dice = new Dice(5);
        double mean = 0;
        Assert.False(Holds(Enumerable.Range(1, 400).Select(i => mean += (1 + (0.1 * dice.Normal())) * ((i - 1) / 16 % 2 == 0 || i % 2 == 0 ? 1 : -1) / i)));
    }

    private static IEnumerable<double> Means(int count, Func<int, double> spread)
    {
        var dice = new Dice(7);
        double sum = 0;
        return Enumerable.Range(1, count).Select(i => (sum += 5 + (spread(i) * dice.Normal())) / i);
    }

    private static bool Holds(IEnumerable<double> values)
    {
        var test = default(RunningMeanTest);
        foreach (double value in values)
        {
            test.Add(value);
        }

        return test.Holds;
    }
}
