using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Tests.Examples;
using TrainingDoctor.Tests.Families;

namespace TrainingDoctor.Tests.Curves;

public sealed class RunningMeanTestTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(3000)]
    public void KnowsMeansOfAllThatCameBefore(int count)
    {
        var dice = new Dice(3);
        double sum = 0;
        Assert.True(Holds(Enumerable.Range(1, count).Select(i => (sum += 0.3 * Math.Exp(0.4 * dice.Normal())) / i)));
    }

    [Theory]
    [InlineData("single values around a level")]
    [InlineData("single values on a falling level")]
    [InlineData("a smooth curve")]
    [InlineData("an exponential average")]
    public void KnowsThatOthersAreNone(string kind)
    {
        var dice = new Dice(4);
        double average = 1;
        Assert.False(Holds(Enumerable.Range(1, 600).Select(i => kind switch
        {
            "single values around a level" => 0.3 * Math.Exp(0.4 * dice.Normal()),
            "single values on a falling level" => (2 / Math.Sqrt(i)) + (0.1 * dice.Normal()),
            "a smooth curve" => 0.2 + (2 * Math.Exp(-i / 100.0)),
            _ => average += 0.02 * (0.5 + (0.2 * dice.Normal()) - average),
        })));
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
