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

    /// <summary>Single values of one size that change sides so many times in thirty-two: half of the times where they are independent of each other.</summary>
    [Theory]
    [InlineData(11, false)]
    [InlineData(14, true)]
    [InlineData(16, true)]
    [InlineData(18, true)]
    [InlineData(21, false)]
    public void SingleValuesDependOnEachOtherByLittle(int changes, bool expected)
    {
        double mean = 0;
        Assert.Equal(expected, Holds(Enumerable.Range(1, 400).Select(i => mean += (changes * i / 32 % 2 == 0 ? 1.0 : -1.0) / i)));
    }

    /// <summary>The third window, from the 65th value on, is compared as soon as the 128th is in.</summary>
    [Theory]
    [InlineData("four times the square", 2, true)]
    [InlineData("nine times the square", 3, false)]
    public void AWindowCountsWithItsLastValue(string name, double size, bool expected)
    {
        _ = name;
        double mean = 0;
        Assert.Equal(expected, Holds(Enumerable.Range(1, 128).Select(i => mean += (i <= 64 ? 1 : size) * (i / 2 % 2 == 0 ? 1 : -1) / i)));
    }

    /// <summary>A mean that stands still for a stretch tells nothing there, and nothing against the rest.</summary>
    [Fact]
    public void AStretchThatStandsStillIsNoSign()
    {
        double mean = 0;
        Assert.True(Holds(Enumerable.Range(1, 400).Select(i => mean += (i is > 32 and <= 48 ? 0 : i / 2 % 2 == 0 ? 1.0 : -1.0) / i)));
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
