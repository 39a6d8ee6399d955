using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>A validation loss that is infinite now and then, beside a training that goes on (TD4001).</summary>
public sealed class InfiniteValidationTests
{
    [Theory]
    [InlineData(1, Severity.Info)]
    [InlineData(12, Severity.Warning)]
    public void ManyInfinitiesAreMoreThanOne(int infinities, Severity expected)
    {
        var validation = Enumerable.Range(0, 30).Select(index => index % 2 == 0 && index / 2 < infinities ? double.PositiveInfinity : 1.0);
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, 300).Select(step => 2 * Math.Exp(-step / 100.0))).And(Trace.Of(Metric.ValidationLoss, validation).Every(10));

        var finding = Assert.Single(RuleVerifier.Run(new NonFiniteLoss(new()), trace));

        Assert.Equal((expected, 0L), (finding.Severity, finding.FirstStep));
    }
}
