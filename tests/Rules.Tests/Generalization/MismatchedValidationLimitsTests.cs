using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6007 and TD6013 on how far inputs, targets and classes of a validation may differ from those of the training, and where it does harm.</summary>
public sealed class MismatchedValidationLimitsTests
{
    [Theory]
    [InlineData("means that lie at the limit", Metric.ValidationInputShift, 0.5, null)]
    [InlineData("means that lie apart", Metric.ValidationInputShift, 0.75, "The mean inputs of the validation lie 0.75 ")]
    [InlineData("inputs more than twice as wide", Metric.ValidationInputScale, 2.5, "The inputs of the validation have 2.5 times")]
    [InlineData("inputs half as wide", Metric.ValidationInputScale, 0.5, null)]
    [InlineData("inputs less than half as wide", Metric.ValidationInputScale, 0.25, "The inputs of the validation have 0.25 times")]
    [InlineData("targets more than one deviation off", Metric.ValidationTargetShift, 1.5, "The mean target of the validation lies 1.5 ")]
    public void ADistanceBeyondItsLimitIsTold(string name, Metric metric, double value, string? message)
    {
        _ = name;
        var findings = RuleVerifier.Run(new MismatchedValidationData(new() { MaximumShift = 0.5 }), Trace.Of(metric, value, value));

        Assert.Equal(message is not null, findings.Count == 1);
        Assert.All(findings, finding => Assert.StartsWith(message!, finding.Message.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void OneValidationIsNoPattern() => Assert.Empty(RuleVerifier.Run(new MismatchedValidationData(new()), Trace.Of(Metric.ValidationInputShift, 5, 0.1, 5, 0.1)));

    /// <summary>Inputs that differ are a remark where validation is as good as training.</summary>
    [Theory]
    [InlineData("a loss half as high again", 1, 1.5, Severity.Warning)]
    [InlineData("a loss hardly higher", 1, 1.4, Severity.Info)]
    [InlineData("no loss of the validation", 1, double.NaN, Severity.Warning)]
    [InlineData("a training loss of nothing", 0, 1.5, Severity.Info)]
    public void HarmMakesItAWarning(string name, double training, double validation, Severity expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.ValidationInputShift, 5, 5, 5).And(Trace.Of(Metric.Loss, training, training, training));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new MismatchedValidationData(new()), double.IsNaN(validation) ? trace : Trace.Of(Metric.ValidationLoss, validation, validation, validation).And(trace))).Severity);
    }

    [Theory]
    [InlineData(Metric.ValidationTargetShift, RuleOutcome.Passed)]
    [InlineData(Metric.ValidationInputScale, RuleOutcome.NotEvaluated)]
    public void WidthsAloneTellTooLittle(Metric metric, RuleOutcome expected) => Assert.Equal(expected, RuleVerifier.Status(new MismatchedValidationData(new() { MaximumShift = 2 }), Trace.Of(metric, 1, 1)).Outcome);

    [Theory]
    [InlineData("a gain beyond the limit", 0.375, 0.75, 2, true)]
    [InlineData("once", 0.375, 0.75, 1, false)]
    [InlineData("most answers right at last", 0.25, 0.625, 2, true)]
    [InlineData("less than most answers right at last", 0.125, 0.5, 2, false)]
    public void RenamingMustGainMuchAndMakeMostRight(string name, double agreement, double renamed, int validations, bool isTold)
    {
        _ = name;
        var trace = Trace.Of(Metric.ValidationAgreement, Enumerable.Repeat(agreement, validations)).And(Trace.Of(Metric.ValidationRenamedAgreement, Enumerable.Repeat(renamed, validations)));

        Assert.Equal(isTold, RuleVerifier.Run(new MismatchedClasses(new() { MinimumRenamed = 0.625 }), trace).Count == 1);
    }

    /// <summary>The largest gain is told with its own answers.</summary>
    [Fact]
    public void TheLargestGainIsTold()
    {
        var finding = Assert.Single(RuleVerifier.Run(new MismatchedClasses(new()), Trace.Of(Metric.ValidationAgreement, 0.25, 0.25, 0.125, 0.375).And(Trace.Of(Metric.ValidationRenamedAgreement, 0.75, 0.75, 0.875, 0.75))));

        Assert.Equal((2L, 0.75, 3L), (finding.Evidence[0].Step, finding.Evidence[0].Value, finding.LastStep));
        Assert.Matches("^1[23] ?% of the validation's answers are right, and 8[78] ?% would be", finding.Message.ToString());
    }

    [Fact]
    public void OneOfTheTwoAgreementsTellsNothing() =>
        Assert.Equal("no class indices were compared in a validation", RuleVerifier.Status(new MismatchedClasses(new()), Trace.Of(Metric.ValidationRenamedAgreement, 0.9, 0.9, 0.9)).Reason!.ToString());
}
