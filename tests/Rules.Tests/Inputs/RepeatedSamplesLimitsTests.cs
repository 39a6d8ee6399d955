using TrainingDoctor.Rules.Inputs;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Inputs;

/// <summary>How many rows of a batch must be copies, of how many the target must differ, and in how many batches (TD1013).</summary>
public sealed class RepeatedSamplesLimitsTests
{
    private const int Count = 20;

    [Theory]
    [InlineData("half of the rows", 10, 0.5, RuleOutcome.Found)]
    [InlineData("one batch less", 9, 0.875, RuleOutcome.NotEvaluated)]
    public void HalfOfTheRowsOfTenBatches(string name, int count, double share, RuleOutcome expected)
    {
        _ = name;
        Assert.Equal(expected, RuleVerifier.Status(new RepeatedSamples(new()), Trace.Of(Metric.InputDuplicateFraction, Enumerable.Repeat(share, count))).Outcome);
    }

    [Theory]
    [InlineData("as many as are asked for", 0.375, 0.375, "The same inputs come with different targets", "38 %")]
    [InlineData("as many on average", 0.25, 0.5, "The same inputs come with different targets", "38 %")]
    public void TargetsThatDifferAreTold(string name, double first, double second, string title, string share)
    {
        _ = name;
        var trace = Trace.Of(Metric.InputDuplicateFraction, Enumerable.Repeat(0.75, Count)).And(Trace.Of(Metric.ConflictingTargetFraction, StepCurve.Change(Count, Count / 2, first, second)));
        var finding = Assert.Single(RuleVerifier.Run(new RepeatedSamples(new() { MinimumConflicts = 0.375 }), trace));

        Assert.Equal(title, finding.Title.ToString());
        Assert.Contains(share, finding.Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Batches of one sample alone are left out of the mean.</summary>
    [Theory]
    [InlineData(Metric.InputConstantFraction, 1, 0.75)]
    [InlineData(Metric.InputStandardDeviation, 0, 0.75)]
    public void OneSampleAloneIsLeftOut(Metric metric, double value, double mean)
    {
        var trace = Trace.Of(metric, StepCurve.Change(Count, 10, 0.5, value)).And(Trace.Of(Metric.InputDuplicateFraction, StepCurve.Change(Count, 10, 0.75, 1)));

        Assert.Equal(mean, Assert.Single(RuleVerifier.Run(new RepeatedSamples(new()), trace)).Evidence[0].Value);
    }

    /// <summary>A share that falls again has recovered, and is told as it was; one that comes back has not.</summary>
    [Theory]
    [InlineData(20, 0, 19L, 20L)]
    [InlineData(20, 40, 79L, null)]
    public void ARecoveryIsTold(int healthy, int ill, long last, long? recovered)
    {
        var finding = Assert.Single(RuleVerifier.Run(new RepeatedSamples(new()), Trace.Of(Metric.InputDuplicateFraction, StepCurve.Levels((20, 0.5), (healthy, 0), (ill, 1)))));

        Assert.Equal((last, recovered), (finding.LastStep, finding.RecoveredAt));
    }

    [Theory]
    [InlineData(TrainingTask.Diffusion)]
    [InlineData(TrainingTask.SelfSupervised)]
    public void SomeTasksAreNotJudged(TrainingTask task) =>
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(new RepeatedSamples(new()), Trace.Of(Metric.InputDuplicateFraction, Enumerable.Repeat(0.75, Count)), new RunDescription { Task = task }).Outcome);
}
