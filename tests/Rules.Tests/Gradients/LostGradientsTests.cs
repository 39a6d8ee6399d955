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

    /// <summary>Where nothing is left for any step, nothing is trained: what lacks gradients follows from that, and has its cause.</summary>
    [Theory]
    [InlineData("nothing moves and nothing is learnt", 1, Severity.Error)]
    [InlineData("other parts learn", 0.2, Severity.Warning)]
    public void GradientsThatNoStepEverSeesAreTold(string name, double end, Severity expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.GradientLost, Enumerable.Repeat(1.0, 60)).And(Trace.Of(Metric.GradientPresent, "0.weight", Enumerable.Repeat(0.0, 60)))
            .And(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => 1 - ((1 - end) * step / 59) + (0.01 * (step % 3)))));
        var diagnosis = RuleVerifier.Diagnose([new AccumulatingGradient(new()), new MissingGradient(new())], trace, new RunDescription { Task = TrainingTask.Regression });

        Assert.Equal(["TD2004", "TD2005"], diagnosis.Findings.Select(finding => finding.Rule.Id).Order());
        Assert.All(diagnosis.Findings, finding => Assert.Equal((Cause.MisplacedZeroGrad, RemedyActionKind.ZeroGradients), (finding.Causes[0].Cause, finding.Remedies[0].Actions[0].Kind)));
        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new AccumulatingGradient(new()), trace, new RunDescription { Task = TrainingTask.Regression })).Severity);
        Assert.Equal("TD2005", diagnosis.Primary?.Rule.Id);
    }

    /// <summary>Steps that a program leaves out, as those whose loss was no number, are few.</summary>
    [Fact]
    public void StepsThatAreLeftOutNowAndThenAreNoFault() =>
        Assert.Empty(RuleVerifier.Run(new AccumulatingGradient(new()), Trace.Of(Metric.GradientLost, Enumerable.Range(0, 60).Select(step => step < 12 ? 1.0 : 0))));

    [Fact]
    public void AFewStepsAreTooFew() => Assert.Empty(RuleVerifier.Run(new AccumulatingGradient(new()), Trace.Of(Metric.GradientLost, Enumerable.Repeat(0.875, 7))));
}
