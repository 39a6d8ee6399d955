using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>A validation loss of next to nothing that rises by half is still next to nothing (TD6004), and one of another loss than is trained is no guess (TD6008).</summary>
public sealed class SmallRiseTests
{
    [Theory]
    [InlineData(0.001, Severity.Info)]
    [InlineData(0.2, Severity.Warning)]
    public void ARiseIsHeldAgainstWhereTrainingBegan(double best, Severity expected)
    {
        var training = Trace.Of(Metric.Loss, Enumerable.Range(0, 200).Select(step => 1.8 * Math.Exp(-step / 20.0)));
        var validation = Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, 20).Select(index => (index < 8 ? best * (1 + ((8 - index) / 2.0)) : best * (1 + ((index - 8) * 0.06))) * (1 + (0.004 * Math.Sin(index * 2.4))))).Every(10);

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new Overtraining(new()), training.And(validation))).Severity);
    }

    [Theory]
    [InlineData(LossKind.KullbackLeibler, 0)]
    [InlineData(LossKind.Other, 1)]
    public void ADivergenceTellsNoGuess(LossKind kind, int findings)
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = kind, TypeName = "Loss" } };
        var training = Trace.Of(Metric.Loss, Enumerable.Range(0, 300).Select(step => 0.1 + (0.75 * Math.Exp(-step / 10.0))));
        var validation = Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(0.9, 10)).Every(30).From(29).And(Trace.Of(Metric.Epoch, Enumerable.Range(1, 10).Select(epoch => (double)epoch)).Every(30).From(29));

        Assert.Equal(findings, RuleVerifier.Run(new ValidationAtChance(new()), training.And(validation), run).Count);
    }
}
