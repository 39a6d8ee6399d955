using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>When a loss scale has sunk, and when most steps are skipped (TD9016).</summary>
public sealed class LossScaleLimitsTests
{
    private const int Count = 100;

    [Theory]
    [InlineData("at its floor", 1, 1, true)]
    [InlineData("back at the last step", 1, 2, false)]
    [InlineData("at its floor at the last step alone", 2, 1, false)]
    [InlineData("no number at the last step", 1, double.NaN, false)]
    public void AScaleAtItsFloorProtectsNothing(string name, double level, double last, bool isFound)
    {
        _ = name;
        var findings = Judge(Trace.Of(Metric.LossScale, StepCurve.Levels((30, 32), (69, level), (1, last))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((30L, 99L, 0.9, level), (finding.FirstStep, finding.LastStep, finding.Confidence, finding.Evidence[0].Value)));
    }

    /// <summary>A scale of 1 from the first step on was not used.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void AScaleThatWasNeverAboveItsFloorWasNotUsed(double first, bool isFound) =>
        Assert.Equal(isFound, Judge(Trace.Of(Metric.LossScale, StepCurve.Change(Count, 30, first, 1))).Count == 1);

    /// <summary>A scale that sinks over the second half is told before it is at its floor.</summary>
    [Theory]
    [InlineData("by as much as is not enough", 65536, 65536, 6, false)]
    [InlineData("by more than is needed", 65536, 65536, 7, true)]
    [InlineData("as far below where it began as is needed", 32768, 65536, 7, true)]
    [InlineData("down to where it began", 16, 65536, 7, false)]
    public void AScaleThatSinksIsTold(string name, double first, double middle, int halvings, bool isFound)
    {
        _ = name;
        var scale = Enumerable.Range(0, Count).Select(step => step == 0 ? first : step < 55 ? middle : middle / Math.Pow(2, Math.Min(halvings, (step - 50) / 5)));
        var findings = Judge(Trace.Of(Metric.LossScale, scale));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((50L, 0.75, 1024.0), (finding.FirstStep, finding.Confidence, finding.Evidence[0].Limit)));
    }

    /// <summary>A scale that fell at once and stayed has found its place, and one that comes back at the end, too.</summary>
    [Theory]
    [InlineData("fell at once", 60, 128, 128)]
    [InlineData("came back at the end", 60, 128, 65536)]
    public void AScaleThatHasFoundItsPlaceIsHealthy(string name, int at, double level, double last)
    {
        _ = name;
        Assert.Empty(Judge(Trace.Of(Metric.LossScale, StepCurve.Levels((at, 65536), (Count - 1 - at, level), (1, last)))));
    }

    [Theory]
    [InlineData("half of the steps", 0.5, 1, false)]
    [InlineData("all steps", 1, 1, true)]
    [InlineData("more than half of the steps of sparse rows", 6, 10, true)]
    [InlineData("half of the steps of sparse rows", 5, 10, false)]
    [InlineData("more than there are, which is no count of steps", 16, 10, false)]
    [InlineData("half as many again as there are", 1.5, 1, true)]
    [InlineData("a count below zero", -1, 1, false)]
    public void SkippedStepsAreCountedSinceTheRowBefore(string name, double skipped, int every, bool isFound)
    {
        _ = name;
        var findings = Judge(Trace.Of(Metric.SkippedSteps, StepCurve.Change(Count, 70, 0, skipped)).Every(every));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((75L * every, 99L * every), (finding.FirstStep, finding.LastStep)));
        Assert.All(findings, finding => Assert.InRange(finding.Evidence[0].Value, 0.5, 1));
    }

    /// <summary>A number that only grows is that of all steps skipped so far.</summary>
    [Theory]
    [InlineData("all steps of sparse rows", 10, 10, true)]
    [InlineData("all steps", 1, 1, true)]
    [InlineData("a quarter of the steps", 0.25, 1, false)]
    public void ANumberThatGrowsIsATotal(string name, double perRow, int every, bool isFound)
    {
        _ = name;
        var findings = Judge(Trace.Of(Metric.SkippedSteps, Enumerable.Range(1, Count).Select(row => Math.Floor(perRow * row))).Every(every));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal("Most steps are skipped", finding.Title.ToString()));
    }

    /// <summary>Steps that were skipped in the first half of a total are no longer skipped.</summary>
    [Fact]
    public void ATotalThatStaysIsNoLongerSkipping() =>
        Assert.Empty(Judge(Trace.Of(Metric.SkippedSteps, Enumerable.Range(1, Count).Select(row => row < 60 ? 10.0 * row : 600 + (row / 10.0))).Every(10)));

    [Theory]
    [InlineData(Metric.LossScale, 10, RuleOutcome.Found)]
    [InlineData(Metric.SkippedSteps, 10, RuleOutcome.Found)]
    public void TenValuesOfEitherAreNeeded(Metric metric, int count, RuleOutcome expected) =>
        Assert.Equal(expected, RuleVerifier.Status(new SkippedSteps(new()), Trace.Of(metric, StepCurve.Change(count, 3, metric == Metric.LossScale ? 1024 : 0, 1))).Outcome);

    /// <summary>Of what was told seven times beside the other nothing is known.</summary>
    [Theory]
    [InlineData(Metric.LossScale, 8, true)]
    [InlineData(Metric.SkippedSteps, 8, true)]
    public void EightValuesHaveALevel(Metric metric, int count, bool isFound)
    {
        var other = metric == Metric.LossScale ? Trace.Of(Metric.SkippedSteps, Enumerable.Repeat(0.0, Count)) : Trace.Of(Metric.LossScale, Enumerable.Repeat(1024.0, Count));

        Assert.Equal(isFound, Judge(other.And(Trace.Of(metric, StepCurve.Change(count, 3, metric == Metric.LossScale ? 1024 : 0, 1)))).Count == 1);
    }

    private static IReadOnlyList<Finding> Judge(Trace trace) => RuleVerifier.Run(new SkippedSteps(new()), trace);
}
