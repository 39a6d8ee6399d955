using TrainingDoctor.Rules.Optimization;

namespace TrainingDoctor.Tests.Optimization;

/// <summary>A rate that single precision cannot tell from zero for most of the run, whatever was learned before (TD5006).</summary>
public sealed class LostRateTests
{
    [Theory]
    [InlineData(0.1, 10, true)]
    [InlineData(0.1, 50, false)]
    [InlineData(0.5, 5, true)]
    [InlineData(0.9, 20, false)]
    public void NoScheduleStandsStillForHalfOfTheRun(double factor, int period, bool isFound)
    {
        var rates = Trace.Of(Metric.LearningRate, Enumerable.Range(0, 400).Select(step => 0.002 * Math.Pow(factor, step / period)));
        var losses = Trace.Of(Metric.Loss, Enumerable.Range(0, 400).Select(step => (0.05 + (0.2 * Math.Exp(-step / 4.0))) * (1 + (0.02 * Math.Sin(step * 2.4)))));

        var findings = RuleVerifier.Run(new DegenerateLearningRate(new()), rates.And(losses));

        Assert.Equal(isFound, findings.Any(finding => finding.Title.ToString() == "The learning rate vanished long before the run ended"));
    }
}
