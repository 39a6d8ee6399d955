using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4001 on how many losses are no numbers, and whether the run came back from them.</summary>
public sealed class NonFiniteStreakTests
{
    [Theory]
    [InlineData(new[] { 1, double.NaN, 1, 1 }, Severity.Warning, 1, 2)]
    [InlineData(new[] { 1, double.NaN, double.NaN, double.NaN, 1, 1 }, Severity.Error, 3, null)]
    [InlineData(new[] { 1, 1, double.NaN }, Severity.Error, 2, null)]
    public void ThreeLossesAreMoreThanAnAccident(double[] losses, Severity severity, int last, int? recovered)
    {
        var finding = Assert.Single(RuleVerifier.Run(new NonFiniteLoss(new()), Trace.Of(Metric.Loss, losses)));

        Assert.Equal((severity, (long?)last, (long?)recovered), (finding.Severity, finding.LastStep, finding.RecoveredAt));
    }

    /// <summary>A break in the validation counts where it is more than twice as long as any before it.</summary>
    [Theory]
    [InlineData(2, 4, null)]
    [InlineData(2, 5, 4)]
    public void AValidationThatBreaksForGoodIsToldApartFromGaps(int before, int atTheEnd, int? first)
    {
        var validations = new[] { 1.0 }.Concat(Enumerable.Repeat(double.NaN, before)).Append(0.9).Concat(Enumerable.Repeat(double.NaN, atTheEnd));

        var findings = RuleVerifier.Run(new NonFiniteLoss(new()), Falling.And(Trace.Of(Metric.ValidationLoss, validations)));

        Assert.Equal(first, findings.Count == 0 ? null : (int?)Assert.Single(findings).FirstStep);
    }

    [Theory]
    [InlineData(2, Severity.Info)]
    [InlineData(3, Severity.Warning)]
    public void ThreeInfiniteValidationsAreAWarning(int infinities, Severity expected)
    {
        var validations = Enumerable.Range(0, 12).Select(index => index % 2 == 1 && index / 2 < infinities ? double.PositiveInfinity : 1.0);

        var finding = Assert.Single(RuleVerifier.Run(new NonFiniteLoss(new()), Falling.And(Trace.Of(Metric.ValidationLoss, validations))));

        Assert.Equal((expected, 1L), (finding.Severity, finding.FirstStep));
        Assert.StartsWith($"{infinities} validation losses", finding.Title.ToString(), StringComparison.Ordinal);
    }

    /// <summary>How sure one is that a validation breaks depends on whether it ever worked.</summary>
    [Fact]
    public void AValidationThatNeverWorkedIsLessSure()
    {
        double Confidence(params double[] validations) => Assert.Single(RuleVerifier.Run(new NonFiniteLoss(new()), Falling.And(Trace.Of(Metric.ValidationLoss, validations)))).Confidence;

        Assert.Equal(0.7, Confidence(double.NaN, double.NaN, double.NaN, double.NaN), 3);
        Assert.Equal(0.9, Confidence(1, double.NaN, double.NaN, double.NaN), 3);
    }

    [Fact]
    public void ABrokenTrainingSaysAllAboutItsValidation()
    {
        var broken = Trace.Of(Metric.Loss, 1, double.NaN, 0.9, 0.8, 0.7, 0.6).And(Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(double.NaN, 6)));

        Assert.StartsWith("The loss became", Assert.Single(RuleVerifier.Run(new NonFiniteLoss(new()), broken)).Title.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Metric.Loss)]
    [InlineData(Metric.ValidationLoss)]
    public void LossesOfOtherSetsAreNotThatOfTheRun(Metric metric) =>
        Assert.Empty(RuleVerifier.Run(new NonFiniteLoss(new()), Falling.And(Trace.Of(metric, "other", Enumerable.Repeat(double.NaN, 6)))));

    private static Trace Falling { get; } = Trace.Of(Metric.Loss, Enumerable.Range(0, 30).Select(step => 1.0 / (step + 1)));
}
