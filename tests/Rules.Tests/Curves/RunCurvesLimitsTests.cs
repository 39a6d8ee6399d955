using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Tests.Curves;

/// <summary>What the curves of a run tell of a step: the level since, and the epoch, at the ends of what was told and between.</summary>
public sealed class RunCurvesLimitsTests
{
    [Fact]
    public void OfTwoValuesNothingIsToldSince()
    {
        Assert.Equal((double.NaN, double.NaN, double.NaN), Losses([2, 1]).Since(Metric.Loss, 0));
        Assert.Equal((double.NaN, double.NaN, double.NaN), Losses([2, 1]).Since(Metric.ValidationLoss, 0));

        var (then, now, _) = Losses([5, 3, 1]).Since(Metric.Loss, 0);
        Assert.Equal((5, 1), (then, now));
    }

    /// <summary>Of fewer than thirty blocks the one that holds the step is taken, of more its two neighbours with it.</summary>
    [Theory]
    [InlineData(29, 10, 100, 784, 1.71196)]
    [InlineData(29, -5, 0, 784, 1.71196)]
    [InlineData(29, 99, 784, 784, 78.73810)]
    [InlineData(30, 10, 100.66666667, 784.66666667, 0.98840)]
    [InlineData(30, 0, 0.5, 784.66666667, 0.98840)]
    [InlineData(30, 28, 784.66666667, 784.66666667, 47.14258)]
    public void TheLevelThenIsThatOfTheStepsAround(int count, long step, double then, double now, double error)
    {
        var since = Losses(Enumerable.Range(0, count).Select(i => (double)(i * i))).Since(Metric.Loss, step);

        Assert.Equal((then, now, error), (Math.Round(since.Then, 8), Math.Round(since.Now, 8), Math.Round(since.Error, 5)));
    }

    /// <summary>A step between two that were measured belongs to the earlier one.</summary>
    [Theory]
    [InlineData(19, 1)]
    [InlineData(20, 2)]
    public void AStepBelongsToTheBlockThatBeganBeforeIt(long step, double then)
    {
        var curves = new RunCurves();
        for (int i = 0; i < 5; i++)
        {
            curves.Add(new Measurement(10 * i, Metric.Loss, ScopeTable.Run, i));
        }

        Assert.Equal(then, curves.Since(Metric.Loss, step).Then);
    }

    [Fact]
    public void CurvesAreKeptByScopeAndOnlyOfWhatIsACurve()
    {
        var curves = new RunCurves();
        curves.Add(new Measurement(0, Metric.ValidationLoss, 2, 5));
        curves.Add(new Measurement(0, Metric.OutputMean, 1, 5));

        Assert.Equal((null, null, 5), (curves.Of(Metric.ValidationLoss), curves.Of(Metric.ValidationLoss, 3), curves.Of(Metric.ValidationLoss, 2)?.Series.Last));
        Assert.Equal((3, 0), (curves.All(Metric.ValidationLoss).Length, curves.All(Metric.OutputMean).Length));
    }

    /// <summary>Epochs that were merged are told as whole ones where they are, and in parts where they are not.</summary>
    [Theory]
    [InlineData("whole epochs, two a block", 0, 1, 0, 0)]
    [InlineData("whole epochs, the second of a block", 0, 1, 1, 1)]
    [InlineData("parts of epochs", 0, 0.25, 5, 1.25)]
    [InlineData("parts of epochs, the first of a block", 0, 0.25, 4, 1)]
    [InlineData("a part, then a whole one", 0.5, 0.5, 1, 1)]
    [InlineData("a whole one, then a part", 0, 0.5, 1, 0.5)]
    public void MergedEpochsAreToldBetweenTheirEnds(string name, double first, double perStep, long step, double expected)
    {
        _ = name;
        var curves = new RunCurves();
        for (int i = 0; i < 200; i++)
        {
            curves.Add(new Measurement(i, Metric.Epoch, ScopeTable.Run, first + (perStep * i)));
        }

        Assert.Equal(expected, curves.EpochAt(step));
    }

    [Fact]
    public void TheLastEpochIsThatOfWhatIsInNoBlockYet()
    {
        var curves = new RunCurves();
        for (int i = 0; i < 129; i++)
        {
            curves.Add(new Measurement(10 * i, Metric.Epoch, ScopeTable.Run, i));
        }

        Assert.Equal((127, 128, 128, null), (curves.EpochAt(1270), curves.EpochAt(1271), curves.EpochAt(1280), curves.EpochAt(1281)));
        Assert.Equal((0, 0, 0), (curves.EpochAt(-3), curves.EpochAt(0), curves.EpochAt(5)));
    }

    private static RunCurves Losses(IEnumerable<double> values)
    {
        var curves = new RunCurves();
        foreach (var (step, value) in values.Index())
        {
            curves.Add(new Measurement(step, Metric.Loss, ScopeTable.Run, value));
        }

        return curves;
    }
}
