using TrainingDoctor.Rules.Operation;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Operation;

public sealed class ResourceRulesTests
{
    [Fact]
    public void WaitingIsToldAsTheShareOfAllTimedSteps()
    {
        // Reports of every fifth step: 0.6 of 1 s waited, so that 60 s are waited for after a hundred steps.
        var trace = Spaced(Metric.DataTime, 60, 5, 0.6).And(Spaced(Metric.StepTime, 60, 5, 1));

        var finding = Assert.Single(RuleVerifier.Run(new DataStarved(new()), trace));

        Assert.Equal(0.6, finding.Evidence[0].Value, 6);
        Assert.Equal("TD8501", finding.Rule.Id);
    }

    [Theory]
    [InlineData(0.45, 60, 5)]
    [InlineData(0.9, 12, 1)]
    public void ShortWaitingAndShortRunsAreSilent(double waiting, int reports, int every) =>
        Assert.Empty(RuleVerifier.Run(new DataStarved(new()), Spaced(Metric.DataTime, reports, every, waiting).And(Spaced(Metric.StepTime, reports, every, 1))));

    [Theory]
    [InlineData("a cache that fills")]
    [InlineData("a sawtooth, as a garbage collector makes it")]
    [InlineData("a level with noise")]
    [InlineData("too short to tell")]
    public void MemoryThatComesAndGoesIsSilent(string kind)
    {
        var values = kind switch
        {
            "a cache that fills" => SeededCurve.Noisy(400, step => 2000 + (6000 * (1 - Math.Exp(-step / 60.0))), 40),
            "a sawtooth, as a garbage collector makes it" => SeededCurve.Noisy(400, step => 2000 + (50 * (step % 67)), 40),
            "a level with noise" => SeededCurve.Noisy(400, _ => 5000, 800),
            _ => SeededCurve.Noisy(50, step => 2000 + (500 * step), 10),
        };

        Assert.Empty(RuleVerifier.Run(new GrowingMemory(new()), Trace.Of(Metric.LiveTensors, values)));
        Assert.Empty(RuleVerifier.Run(new SlowingSteps(new()), Trace.Of(Metric.StepTime, values.Select(value => value / 1000))));
    }

    [Fact]
    public void ALeakIsToldOnceWithItsTensorsAndNotAgainWithTheMemoryThatTheyHold()
    {
        var trace = Trace.Of(Metric.LiveTensors, SeededCurve.Noisy(300, step => 1000 + (30 * step), 60))
            .And(Trace.Of(Metric.ProcessMemory, SeededCurve.Noisy(300, step => 1e9 + (1e7 * step), 1e6)));

        var finding = Assert.Single(RuleVerifier.Run(new GrowingMemory(new()), trace));

        Assert.Equal("median_live_tensors", finding.Evidence[0].Metric);
        Assert.Equal(Cause.UndisposedTensors, finding.Causes[0].Cause);
        Assert.InRange(finding.Evidence[0].Value, 1000 + (30 * 200), 1000 + (30 * 300));
    }

    [Fact]
    public void MemoryAloneIsToldInMebibytes()
    {
        var finding = Assert.Single(RuleVerifier.Run(new GrowingMemory(new()), Trace.Of(Metric.ProcessMemory, SeededCurve.Noisy(300, step => 1e9 + (1e7 * step), 1e6))));

        Assert.Contains("MiB", finding.Message.ToString(), StringComparison.Ordinal);
        Assert.Equal(Cause.GrowingWork, finding.Causes[0].Cause);
    }

    [Theory]
    [InlineData(true, Cause.SlowDataLoading)]
    [InlineData(false, Cause.GrowingWork)]
    public void SlowerStepsAreBlamedOnWhatGrewInThem(bool isWaiting, Cause expected)
    {
        var trace = Trace.Of(Metric.StepTime, SeededCurve.Noisy(300, step => 0.5 + (0.005 * step), 0.02))
            .And(Trace.Of(Metric.DataTime, SeededCurve.Noisy(300, step => 0.1 + (isWaiting ? 0.005 * step : 0), 0.005)));

        var finding = Assert.Single(RuleVerifier.Run(new SlowingSteps(new()), trace));

        Assert.Equal(expected, finding.Causes[0].Cause);
    }

    private static Trace Spaced(Metric metric, int reports, int every, double value) => Trace.Of(metric, Enumerable.Repeat(value, reports)).Every(every);
}
