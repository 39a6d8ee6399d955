using TrainingDoctor.Rules.Loss;
using TrainingDoctor.Rules.Optimization;

namespace TrainingDoctor.Tests.Optimization;

/// <summary>What is told where a gradient is cut to next to nothing, or where nothing moves: neither is the fault of weight decay, which then is all that pulls.</summary>
public sealed class ClippedStepsTests
{
    private const int Steps = 300;

    [Theory]
    [InlineData(0, 1e-5, Cause.ExcessiveClipping)]
    [InlineData(0, 3e-4, Cause.ExcessiveClipping)]
    [InlineData(0.3, 1e-5, Cause.LearningRateTooLow)]
    [InlineData(0, 2e-3, Cause.ExcessiveRegularization)]
    public void AStalledLossUnderGradientsOfOneNormIsClipped(double variation, double update, Cause first)
    {
        var trace = Loss.And(Trace.Of(Metric.GlobalGradientNorm, Enumerable.Range(0, Steps).Select(step => 0.001 * (1 + (variation * Math.Sin(step))))))
            .And(Of(Metric.GlobalUpdateRatio, update)).And(Of(Metric.RegularizationGradientRatio, 11));

        var finding = Assert.Single(RuleVerifier.Run(new StalledLoss(new()), trace));

        Assert.Equal(first, finding.Causes.MaxBy(cause => cause.Likelihood)!.Cause);
        Assert.Equal(first == Cause.ExcessiveClipping, finding.Remedies[0].Actions.Any(action => action.Kind == RemedyActionKind.ClipGradientNorm));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1e-5, true)]
    public void DecayIsNotToBlameWhereNothingMoves(double update, bool told)
    {
        var run = new RunDescription { Optimizer = new OptimizerDescription { TypeName = "AdamW", WeightDecay = 0.01 } };
        var trace = Loss.And(Of(Metric.GlobalUpdateRatio, update)).And(Of(Metric.LearningRate, 1e-3)).And(Of(Metric.RegularizationGradientRatio, 5));

        Assert.Equal(told, RuleVerifier.Run(new DominantRegularization(new()), trace, run).Count > 0);
    }

    private static Trace Loss => Of(Metric.Loss, 2.3);

    private static Trace Of(Metric metric, double value) => Trace.Of(metric, Enumerable.Range(0, Steps).Select(step => value * (1 + (metric == Metric.Loss ? 0.002 * Math.Sin(7 * step) : 0))));
}
