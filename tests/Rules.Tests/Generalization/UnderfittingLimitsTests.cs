using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6002 on how far below a guess of ten classes, 2.303, a loss must come, what else shows learning, and what is blamed.</summary>
public sealed class UnderfittingLimitsTests
{
    private static readonly RunDescription Classes = new() { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };

    [Theory]
    [InlineData("an eighth below a guess beside a poor score", 2.0, Metric.Accuracy, 0.2, true)]
    [InlineData("an eighth below a guess beside a fair score in percent", 2.0, Metric.Accuracy, 45, false)]
    [InlineData("an eighth below a guess beside a fair validation score", 2.0, Metric.ValidationAccuracy, 0.45, false)]
    [InlineData("a third below a guess beside a poor score", 1.55, Metric.Accuracy, 0.2, false)]
    [InlineData("near a guess beside a validation that is better", 2.2, Metric.ValidationLoss, 1.9, false)]
    public void ALossNearAGuessIsToldUnlessMoreIsKnown(string name, double level, Metric? metric, double value, bool isTold)
    {
        _ = name;
        var trace = TenClasses.And(Resting(level, 60));

        Assert.Equal(isTold, RuleVerifier.Run(new Underfitting(new()), metric is { } known ? trace.And(Trace.Of(known, Enumerable.Repeat(value, 6)).Every(10)) : trace, Classes).Count == 1);
    }

    [Theory]
    [InlineData("far above a guess", 3.0, 3.0, Cause.UnscaledData, "is no better")]
    [InlineData("above a guess", 2.4, 2.4, Cause.LearningRateTooHigh, "is no better")]
    [InlineData("falling fast", 3.5, 2.2, Cause.TooFewEpochs, "better than one that ignores")]
    [InlineData("falling slowly below a guess", 2.25, 2.1, Cause.UnderCapacity, "better than one that ignores")]
    public void WhatIsBlamedDependsOnTheLevelAndItsPace(string name, double first, double last, Cause cause, string title)
    {
        _ = name;
        var losses = Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => first + ((last - first) * Math.Min(1, step / 54.0)) + (0.002 * (step % 2))));

        var finding = Assert.Single(RuleVerifier.Run(new Underfitting(new()), TenClasses.And(losses), Classes));

        Assert.Contains(finding.Causes, known => known.Cause == cause);
        Assert.Contains(title, finding.Title.ToString(), StringComparison.Ordinal);
        Assert.Equal(cause == Cause.TooFewEpochs, finding.Remedies[0].Actions[0].Kind == RemedyActionKind.TrainLonger);
    }

    [Theory]
    [InlineData(19, true, "needs 20 losses, had 19")]
    [InlineData(60, false, "needs the loss function and the statistics of the targets, to know what ignoring the inputs would cost")]
    public void SaysWhyItDoesNotJudge(int count, bool isKnown, string? reason) =>
        Assert.Equal(reason, RuleVerifier.Status(new Underfitting(new()), isKnown ? TenClasses.And(Resting(1, count)) : Resting(1, count), Classes).Reason?.ToString());

    /// <summary>Where it is not known what a guess costs, a training score that stays low tells the same.</summary>
    [Theory]
    [InlineData("eight scores", 8, 0.3, 0.3, 0, true)]
    [InlineData("seven scores", 7, 0.3, 0.3, 0, false)]
    [InlineData("half of the answers right", 12, 0.5, 0.5, 0, true)]
    [InlineData("more than half of the answers right", 12, 0.5625, 0.5625, 0, false)]
    [InlineData("scores that rise by five points", 12, 0.3, 0.35, 0, false)]
    [InlineData("percent", 12, 30, 30, 0, true)]
    [InlineData("a validation that is better", 12, 0.3, 0.3, 0.6, false)]
    [InlineData("scores below zero", 12, -0.3, -0.3, 0, false)]
    public void AScoreThatStaysLowIsTold(string name, int count, double first, double last, double validation, bool isTold)
    {
        _ = name;
        var trace = Resting(1, 60).And(Trace.Of(Metric.Accuracy, Enumerable.Range(0, count).Select(row => row < 2 ? first : last)).Every(5));

        var findings = RuleVerifier.Run(new Underfitting(new()), validation > 0 ? trace.And(Trace.Of(Metric.ValidationAccuracy, validation, validation)) : trace);

        Assert.Equal(isTold, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal("The training score is no better than at the beginning", finding.Title.ToString()));
    }

    private static Trace TenClasses { get; } = Trace.Of(Metric.TargetClassCount, 10.0).And(Trace.Of(Metric.TargetMajorityFraction, 0.1));

    private static Trace Resting(double level, int count) => Trace.Of(Metric.Loss, Enumerable.Range(0, count).Select(step => level + (0.002 * (step % 2))));
}
