using TrainingDoctor.Rules.Generalization;
using TrainingDoctor.Rules.Loss;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>What a linear map of the inputs costs, of targets whose variance is 1: as good as it may be at the noise, far above it has not learnt what is there.</summary>
public sealed class LinearAnswerTests
{
    private static readonly RunDescription Squares = new() { Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "MSELoss" } };

    [Theory]
    [InlineData(0.9, Severity.Info)]
    [InlineData(0.87, Severity.Info)]
    [InlineData(0.8, Severity.Warning)]
    [InlineData(0.99, Severity.Warning)]
    [InlineData(double.NaN, Severity.Warning)]
    public void APlateauAtTheNoiseIsInfo(double linear, Severity expected)
    {
        var finding = Assert.Single(RuleVerifier.Run(new PlateauedLoss(new()), Resting(0.9, linear), Squares));

        Assert.Equal(expected, finding.Severity);
        Assert.Equal(expected == Severity.Info, finding.Message.ToString().Contains("linear map", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.95, true)]
    [InlineData(0.92, true)]
    [InlineData(0.85, false)]
    [InlineData(0.99, false)]
    public void WhoIsAsGoodAsALinearMapDoesNotUnderfit(double linear, bool isSilent) =>
        Assert.Equal(isSilent, RuleVerifier.Run(new Underfitting(new()), Resting(0.95, linear), Squares).Count == 0);

    [Theory]
    [InlineData(0.6, 0.3, true)]
    [InlineData(0.6, 0.02, true)]
    [InlineData(0.6, 0.5, false)]
    [InlineData(0.05, 1e-9, false)]
    public void WhoStaysFarBehindALinearMapUnderfits(double level, double linear, bool isFound)
    {
        var findings = RuleVerifier.Run(new Underfitting(new()), Resting(level, linear), Squares);

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.StartsWith("A linear map of the inputs does better", finding.Title.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void ALossThatStillFallsIsNotBehindYet()
    {
        var falling = Trace.Of(Metric.Loss, SeededCurve.Noisy(200, step => Math.Pow(0.996, step), 0.005)).And(Of(0.02));

        Assert.Empty(RuleVerifier.Run(new Underfitting(new()), falling, Squares));
    }

    [Fact]
    public void AValidationThatIsAsGoodClearsALossThatDropoutRaises()
    {
        var trace = Resting(0.6, 0.3);
        var dropped = Squares with { Model = new ModelDescription { TypeName = "Net", Parameters = [], Layers = [new LayerDescription { Path = "drop", TypeName = "Dropout", Kind = LayerKind.Dropout }] } };

        Assert.Empty(RuleVerifier.Run(new Underfitting(new()), trace, dropped));
        Assert.Empty(RuleVerifier.Run(new Underfitting(new()), trace.And(Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(0.31, 10)).Every(20)), Squares));
        Assert.Single(RuleVerifier.Run(new Underfitting(new()), trace.And(Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(0.6, 10)).Every(20)), dropped));
    }

    [Theory]
    [InlineData(LossKind.MeanAbsoluteError, "mean")]
    [InlineData(LossKind.MeanSquaredError, "sum")]
    public void AnotherLossIsNotHeldAgainstIt(LossKind kind, string reduction)
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = kind, TypeName = "Loss", Reduction = reduction } };

        Assert.Empty(RuleVerifier.Run(new Underfitting(new()), Resting(0.6, 0.3), run));
    }

    /// <summary>A loss that falls from 1 to its level within the first tenth, and what the map costs; NaN where nobody measured it.</summary>
    private static Trace Resting(double level, double linear)
    {
        var loss = Trace.Of(Metric.Loss, SeededCurve.Noisy(200, step => level + ((1.02 - level) * Math.Exp(-step / 6.0)), 0.01));
        return double.IsNaN(linear) ? loss.And(Targets) : loss.And(Of(linear));
    }

    private static Trace Of(double linear) => Targets.And(Trace.Of(Metric.LinearFitError, Enumerable.Repeat(linear, 40)).Every(5));

    private static Trace Targets => Trace.Of(Metric.TargetStandardDeviation, Enumerable.Repeat(1.0, 40)).Every(5);
}
