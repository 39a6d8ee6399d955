using TrainingDoctor.Rules.Loss;
using TrainingDoctor.Tests.Families;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4003 on a loss that gives back a part of its fall: a fault at a steady rate, what a warm restart does on purpose.</summary>
public sealed class RestartedRateTests
{
    private const int Steps = 400;

    /// <summary>By what the rate of the second half is that of the loss's lowest level.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(1.7, true)]
    [InlineData(3, false)]
    [InlineData(100, false)]
    public void ARiseAfterARestartIsNoDivergence(double ratio, bool told)
    {
        var findings = RuleVerifier.Run(new DivergingLoss(new DivergingLossOptions()), Losses(0.4).And(Rates(ratio)));

        Assert.Equal(told, findings.Any(finding => finding.Severity >= Severity.Warning));
    }

    /// <summary>What loses more than most of what was won is worse than a restart.</summary>
    [Fact]
    public void ARestartThatLosesNearlyAllIsTold() => Assert.Contains(RuleVerifier.Run(new DivergingLoss(new DivergingLossOptions()), Losses(0.9).And(Rates(10))), finding => finding.Severity >= Severity.Warning);

    /// <summary>A rate of zero at the lowest level says nothing of what came after it.</summary>
    [Fact]
    public void ARateOfZeroExcusesNothing() => Assert.Contains(
        RuleVerifier.Run(new DivergingLoss(new DivergingLossOptions()), Losses(0.4).And(Trace.Of(Metric.LearningRate, Enumerable.Range(0, Steps).Select(step => step < Steps / 2 ? 0 : 0.1)))), finding => finding.Severity >= Severity.Warning);

    private static Trace Losses(double givenBack) => Trace.Of(Metric.Loss, new Dice(5).Scattered(Steps, share => share < 0.5 ? 0.4 + (1.8 * Math.Max(0, 1 - (share / 0.4))) : 0.4 + (1.8 * givenBack * Math.Min(1, (share - 0.5) / 0.3)), 0.02));

    private static Trace Rates(double ratio) => Trace.Of(Metric.LearningRate, Enumerable.Range(0, Steps).Select(step => step < Steps / 2 ? 0.01 : 0.01 * ratio));
}
