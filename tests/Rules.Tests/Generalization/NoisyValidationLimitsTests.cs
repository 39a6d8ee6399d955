using System.Globalization;
using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6005 on what is a jump of a loss, an error or a score, how many of them are too many, and which set is told.</summary>
public sealed class NoisyValidationLimitsTests
{
    [Theory]
    [InlineData("once up and down", "2 1 1 1 1 2 1 1 1 1", Severity.Info)]
    [InlineData("once up", "2 1 1 1 1 2 2 2 2 2", null)]
    [InlineData("down alone", "32 16 16 8 8 4 4 2 2 1", null)]
    [InlineData("twice up and down, in the first half", "2 1 2 1 2 1 1 1 1 1", Severity.Info)]
    [InlineData("below zero", "2 1 -1 2 -1 2 -1 2 -1 2", null)]
    public void AValidationLossThatJumpsIsTold(string name, string values, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Find(Trace.Of(Metric.ValidationLoss, Numbers(values)))?.Severity);
    }

    [Theory]
    [InlineData("points in percent", Metric.ValidationAccuracy, "50 75 75 50 75 50 75 50 75 50", Severity.Warning)]
    [InlineData("halves of a small score", Metric.ValidationAccuracy, "0.04 0.1 0.1 0.04 0.1 0.04 0.1 0.04 0.1 0.04", Severity.Warning)]
    [InlineData("scores that are no shares", Metric.ValidationAccuracy, "50 101 75 50 75 50 75 50 75 50", null)]
    [InlineData("points of an error", Metric.ValidationError, "0.5 0.25 0.25 0.5 0.25 0.5 0.25 0.5 0.25 0.5", Severity.Warning)]
    [InlineData("errors that are no shares", Metric.ValidationError, "1.5 0.25 0.25 0.5 0.25 0.5 0.25 0.5 0.25 0.5", null)]
    public void AScoreThatJumpsIsTold(string name, Metric metric, string values, Severity? expected)
    {
        _ = name;
        var found = RuleVerifier.Run(new NoisyValidation(new() { JumpPoints = 0.125 }), Trace.Of(metric, Numbers(values))) is [var finding] ? finding : null;

        Assert.Equal(expected, found?.Severity);
        Assert.True(found is null || found.Message.ToString().Contains(metric == Metric.ValidationError ? "the validation error lay" : "the validation score lay", StringComparison.Ordinal));
    }

    /// <summary>What was small before a score turned out to be in percent was no jump.</summary>
    [Fact]
    public void AScoreInPercentBeginsAnew() => Assert.Null(Find(Trace.Of(Metric.ValidationAccuracy, Numbers("0 1 0 1 0 1 0 1 2 3 4 5 6 7 8 9"))));

    [Fact]
    public void TheWorstJumpIsToldWithItsSurroundings()
    {
        var found = Find(Trace.Of(Metric.ValidationLoss, Numbers("9 1 1 2 1 3 1 2.5 1 2")))!;

        Assert.Equal((5L, 3.0, 1.0, 2L, 9L), (found.Evidence[0].Step, found.Evidence[0].Value, found.Evidence[0].Limit, found.FirstStep, found.LastStep));
        Assert.Contains("7 times in 8 validations", found.Title.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Of several sets the gravest is told, of equal ones the first.</summary>
    [Theory]
    [InlineData("2 1 1 1 1 2 1 1 1 1", "2 1 1 2 1 2 1 2 1 2", "other")]
    [InlineData("2 1 1 2 1 2 1 2 1 2", "2 1 1 1 1 2 1 1 1 1", null)]
    public void TheGravestSetIsTold(string values, string others, string? set) =>
        Assert.Equal(set, Find(Trace.Of(Metric.ValidationLoss, Numbers(values)).And(Trace.Of(Metric.ValidationLoss, "other", Numbers(others))))!.Evidence[0].Layer);

    [Theory]
    [InlineData(1, Cause.EvaluationMode, RemedyActionKind.SetEvaluationMode)]
    [InlineData(0, Cause.LearningRateTooHigh, RemedyActionKind.ScaleLearningRate)]
    public void TrainingModeInValidationIsBlamed(double mode, Cause cause, RemedyActionKind advice)
    {
        var found = Find(Trace.Of(Metric.ValidationLoss, Numbers("2 1 1 2 1 2 1 2 1 2")).And(Trace.Of(Metric.ValidationTrainingMode, "drop", 0, mode)))!;

        Assert.Equal((cause, advice), (found.Causes[0].Cause, found.Remedies[0].Actions[0].Kind));
    }

    [Fact]
    public void SaysWhyItDoesNotJudge() =>
        Assert.Equal("needs 8 validations, had 7", RuleVerifier.Status(new NoisyValidation(new()), Trace.Of(Metric.ValidationLoss, Numbers("2 1 2 1 2 1 nan 2"))).Reason!.ToString());

    private static Finding? Find(Trace trace) => RuleVerifier.Run(new NoisyValidation(new()), trace) is [var finding] ? finding : null;

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(number => number == "nan" ? double.NaN : double.Parse(number, CultureInfo.InvariantCulture))];
}
