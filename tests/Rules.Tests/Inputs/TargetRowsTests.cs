using TrainingDoctor.Rules.Inputs;

namespace TrainingDoctor.Tests.Inputs;

public sealed class TargetRowsTests
{
    [Theory]
    [InlineData("smoothing that adds 1/K and not eps/K", LossKind.CrossEntropy, 1.9, true)]
    [InlineData("smoothing that adds nothing", LossKind.CrossEntropy, 0.9, true)]
    [InlineData("counts of annotators", LossKind.CrossEntropy, 5, true)]
    [InlineData("smoothed labels", LossKind.CrossEntropy, 1, false)]
    [InlineData("shares written with two digits", LossKind.CrossEntropy, 0.99, false)]
    [InlineData("labels that are independent", LossKind.BinaryCrossEntropyWithLogits, 1.9, false)]
    [InlineData("numbers of a regression", LossKind.MeanSquaredError, 7, false)]
    public void SharesSumToOne(string name, LossKind kind, double sum, bool found)
    {
        _ = name;
        var run = new RunDescription { Loss = new LossDescription { Kind = kind, TypeName = "Loss", Reduction = "mean" } };
        var trace = Trace.Of(Metric.TargetRowSum, Enumerable.Repeat(sum, 20)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 20).Select(step => 2.0 - (step / 20.0))));
        var findings = RuleVerifier.Run(new InvalidTarget(new()), trace, run);

        Assert.Equal(found, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Warning, Cause.LabelError), (finding.Severity, finding.Causes[0].Cause)));
    }

    /// <summary>One batch whose rows happen to sum to something else is chance.</summary>
    [Fact]
    public void OneSumOfSeveralIsNoFault()
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "Loss", Reduction = "mean" } };

        Assert.Empty(RuleVerifier.Run(new InvalidTarget(new()), Trace.Of(Metric.TargetRowSum, 1, 1, 1.4, 1, 1, 1, 1), run));
    }
}
