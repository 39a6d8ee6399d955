using TrainingDoctor.Rules.Gradients;

namespace TrainingDoctor.Tests.Gradients;

public sealed class LostGradientsTests
{
    [Theory]
    [InlineData("eight micro-batches, each cleared", 7 / 8.0, 7 / 8.0, true)]
    [InlineData("four micro-batches, and a last step of three", 3 / 4.0, 2 / 3.0, true)]
    [InlineData("micro-batches that add up", 0, 0, false)]
    [InlineData("two networks in turn, the other's pass thrown away", 0.5, 0.5, false)]
    [InlineData("a step that looks at its neighbourhood first", 0.5, 0, false)]
    [InlineData("a critic's passes thrown away now and then", 5 / 6.0, 0, false)]
    public void TellsMicroBatchesThatAreCleared(string name, double most, double other, bool found)
    {
        _ = name;
        var findings = RuleVerifier.Run(new AccumulatingGradient(new()), Trace.Of(Metric.GradientLost, Enumerable.Range(0, 40).Select(step => step % 3 == 2 ? other : most)));

        Assert.Equal(found, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Warning, Cause.MisplacedZeroGrad), (finding.Severity, finding.Causes[0].Cause)));
    }

    [Fact]
    public void AFewStepsAreTooFew() => Assert.Empty(RuleVerifier.Run(new AccumulatingGradient(new()), Trace.Of(Metric.GradientLost, Enumerable.Repeat(0.875, 7))));
}
