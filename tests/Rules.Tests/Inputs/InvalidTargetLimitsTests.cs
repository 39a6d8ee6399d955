using TrainingDoctor.Rules.Inputs;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Inputs;

/// <summary>Each fault of a target at its limit: how many batches, how far beyond, and what the loss and the task make of it (TD1006).</summary>
public sealed class InvalidTargetLimitsTests
{
    private const int Count = 20;

    [Theory]
    [InlineData("a target that is no number", Metric.TargetNonFiniteCount, 1, 1, "Targets are NaN or infinite")]
    [InlineData("an index beyond the classes", Metric.TargetInvalidCount, 1, 1, "Class indices are out of range")]
    [InlineData("targets that are too long, one batch less", Metric.TargetOverlongFraction, 0.25, 2, null)]
    [InlineData("targets that ask for the blank, one batch less", Metric.TargetBlankFraction, 0.25, 2, null)]
    [InlineData("a loss of all pairs, one batch less", Metric.RecognizedBroadcast, 1, 4, null)]
    public void EnoughBatchesTellIt(string name, Metric metric, double value, int count, string? title)
    {
        _ = name;
        var findings = RuleVerifier.Run(new InvalidTarget(new()), Trace.Of(metric, StepCurve.Levels((6, 0), (count, value), (8, 0))));

        Assert.Equal(title, findings.SingleOrDefault()?.Title.ToString());
        Assert.All(findings, finding => Assert.Equal((6L, 5L + count), (finding.FirstStep, finding.LastStep)));
    }

    /// <summary>Whatever is told of targets is enough to judge; a loss alone is not.</summary>
    [Theory]
    [InlineData(Metric.TargetNonFiniteCount, RuleOutcome.Passed)]
    [InlineData(Metric.TargetInvalidCount, RuleOutcome.Passed)]
    [InlineData(Metric.TargetBroadcast, RuleOutcome.Passed)]
    [InlineData(Metric.TargetMaximum, RuleOutcome.Passed)]
    [InlineData(Metric.TargetOverlongFraction, RuleOutcome.Passed)]
    [InlineData(Metric.Loss, RuleOutcome.NotEvaluated)]
    public void OneMeasureOfTargetsIsEnoughToJudge(Metric metric, RuleOutcome expected) =>
        Assert.Equal(expected, RuleVerifier.Status(new InvalidTarget(new()), Trace.Of(metric, Enumerable.Repeat(0.0, Count))).Outcome);

