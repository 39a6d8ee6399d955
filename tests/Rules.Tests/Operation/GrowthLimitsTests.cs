using TrainingDoctor.Rules.Operation;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Operation;

/// <summary>From where on memory that grows and steps that slow down are told (TD8502, TD8503): of 120 reports the medians of the second, the third and the last quarter are plain to see.</summary>
public sealed class GrowthLimitsTests
{
    private const double Mebibyte = 1 << 20;

    [Theory]
    [InlineData("as much more as is needed, twice as many", 119, 600, 2, RuleOutcome.Found)]
    [InlineData("one tensor more is needed", 119, 601, 2, RuleOutcome.Passed)]
    public void TensorsThatGrowAreToldFromTheirLimits(string name, int last, double least, double growth, RuleOutcome expected)
    {
        _ = name;
        var rule = new GrowingMemory(new() { MinimumTensors = least, MinimumGrowth = growth });

        Assert.Equal(expected, RuleVerifier.Status(rule, Trace.Of(Metric.LiveTensors, Enumerable.Range(0, last + 1).Select(step => 155.0 + (10 * step)))).Outcome);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void MemoryIsCountedInMebibytes(double least, bool isFound)
    {
        var rule = new GrowingMemory(new() { MinimumMebibytes = least });

        var findings = RuleVerifier.Run(rule, Trace.Of(Metric.ProcessMemory, Quarters(100, 256, 384, 512).Select(size => size * Mebibyte)));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("The memory of the process grew from 256 MiB to 512 MiB", 512 * Mebibyte, 30L, 119L), (finding.Title.ToString(), finding.Evidence[0].Value, finding.FirstStep, finding.LastStep)));
    }

    /// <summary>Where tensors are told seldom or keep their number, the memory of the process is looked at.</summary>
    [Theory]
    [InlineData("few reports of tensors", 100)]
    [InlineData("tensors that keep their number", 120)]
    public void MemoryIsToldWhereTensorsDoNotGrow(string name, int tensors)
    {
        _ = name;
        var trace = Trace.Of(Metric.LiveTensors, Enumerable.Repeat(5000.0, tensors)).And(Trace.Of(Metric.ProcessMemory, Quarters(100, 1000, 2000, 3000).Select(size => size * Mebibyte)));

        Assert.Equal("median_process_memory", Assert.Single(RuleVerifier.Run(new GrowingMemory(new()), trace)).Evidence[0].Metric);
    }

    [Fact]
    public void TensorsAreToldWhereMemoryIsToldSeldom()
    {
        var trace = Trace.Of(Metric.LiveTensors, Quarters(100, 1000, 3000, 5000)).And(Trace.Of(Metric.ProcessMemory, Enumerable.Repeat(Mebibyte, 50)));

        var finding = Assert.Single(RuleVerifier.Run(new GrowingMemory(new()), trace));

        Assert.Equal("Live tensors pile up: 1,000 became 5,000", finding.Title.ToString());
    }

    /// <summary>A growth that begins late is seen at one of the looks, which get rarer.</summary>
    [Theory]
    [InlineData(Metric.LiveTensors)]
    [InlineData(Metric.StepTime)]
    public void AGrowthThatBeginsLateIsTold(Metric metric)
    {
        var trace = Trace.Of(metric, Enumerable.Range(0, 400).Select(step => step < 150 ? 1000.0 : 1000 + (40 * (step - 150))));

        var finding = Assert.Single(RuleVerifier.Run(metric == Metric.StepTime ? new SlowingSteps(new()) : new GrowingMemory(new()), trace));

        Assert.Equal(399, finding.LastStep);
    }

    /// <summary>A growth that ended is told as it was when it was last seen.</summary>
    [Theory]
    [InlineData(Metric.LiveTensors)]
    [InlineData(Metric.StepTime)]
    public void AGrowthThatEndsKeepsItsLastStep(Metric metric)
    {
        var trace = Trace.Of(metric, Enumerable.Range(0, 500).Select(step => 500.0 + (40 * Math.Min(step, 200))));

        var finding = Assert.Single(RuleVerifier.Run(metric == Metric.StepTime ? new SlowingSteps(new()) : new GrowingMemory(new()), trace));

        Assert.InRange(finding.LastStep!.Value, 200, 300);
    }

    [Theory]
    [InlineData("as much slower as is needed", 119, 2, RuleOutcome.Found)]
    [InlineData("a little more is needed", 119, 2.015625, RuleOutcome.Passed)]
    [InlineData("one report less", 118, 1.5, RuleOutcome.NotEvaluated)]
    public void StepsThatSlowDownAreToldFromTheirLimits(string name, int last, double growth, RuleOutcome expected)
    {
        _ = name;
        var rule = new SlowingSteps(new() { MinimumGrowth = growth });

        Assert.Equal(expected, RuleVerifier.Status(rule, Trace.Of(Metric.StepTime, Enumerable.Range(0, last + 1).Select(step => 155.0 + (10 * step)))).Outcome);
    }

    /// <summary>Most of the growth must lie between the steps for the data to be to blame.</summary>
    [Theory]
    [InlineData("seven tenths of it", 8, Cause.SlowDataLoading)]
    [InlineData("a little less", 7.9375, Cause.GrowingWork)]
    public void TheWaitingThatGrowsIsToBlame(string name, double last, Cause expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.StepTime, Quarters(10, 10, 15, 20)).And(Trace.Of(Metric.DataTime, Quarters(1, 1, (1 + last) / 2, last)));

        var finding = Assert.Single(RuleVerifier.Run(new SlowingSteps(new()), trace));

        Assert.Equal(expected, finding.Causes[0].Cause);
        Assert.Equal("Steps became 2 times as slow", finding.Title.ToString());
    }

    private static IEnumerable<double> Quarters(double first, double second, double third, double last) => StepCurve.Levels((30, first), (30, second), (30, third), (30, last));
}
