using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4005 on the kinds of plateau: a small fall, a fall that broke off, one to a guess, one from an absurd start, a saddle; and what excuses each of them.</summary>
public sealed class PlateauedLossLimitsTests
{
    private static readonly RunDescription Classes = new() { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };

    [Theory]
    [InlineData("by a tenth, all along", 0.9, 300, null)]
    [InlineData("by more than half, early", 0.4, 2, Severity.Info)]
    public void AFallThatEndsEarlyIsAPlateau(string name, double to, double pace, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Losses(60, to, pace)));
    }

    /// <summary>A schedule that has come to its end brought the loss to rest on purpose.</summary>
    [Theory]
    [InlineData("broke off at a rate of nothing", 0.67, 0.01, null)]
    [InlineData("fell little, whatever the rate", 0.9, 0.01, Severity.Warning)]
    public void ARateOfNothingExcusesRest(string name, double to, double left, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Losses(60, to, 5).And(Trace.Of(Metric.LearningRate, Enumerable.Range(0, 60).Select(step => step < 30 ? 1 : left)))));
    }

    /// <summary>A language model that rests where words have their frequencies has learnt no more, whatever the schedule.</summary>
    [Theory]
    [InlineData(10.5, 6.4, Severity.Warning)]
    [InlineData(9, 7, null)]
    [InlineData(12, 8.6, null)]
    public void TheLevelOfFrequenciesIsNoRest(double from, double to, Severity? expected) =>
        Assert.Equal(expected, Told(Trace.Of(Metric.Loss, Fall(60, 1, 5).Select(share => to + ((from - to) * share))).And(Trace.Of(Metric.LearningRate, Enumerable.Range(0, 60).Select(step => step < 30 ? 1.0 : 0)))));

    [Theory]
    [InlineData("a fall that broke off beside a good score", 0.67, Metric.ValidationAccuracy, 0.3, 0.6, Severity.Info)]
    [InlineData("a fall that broke off beside a poor score in percent", 0.67, Metric.Accuracy, 10, 40, Severity.Warning)]
    [InlineData("a small fall beside a validation that falls", 0.9, Metric.ValidationLoss, 2, 1.6, Severity.Info)]
    public void WhatElseShowsLearningIsHeard(string name, double to, Metric metric, double first, double last, Severity expected)
    {
        _ = name;
        double share = metric == Metric.ValidationLoss ? 4 : 1.5;
        var others = Trace.Of(metric, Enumerable.Range(0, 12).Select(row => last - ((last - first) * Math.Exp(-row / share)))).Every(5);

        Assert.Equal(expected, Told(Losses(60, to, 5).And(others)));
    }

    /// <summary>Where validation has only just settled, a training that is flat has not been so for long.</summary>
    [Theory]
    [InlineData(Metric.ValidationLoss, 7, null)]
    [InlineData(Metric.ValidationAccuracy, 7, null)]
    public void AValidationThatStillMovesExcusesALongRest(Metric metric, int settled, Severity? expected)
    {
        double sign = metric == Metric.ValidationLoss ? -1 : 1;
        var others = Trace.Of(metric, Enumerable.Range(0, 12).Select(row => 0.5 + (0.3 * sign * Math.Min(1, (row + 1.0) / (settled + 1))))).Every(5);

        Assert.Equal(expected, Told(Losses(60, 0.3, 2).And(others)));
    }

    [Theory]
    [InlineData("resumed", 5000, "text", Severity.Info)]
    [InlineData("resumed, seen by a monitor", 5000, "telemetry", Severity.Warning)]
    public void ALogThatBeginsLateMayBeFine(string name, int first, string format, Severity expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Losses(60, 0.9, 5).From(first), new RunDescription { Log = new LogDescription { Format = format } }));
    }

    /// <summary>The loss of always answering the frequencies is no place to rest at, however far above it one began.</summary>
    [Theory]
    [InlineData("at a guess", 2.3, 0, Severity.Warning)]
    [InlineData("at a guess on its way down", 2.3, 0.01, null)]
    public void ThoseWhoRestAtAGuessHaveLearntNothing(string name, double level, double pace, Severity? expected)
    {
        _ = name;
        var losses = Trace.Of(Metric.Loss, Fall(60, 1, 0.5).Select((share, step) => level + (4.5 * share) - (pace * step)));

        Assert.Equal(expected, Told(TenClasses.And(losses), Classes));
    }

    /// <summary>A start of many times the level is left by a bias alone; what is flat from there on has learnt nothing, unless its score is good.</summary>
    [Theory]
    [InlineData("a poor score in percent", 50, 1, Severity.Warning)]
    [InlineData("a good score", 0.85, 1, Severity.Info)]
    [InlineData("brought to rest", double.NaN, 0.001, null)]
    public void AnAbsurdStartIsNoFall(string name, double score, double left, Severity? expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.Loss, Fall(60, 1, 0.8).Select(share => 0.8 + (32 * share))).And(Trace.Of(Metric.LearningRate, Enumerable.Range(0, 60).Select(step => step < 30 ? 1 : left)));

        Assert.Equal(expected, Told(double.IsNaN(score) ? trace : trace.And(Trace.Of(Metric.Accuracy, Enumerable.Repeat(score, 12)).Every(5))));
    }

    /// <summary>On a saddle the fall breaks off and slides on at one pace.</summary>
    [Theory]
    [InlineData("at one pace", 0.0002, 1, Severity.Warning)]
    [InlineData("at one pace, the rate halved", 0.0002, 0.5, Severity.Info)]
    public void ASaddleIsToldByItsPace(string name, double pace, double left, Severity? expected)
    {
        _ = name;
        var losses = Trace.Of(Metric.Loss, Enumerable.Range(0, 120).Select(step => (3 * Math.Exp(-step / 3.0)) + Math.Exp(-pace * step)));

        Assert.Equal(expected, Told(losses.And(Trace.Of(Metric.LearningRate, Enumerable.Range(0, 120).Select(step => step < 60 ? 1 : left)))));
    }

    [Fact]
    public void ALossThatMayBeNegativeIsNotJudged()
    {
        var status = RuleVerifier.Status(new PlateauedLoss(new()), Trace.Of(Metric.Loss, Enumerable.Range(0, 40).Select(step => Math.Exp(-step / 3.0) - 0.5)));

        Assert.Equal((RuleOutcome.NotEvaluated, "the loss can be negative: no share of it is far or near"), (status.Outcome, status.Reason!.ToString()));
    }

    private static Trace TenClasses { get; } = Trace.Of(Metric.TargetClassCount, 10.0).And(Trace.Of(Metric.TargetMajorityFraction, 0.1));

    private static Trace Losses(int count, double to, double pace) => Trace.Of(Metric.Loss, Fall(count, 1, pace).Select(share => to + ((1 - to) * share)));

    private static IEnumerable<double> Fall(int count, double from, double pace) => Enumerable.Range(0, count).Select(step => from * Math.Exp(-step / pace));

    private static Severity? Told(Trace trace, RunDescription? run = null) => RuleVerifier.Run(new PlateauedLoss(new()), trace, run) is [var finding] ? finding.Severity : null;
}
