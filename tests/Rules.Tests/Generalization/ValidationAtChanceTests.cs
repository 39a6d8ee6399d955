using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

public sealed class ValidationAtChanceTests
{
    private static readonly RunDescription Log = new() { Log = new LogDescription { Format = "text" } };

    [Fact]
    public void WarnsOfValidationThatIsNoBetterThanAGuess()
    {
        var finding = Assert.Single(RuleVerifier.Run(new ValidationAtChance(new()), Run(first: 2.31, validation: 2.4), Log));

        Assert.Equal(Severity.Warning, finding.Severity);
    }

    [Theory]
    [InlineData("validation is a sum over all samples", 2.31, 45000)]
    [InlineData("a network that was trained before", 1.3, 1.2)]
    public void SaysNothingWhereItIsNotKnownWhatAGuessCosts(string name, double first, double validation)
    {
        _ = name;
        Assert.Empty(RuleVerifier.Run(new ValidationAtChance(new()), Run(first, validation), Log));
    }

    /// <summary>The first loss of a live run is what a guess costs, but for that of a few samples.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(64, true)]
    public void TheLossOfOneSampleIsNoGuess(double batch, bool told) => Assert.Equal(
        told,
        RuleVerifier.Run(new ValidationAtChance(new()), Run(first: 1.3, validation: 1.4).And(Trace.Of(Metric.BatchSize, Enumerable.Repeat(batch, 100))).And(Trace.Of(Metric.GradientPresent, "0.weight", Enumerable.Repeat(1.0, 100)))).Count == 1);

    /// <summary>Training falls to a third within the first epoch; five validations stay where they are.</summary>
    private static Trace Run(double first, double validation) =>
        Trace.Of(Metric.Loss, Enumerable.Range(0, 100).Select(row => first * ((1 / 3.0) + (2 / 3.0 * Math.Exp(-row / 5.0)))))
            .And(Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(validation, 5)).Every(20).From(20));
}
