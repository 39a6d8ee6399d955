using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Tests.Curves;

public sealed class RunCurvesTests
{
    /// <summary>However long the run, the epoch that is told of a step is the one that was logged there, and no mean of several.</summary>
    [Theory]
    [InlineData(40, 1)]
    [InlineData(746, 2)]
    [InlineData(5000, 10)]
    public void TellsTheEpochThatWasLoggedAtAStep(int steps, int stepsPerEpoch)
    {
        var curves = Epochs(Enumerable.Range(0, steps).Select(step => ((long)step, (double)(step / stepsPerEpoch))));

        Assert.All(Enumerable.Range(0, steps), step =>
        {
            double epoch = curves.EpochAt(step)!.Value;
            Assert.True(double.IsInteger(epoch) && Math.Abs(epoch - (step / stepsPerEpoch)) <= 1, $"step {step}: epoch {epoch}");
        });
        Assert.True(Enumerable.Range(0, steps).Count(step => curves.EpochAt(step) != step / stepsPerEpoch) <= steps / 4);
    }

    [Fact]
    public void OfEpochsThatAreToldAtTheirEndsTheNextOneCounts()
    {
        var curves = Epochs(Enumerable.Range(1, 12).Select(epoch => ((long)(5 * epoch) - 1, (double)epoch)));

        Assert.Equal([1, 10, 11, 12], new long[] { 0, 49, 50, 59 }.Select(step => curves.EpochAt(step)));
        Assert.Null(curves.EpochAt(60));
    }

    [Fact]
    public void WithoutEpochsThereIsNone() => Assert.Null(new RunCurves().EpochAt(3));

    private static RunCurves Epochs(IEnumerable<(long Step, double Epoch)> told)
    {
        var curves = new RunCurves();
        foreach (var (step, epoch) in told)
        {
            curves.Add(new Measurement(step, Metric.Epoch, ScopeTable.Run, epoch));
        }

        return curves;
    }
}
