using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

public sealed class ContradictoryScoreTests
{
    private static readonly RunDescription Classes = new() { Loss = new LossDescription { TypeName = "CrossEntropyLoss", Kind = LossKind.CrossEntropy, Reduction = "mean" } };

    [Theory]
    [InlineData("a sum over 18 batches", 18, 1, true)]
    [InlineData("a mean", 1, 1, false)]
    [InlineData("inputs of another scale make a network sure of its errors", 18, 6, false)]
    public void TellsAValidationLossThatIsASum(string name, double times, double scale, bool found)
    {
        _ = name;
        var findings = RuleVerifier.Run(new ContradictoryScore(new()), Run(times, scale), Classes);

        Assert.Equal(found, findings.Count == 1);
        if (found)
        {
            Assert.Equal((Severity.Warning, Cause.WrongLoss), (findings[0].Severity, findings[0].Causes[0].Cause));
        }
    }

    /// <summary>An accuracy of 95 % is no guess, whatever the loss is measured in.</summary>
    [Fact]
    public void ASumIsNoValidationAtChance()
    {
        Assert.Empty(RuleVerifier.Run(new ValidationAtChance(new()), Run(18, 1), Classes));
        Assert.Single(RuleVerifier.Run(new ValidationAtChance(new()), Run(18, 1, isRight: false), Classes));
    }

    /// <summary>Ten classes; the training loss falls from 2.3 to 0.2, and a validation after every 20 steps costs the same but for a factor.</summary>
    private static Trace Run(double times, double scale, bool isRight = true)
    {
        double[] losses = [.. Enumerable.Range(0, 200).Select(step => 0.2 + (2.1 * Math.Exp(-step / 30.0)))];
        int[] validations = [.. Enumerable.Range(1, 9)];
        return Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(10.0, 200)).And(Trace.Of(Metric.TargetMajorityFraction, Enumerable.Repeat(0.12, 200)))
            .And(Trace.Of(Metric.Loss, losses))
            .And(Trace.Of(Metric.ValidationLoss, validations.Select(row => times * (losses[20 * row] + 0.05))).Every(20).From(20))
            .And(Trace.Of(Metric.ValidationInputScale, Enumerable.Repeat(scale, 9)).Every(20).From(20))
            .And(Trace.Of(Metric.ValidationAccuracy, validations.Select(row => isRight ? 1 - (0.45 * Math.Exp(-(row - 1) / 2.0)) : 0.1)).Every(20).From(20));
    }
}