    [Theory]
    [InlineData("no number in a part of the loss that is none", Metric.TargetNonFiniteCount, "part", double.NaN, null, LossKind.Other, Severity.Warning)]
    [InlineData("an index, nothing else is known", Metric.TargetInvalidCount, "", 1, null, LossKind.Other, Severity.Info)]
    [InlineData("an index of a task of classes", Metric.TargetInvalidCount, "", 1, TrainingTask.MulticlassClassification, LossKind.Other, Severity.Warning)]
    [InlineData("an index of a loss of classes", Metric.TargetInvalidCount, "", 1, null, LossKind.CrossEntropy, Severity.Warning)]
    [InlineData("an index of a loss of their likelihood", Metric.TargetInvalidCount, "", 1, null, LossKind.NegativeLogLikelihood, Severity.Warning)]
    [InlineData("an index of a loss of classes, in another task", Metric.TargetInvalidCount, "", 1, TrainingTask.LanguageModeling, LossKind.CrossEntropy, Severity.Info)]
    [InlineData("an index in a loss that is no number", Metric.TargetInvalidCount, "", double.PositiveInfinity, null, LossKind.Other, Severity.Error)]
    public void LossAndTaskTellHowSeriousItIs(string name, Metric metric, string scope, double loss, TrainingTask? task, LossKind kind, Severity expected)
    {
        _ = name;
        var trace = Trace.Of(metric, StepCurve.Levels((6, 0), (1, 3), (8, 0))).And(Trace.Of(Metric.Loss, scope, StepCurve.Levels((6, 1), (1, loss), (8, 1))));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new InvalidTarget(new()), trace, new RunDescription { Task = task, Loss = new LossDescription { Kind = kind, TypeName = "Loss" } })).Severity);
    }

    [Theory]
    [InlineData("above", LossKind.BinaryCrossEntropy, 0, 1.25, 3, 1.25)]
    [InlineData("above by what rounding gives", LossKind.BinaryCrossEntropy, 0, 1.015625, 3, null)]
    [InlineData("below", LossKind.BinaryCrossEntropyWithLogits, -0.25, 1, 3, -0.25)]
    [InlineData("below by what rounding gives", LossKind.BinaryCrossEntropyWithLogits, -0.015625, 1, 3, null)]
    [InlineData("both", LossKind.BinaryCrossEntropy, -4, 1.25, 3, 1.25)]
    public void TargetsOfABinaryLossAreHeldFromZeroToOne(string name, LossKind kind, double low, double high, int count, double? furthest)
    {
        _ = name;
        var trace = Trace.Of(Metric.TargetMinimum, StepCurve.Levels((6, 0), (count, low), (8, 0))).And(Trace.Of(Metric.TargetMaximum, StepCurve.Levels((6, 1), (count, high), (8, 1))));
        var findings = RuleVerifier.Run(new InvalidTarget(new() { Tolerance = 0.015625 }), trace, new RunDescription { Loss = new LossDescription { Kind = kind, TypeName = "Loss" } });

        Assert.Equal(furthest, findings.SingleOrDefault()?.Evidence[0].Value);
        Assert.All(findings, finding => Assert.Equal((Severity.Error, 6L, 8L), (finding.Severity, finding.FirstStep, finding.LastStep)));
    }

    /// <summary>A loss that is recognised by its values is known after some steps only: what lay outside before is told in the end, unless the program says which loss it is.</summary>
    [Theory]
    [InlineData("outside", 1.25, false, true)]
    [InlineData("outside by what rounding gives", 1.015625, false, false)]
    [InlineData("outside, of a loss that is told", 1.25, true, false)]
    public void WhatLayOutsideBeforeTheLossWasKnownIsTold(string name, double high, bool isTold, bool isFound)
    {
        _ = name;
        var trace = Trace.Of(Metric.TargetMinimum, Enumerable.Repeat(0.0, Count)).And(Trace.Of(Metric.TargetMaximum, StepCurve.Levels((2, 1), (1, high), (Count - 3, 1))))
            .And(Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat((double)LossKind.BinaryCrossEntropy, Count)));
        var findings = RuleVerifier.Run(new InvalidTarget(new() { Tolerance = 0.015625 }), trace, new RunDescription { Loss = isTold ? new LossDescription { Kind = LossKind.Other, TypeName = "Mine" } : null });

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Error, 2L, 1.25), (finding.Severity, finding.Evidence[0].Step, finding.Evidence[0].Value)));
    }

    /// <summary>What lay outside once the loss was known is not told once more in the end.</summary>
    [Fact]
    public void WhatLayOutsideLaterIsToldOnce()
    {
        var trace = Trace.Of(Metric.TargetMinimum, Enumerable.Repeat(0.0, Count)).And(Trace.Of(Metric.TargetMaximum, StepCurve.Levels((10, 1), (4, 1.25), (6, 1))))
            .And(Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat((double)LossKind.BinaryCrossEntropy, Count)));
        var finding = Assert.Single(RuleVerifier.Run(new InvalidTarget(new()), trace));

        Assert.Equal((10L, 13L), (finding.FirstStep, finding.LastStep));
        Assert.Single(finding.Evidence);
    }

    [Theory]
    [InlineData("as many rows as may be", LossKind.CrossEntropy, 0.03125, false)]
    [InlineData("rows of a loss of several classes", LossKind.BinaryCrossEntropy, 1, false)]
    public void RowsOfSeveralOnesAreToldFromTheirLimit(string name, LossKind kind, double share, bool isFound)
    {
        _ = name;
        var trace = Trace.Of(Metric.TargetMultipleFraction, StepCurve.Levels((6, 0), (1, share), (8, 0))).And(Trace.Of(Metric.TargetMaximum, Enumerable.Repeat(1.0, 15)));
        var findings = RuleVerifier.Run(new InvalidTarget(new() { MaximumMultiple = 0.03125 }), trace, new RunDescription { Loss = new LossDescription { Kind = kind, TypeName = "Loss" } });

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Warning, share), (finding.Severity, finding.Evidence[0].Value)));
    }

    [Theory]
    [InlineData("four batches", 4, 1.25, 1.25, null)]
    [InlineData("above by what may be", 5, 1.03125, 1.03125, null)]
    [InlineData("below in all batches", 5, 0.75, 0.75, 0.96875)]
    [InlineData("below by what may be", 5, 0.96875, 0.96875, null)]
    [InlineData("above and below", 5, 1.25, 0.75, null)]
    public void SumsOfSharesAreToldFromTheirLimits(string name, int count, double first, double last, double? limit)
    {
        _ = name;
        var trace = Trace.Of(Metric.TargetRowSum, StepCurve.Change(count, 2, first, last)).And(Trace.Of(Metric.TargetMaximum, Enumerable.Repeat(1.0, Count)));
        var findings = RuleVerifier.Run(new InvalidTarget(new() { SumTolerance = 0.03125 }), trace, new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "Loss" } });

        Assert.Equal(limit, findings.SingleOrDefault()?.Evidence[0].Limit);
    }

    [Theory]
    [InlineData("four batches of them", true, 4, 0, 0.0625, false)]
    [InlineData("above zero by what may be", true, 5, 0, 0.03125, false)]
    [InlineData("below zero by what may be", false, 5, -0.03125, 0, false)]
    public void ADivergenceIsToldFromItsLimits(string name, bool takesLogarithms, int count, double lowest, double highest, bool isFound)
    {
        _ = name;
        var trace = Trace.Of(Metric.TargetMinimum, Enumerable.Repeat(lowest, count)).And(Trace.Of(Metric.TargetMaximum, Enumerable.Repeat(highest, count)));
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.KullbackLeibler, TypeName = "KLDivLoss", TakesLogTargets = takesLogarithms } };

        Assert.Equal(isFound, RuleVerifier.Run(new InvalidTarget(new() { SumTolerance = 0.03125 }), trace, run).Count == 1);
    }

    /// <summary>Shapes that may broadcast are a fault where no loss falls below the variance of the targets.</summary>
    [Theory]
    [InlineData("twenty batches", 20, 1, 1, LossKind.MeanSquaredError, true)]
    [InlineData("nineteen batches", 19, 1, 1, LossKind.MeanSquaredError, false)]
    [InlineData("one at the least share", 20, 0.875, 1, LossKind.MeanSquaredError, false)]
    [InlineData("as much as is needed on average", 20, 0.9375, 0.9375, LossKind.MeanSquaredError, true)]
    [InlineData("less on average", 20, 0.9296875, 0.9296875, LossKind.MeanSquaredError, false)]
    [InlineData("a loss of classes", 20, 1, 1, LossKind.CrossEntropy, false)]
    [InlineData("a binary loss", 20, 1, 1, LossKind.BinaryCrossEntropyWithLogits, false)]
    public void ShapesThatBroadcastAreToldByTheirLosses(string name, int count, double least, double loss, LossKind kind, bool isFound)
    {
        _ = name;
        var trace = Trace.Of(Metric.TargetBroadcast, StepCurve.Levels((4, 0), (count, 1))).And(Trace.Of(Metric.TargetStandardDeviation, Enumerable.Repeat(1.0, count + 4))).And(Trace.Of(Metric.Loss, StepCurve.Levels((8, loss), (1, least), (count - 5, loss))));
        var findings = RuleVerifier.Run(new InvalidTarget(new() { BestShare = 0.875, MeanShare = 0.9375 }), trace, new RunDescription { Loss = new LossDescription { Kind = kind, TypeName = "Loss" } });

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Warning, 4L, 23L, least), (finding.Severity, finding.FirstStep, finding.LastStep, finding.Evidence[0].Value)));
    }

    /// <summary>A loss that is that of all pairs is told at once, and not once more by its level.</summary>
    [Fact]
    public void ALossOfAllPairsIsToldOnce()
    {
        var trace = Trace.Of(Metric.TargetBroadcast, Enumerable.Repeat(1.0, 30)).And(Trace.Of(Metric.RecognizedBroadcast, Enumerable.Repeat(1.0, 30))).And(Trace.Of(Metric.TargetStandardDeviation, Enumerable.Repeat(1.0, 30))).And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 30)));

        Assert.Equal((Severity.Error, 0.97), Assert.Single(RuleVerifier.Run(new InvalidTarget(new()), trace)) is var finding ? (finding.Severity, finding.Confidence) : default);
    }
}
