using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6001 on how far a validation loss must rise, for how long, beside which training; and on what is blamed and advised.</summary>
public sealed class OverfittingLimitsTests
{
    /// <summary>From the first value to 1 in the fifth validation, then up to the end.</summary>
    [Theory]
    [InlineData("by two percent", 2, 1.02, null)]
    [InlineData("by five percent", 2, 1.05, Severity.Info)]
    [InlineData("by a small part of what was won", 10, 1.3, null)]
    [InlineData("by more than half, a small part of what was won", 20, 1.6, Severity.Warning)]
    public void ARiseIsHeldAgainstTheBestAndWhatWasWon(string name, double first, double last, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Find(Training(0.3).And(Rising(first, last)))?.Severity);
    }

    [Theory]
    [InlineData("a training that lies higher", 2.0, 1.15, null)]
    [InlineData("a training that lies higher, a large rise", 2.0, 1.25, Severity.Warning)]
    public void WithoutAGapNothingGeneralisesBadly(string name, double training, double last, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Find(Training(training).And(Rising(2, last)))?.Severity);
    }

    [Theory]
    [InlineData("two after the best", new[] { 2, 1.5, 1, 1.3, 1.4 }, Severity.Info)]
    [InlineData("two after the best, far above it", new[] { 2, 1.8, 1.6, 1.4, 1.2, 1, 1.8, 2 }, Severity.Warning)]
    [InlineData("one after the best", new[] { 2, 1.7, 1.5, 1, 1.6 }, null)]
    [InlineData("an end that is no number", new[] { 2, 1, 1.3, 1.4, 1.5, double.NaN }, Severity.Info)]
    [InlineData("a best below zero", new[] { 2, -1, 1.3, 1.4, 1.5 }, null)]
    public void ARiseMustLast(string name, double[] validations, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Find(Training(0.1).And(Trace.Of(Metric.ValidationLoss, validations)))?.Severity);
    }

    /// <summary>A network whose score still improves grows overconfident, not worse.</summary>
    [Theory]
    [InlineData(Metric.ValidationAccuracy, 0.6, 0.8, 1.15, Severity.Info, true)]
    [InlineData(Metric.ValidationAccuracy, 0.6, 0.8, 1.4, Severity.Warning, true)]
    [InlineData(Metric.ValidationError, 0.4, 0.2, 1.15, Severity.Info, true)]
    public void AScoreThatImprovesSpeaksForOverconfidence(Metric metric, double first, double last, double rise, Severity expected, bool isOverconfident)
    {
        var found = Find(Training(0.1).And(Rising(2, rise)).And(Trace.Of(metric, Enumerable.Range(0, 12).Select(row => first + ((last - first) * row / 11)))))!;

        Assert.Equal((expected, isOverconfident), (found.Severity, found.Message.ToString().Contains("overconfident", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("nothing", null, 0, 0, true)]
    [InlineData("a loss that hardly falls", Metric.Loss, 1, 0.98, false)]
    [InlineData("a score that rises", Metric.Accuracy, 0.5, 0.9, true)]
    public void WhatIsKnownOfTheTraining(string name, Metric? metric, double first, double last, bool isTold)
    {
        _ = name;
        var training = metric is { } known ? Trace.Of(known, Enumerable.Range(0, 12).Select(row => first + ((last - first) * row / 11))) : Trace.Of(Metric.Epoch, 0.0);

        var found = Find(training.And(Rising(2, 1.3)));

        Assert.Equal(isTold, found is not null);
        Assert.Equal(metric == Metric.Loss && isTold, found?.Message.ToString().Contains("the level of the training loss fell", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("falls by three points", 0.9, 0.87, 4, Severity.Info)]
    [InlineData("falls by ten points in percent", 90, 80, 4, Severity.Warning)]
    [InlineData("falls by ten points, best three before the end", 0.9, 0.8, 8, null)]
    [InlineData("is no share", 101, 80, 4, null)]
    public void AScoreThatFallsFromItsBestIsTold(string name, double best, double last, int at, Severity? expected)
    {
        _ = name;
        var scores = Trace.Of(Metric.ValidationAccuracy, Enumerable.Range(0, 12).Select(row => row <= at ? best * (0.6 + (0.4 * row / at)) : last));

        Assert.Equal(expected, Find(Training(0.1).And(scores))?.Severity);
        Assert.Null(Find(scores));
    }

    /// <summary>The training score goes on from where the validation score has stopped.</summary>
    [Theory]
    [InlineData("far above it in percent", 0.5, 0.9, 100, true)]
    [InlineData("from a score that was as high before", 0.87, 0.9, 1, false)]
    public void ScoresThatPartAreTold(string name, double first, double last, double scale, bool isTold)
    {
        _ = name;
        var training = Trace.Of(Metric.Accuracy, Enumerable.Range(0, 12).Select(row => scale * (first + ((last - first) * row / 11))));
        var scores = Trace.Of(Metric.ValidationAccuracy, Enumerable.Range(0, 12).Select(row => scale * (row < 2 ? 0.4 : 0.55 + (0.002 * (row % 2)))));

        Assert.Equal(isTold, Find(training.And(scores))?.Title.ToString().Contains("below the training score", StringComparison.Ordinal) == true);
    }

    /// <summary>The validation loss rests at 1 while the training loss falls on.</summary>
    [Theory]
    [InlineData("to a quarter of it", 0.25, 12, false)]
    [InlineData("to a tenth of it, in seven validations", 0.1, 7, false)]
    public void ATrainingThatLeavesItsValidationIsTold(string name, double to, int count, bool isTold)
    {
        _ = name;
        var training = Trace.Of(Metric.Loss, Enumerable.Range(0, count).Select(row => to + ((2 - to) * Math.Exp(-row / 2.0))));

        Assert.Equal(isTold, Find(training.And(Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, count).Select(row => row < 2 ? 2 - (0.5 * row) : 1 + (0.001 * (row % 2))))))?.Title.ToString().Contains("times the training loss", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void AValidationThatComesBackIsARemarkOfHowItStood()
    {
        var validations = Enumerable.Range(0, 24).Select(row => row < 5 ? 2 - (0.25 * row) : row < 12 ? 1 + (0.1 * (row - 4)) : 1.7 - (0.08 * (row - 11)));

        var found = Find(Trace.Of(Metric.Loss, Enumerable.Range(0, 24).Select(row => 2 * Math.Exp(-row / 4.0))).And(Trace.Of(Metric.ValidationLoss, validations)))!;

        Assert.Equal((Severity.Info, true), (found.Severity, found.RecoveredAt is not null));
        Assert.StartsWith("As it stood at step ", found.Title.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a decay", 1e-4, false, Cause.OverCapacity)]
    [InlineData("dropout", 0.0, true, Cause.OverCapacity)]
    public void WhatWasDoneAgainstItIsNotMissing(string name, double decay, bool drops, Cause expected)
    {
        _ = name;
        LayerDescription[] layers =
        [
            new() { Path = "act", TypeName = "Tanh", Kind = LayerKind.Activation, Activation = ActivationKind.Tanh, IsLeaf = true },
            new() { Path = "last", TypeName = "ReLU", Kind = LayerKind.Activation, Activation = ActivationKind.ReLU, IsLeaf = true },
        ];
        var run = new RunDescription
        {
            Optimizer = new OptimizerDescription { TypeName = "Adam", WeightDecay = decay },
            Model = new ModelDescription { TypeName = "Net", Parameters = [], Layers = drops ? [new LayerDescription { Path = "drop", TypeName = "Dropout", Kind = LayerKind.Dropout, IsLeaf = true, DropoutRate = 0.5 }, .. layers] : layers },
        };

        var found = Find(Training(0.1).And(Rising(2, 1.3)), run)!;

        Assert.Equal(expected == Cause.MissingRegularization, found.Causes.Any(cause => cause.Cause == Cause.MissingRegularization));
        Assert.DoesNotContain(found.Remedies, remedy => remedy.Actions.Any(action => action.Kind == RemedyActionKind.ReplaceActivation));
    }

    private static Trace Training(double to) => Trace.Of(Metric.Loss, Enumerable.Range(0, 12).Select(row => to + (4 * Math.Exp(-row / 3.0))));

    private static Trace Rising(double first, double last) => Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, 12).Select(row => row < 4 ? first - ((first - 1) * row / 4) : row == 4 ? 1 : 1 + ((last - 1) * Math.Min(1, (row - 3) / 5.0))));

    private static Finding? Find(Trace trace, RunDescription? run = null) => RuleVerifier.Run(new Overfitting(new()), trace, run) is [var finding] ? finding : null;
}
