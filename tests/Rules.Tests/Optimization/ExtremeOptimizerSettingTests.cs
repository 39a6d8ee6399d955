using TrainingDoctor.Rules.Optimization;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Optimization;

/// <summary>TD5010 on momentum next to 1 and on epsilons beside the size of gradients.</summary>
public sealed class ExtremeOptimizerSettingTests
{
    private const int Steps = 60;

    /// <summary>10,000 weights and 100 biases: a norm of 1.005 is a root mean square of 0.01.</summary>
    private static readonly ModelDescription Model = Piece.Sequence(Piece.Linear(100, 100));

    [Theory]
    [InlineData(0.9, false)]
    [InlineData(0.99, false)]
    [InlineData(0.995, true)]
    [InlineData(0.9999, true)]
    [InlineData(1.0, false)]
    public void AMomentumNextToOneIsTold(double momentum, bool told)
    {
        var findings = Judge(new OptimizerDescription { TypeName = "SGD", Momentum = momentum }, 1, falls: false);

        Assert.Equal(told, findings.Count == 1);
        Assert.All(findings, finding => Assert.Contains(FormattableString.Invariant($"{1 / (1 - momentum):N0} times"), finding.Message.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1e-8, 1.005, false)]
    [InlineData(0.01, 1.005, false)]
    [InlineData(0.09, 1.005, false)]
    [InlineData(0.11, 1.005, true)]
    [InlineData(1, 1.005, true)]
    [InlineData(1e-8, 1e-8, true)]
    [InlineData(1e-8, 0, false)]
    public void AnEpsilonManyTimesTheGradientsIsTold(double epsilon, double norm, bool told)
    {
        var findings = Judge(new OptimizerDescription { TypeName = "Adam", Epsilon = epsilon }, norm, falls: false);

        Assert.Equal(told, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal([Cause.OptimizerMismatch, Cause.LearningRateTooLow], finding.Causes.Select(cause => cause.Cause)));
    }

    [Theory]
    [InlineData(false, Severity.Warning)]
    [InlineData(true, Severity.Info)]
    public void ARunThatLearnsAllTheSameIsHintedAt(bool falls, Severity severity) =>
        Assert.Equal(severity, Assert.Single(Judge(new OptimizerDescription { TypeName = "Adam", Epsilon = 1 }, 1, falls)).Severity);

    [Fact]
    public void FewGradientsTellNothing() => Assert.Empty(RuleVerifier.Run(
        new ExtremeOptimizerSetting(new()), Trace.Of(Metric.GlobalGradientNorm, Enumerable.Repeat(1.0, 9)), new RunDescription { Model = Model, Optimizer = new OptimizerDescription { TypeName = "Adam", Epsilon = 1 } }));

    private static IReadOnlyList<Finding> Judge(OptimizerDescription optimizer, double norm, bool falls) => RuleVerifier.Run(
        new ExtremeOptimizerSetting(new()),
        Trace.Of(Metric.GlobalGradientNorm, Enumerable.Repeat(norm, Steps)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, Steps).Select(step => falls ? 2.0 / (1 + step) : 2 - (0.001 * step)))),
        new RunDescription { Model = Model, Optimizer = optimizer });
}
