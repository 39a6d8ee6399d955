using TrainingDoctor.Rules.Gradients;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>One gradient that overthrew the weights of a recurrent network (TD2002).</summary>
public sealed class GradientLeapTests
{
    [Theory]
    [InlineData(9000, 12, LayerKind.Recurrent, 1.0, true)]
    [InlineData(3000, 12, LayerKind.Recurrent, 1.0, false)]
    [InlineData(9000, 0.4, LayerKind.Recurrent, 1.0, false)]
    [InlineData(9000, 12, LayerKind.Linear, 1.0, false)]
    [InlineData(9000, 12, LayerKind.Recurrent, 0.1, false)]
    public void OneIsEnoughWhereItsStepOverthrewARecurrentNetworkForGood(double norm, double ratio, LayerKind kind, double lastLoss, bool isIll)
    {
        var findings = RuleVerifier.Run(new ExplodingGradient(new()), Run(norm, ratio, leapsAt: 3, longestAt: 3, lastLoss), Network(kind));

        Assert.Equal(isIll, findings.Count == 1);
        Assert.All(findings, finding =>
        {
            Assert.Equal((Severity.Error, 3L, 3L, norm), (finding.Severity, finding.FirstStep, finding.LastStep, finding.Evidence[0].Value));
            Assert.Equal(RemedyActionKind.ClipGradientNorm, finding.Remedies[0].Actions[0].Kind);
        });
    }

    /// <summary>A loss that leapt too and came down to half of its first value may still be that of a constant answer; one far below has learnt.</summary>
    [Theory]
    [InlineData(0.45, true)]
    [InlineData(0.02, false)]
    public void ALossThatLeaptMustComeDownToWhatIsWorthTheTraining(double lastLoss, bool isIll)
    {
        var trace = Run(9000, 12, leapsAt: 3, longestAt: 3, lastLoss, leapsTo: 50).And(Trace.Of(Metric.TargetStandardDeviation, Enumerable.Repeat(Math.Sqrt(0.5), 200)));
        var run = Network(LayerKind.Recurrent) with { Task = TrainingTask.Regression, Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "MSELoss", Reduction = "mean" } };

        Assert.Equal(isIll, RuleVerifier.Run(new ExplodingGradient(new()), trace, run).Count == 1);
    }

    /// <summary>What another step had overthrown before is not this gradient's work.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void TheLongestStepMustBeItsOwn(int longestAt) =>
        Assert.Empty(RuleVerifier.Run(new ExplodingGradient(new()), Run(9000, 12, leapsAt: 3, longestAt, 1), Network(LayerKind.Recurrent)));

    private static RunDescription Network(LayerKind kind) =>
        new() { Model = new ModelDescription { TypeName = "Net", Layers = [new LayerDescription { Path = "layer", TypeName = kind.ToString(), Kind = kind }], Parameters = [] } };

    private static Trace Run(double norm, double ratio, int leapsAt, int longestAt, double lastLoss, double leapsTo = 5) =>
        Trace.Of(Metric.GlobalGradientNorm, Enumerable.Range(0, 200).Select(step => step == leapsAt ? norm : 40.0))
            .And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Range(0, 200).Select(step => step == longestAt ? ratio : 0.01)))
            .And(Trace.Of(Metric.Loss, Enumerable.Range(0, 200).Select(step => step == leapsAt + 1 ? leapsTo : step <= leapsAt ? 1 : lastLoss)));
}
