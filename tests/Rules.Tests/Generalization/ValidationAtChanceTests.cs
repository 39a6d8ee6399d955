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

    /// <summary>Who has a third right where chance has a tenth does not guess, however much the loss makes of the rest.</summary>
    [Theory]
    [InlineData(0.33, false)]
    [InlineData(0.15, true)]
    public void AScoreFarAboveChanceIsNoGuess(double score, bool told) => Assert.Equal(
        told,
        RuleVerifier.Run(
            new ValidationAtChance(new()),
            Run(first: 2.31, validation: 2.4).And(Trace.Of(Metric.ValidationAccuracy, Enumerable.Repeat(score, 5)).Every(20).From(20)).And(Trace.Of(Metric.TargetMajorityFraction, Enumerable.Repeat(0.1, 100))),
            Log).Count == 1);

    /// <summary>Classes that training draws equally often, and of which one is rare in the validation, go with the outputs less there.</summary>
    [Theory]
    [InlineData(0.9, false)]
    [InlineData(0.1, true)]
    public void CorrelationsWithTargetsInAnotherProportionAreNotCompared(double shift, bool told)
    {
        var trace = Trace.Of(Metric.OutputTargetCorrelation, Enumerable.Repeat(0.6, 100)).And(Trace.Of(Metric.Loss, Enumerable.Repeat(0.5, 100)))
            .And(Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(0.4, 5)).Every(20).From(19))
            .And(Trace.Of(Metric.ValidationTargetCorrelation, Enumerable.Repeat(0.15, 5)).Every(20).From(19))
            .And(Trace.Of(Metric.ValidationTargetShift, Enumerable.Repeat(shift, 5)).Every(20).From(19));

        Assert.Equal(told, RuleVerifier.Run(new ValidationAtChance(new()), trace).Count == 1);
    }

    /// <summary>Training falls to a third within the first epoch; five validations stay where they are.</summary>
    private static Trace Run(double first, double validation) =>
        Trace.Of(Metric.Loss, Enumerable.Range(0, 100).Select(row => first * ((1 / 3.0) + (2 / 3.0 * Math.Exp(-row / 5.0)))))
            .And(Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(validation, 5)).Every(20).From(20));
}
