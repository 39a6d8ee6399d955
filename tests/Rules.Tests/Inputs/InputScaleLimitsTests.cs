using TrainingDoctor.Rules.Inputs;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Inputs;

/// <summary>From where on inputs (TD1002) and targets (TD1007) are too large, too small or too far from zero.</summary>
public sealed class InputScaleLimitsTests
{
    private const int Count = 30;
    private static readonly RunDescription Numbers = new() { Task = TrainingTask.Regression };

    [Theory]
    [InlineData("at the limit", 6, 8, 3, RuleOutcome.Passed)]
    [InlineData("beyond it, below zero", -6, 8.125, 3, RuleOutcome.Found)]
    [InlineData("one batch less", 60, 80, 2, RuleOutcome.NotEvaluated)]
    [InlineData("no number", double.NaN, 80, 30, RuleOutcome.NotEvaluated)]
    public void TheSizeIsThatOfMeanAndDeviation(string name, double mean, double deviation, int count, RuleOutcome expected)
    {
        _ = name;
        Assert.Equal(expected, RuleVerifier.Status(new UnscaledInput(new()), Input(Enumerable.Repeat(mean, count), Enumerable.Repeat(deviation, count))).Outcome);
        Assert.Equal(expected, RuleVerifier.Status(new UnscaledTarget(new()), Target(Enumerable.Repeat(mean, count), Enumerable.Repeat(deviation, count)), Numbers).Outcome);
    }

    [Theory]
    [InlineData("at the limit", 0.00390625, 0, null)]
    [InlineData("below it", 0.001953125, 0, Severity.Info)]
    [InlineData("nothing at all", 0, 0, null)]
    [InlineData("below it, with a value ten times as large as the limit", 0.001953125, 0.0390625, Severity.Info)]
    public void SmallInputsAreARemark(string name, double deviation, double largest, Severity? expected)
    {
        _ = name;
        var trace = Input(Enumerable.Repeat(0.0, Count), Enumerable.Repeat(deviation, Count));
        var findings = RuleVerifier.Run(new UnscaledInput(new() { MinimumSize = 0.00390625 }), largest > 0 ? trace.And(Trace.Of(Metric.InputAbsoluteMaximum, Enumerable.Repeat(largest, Count))) : trace);

        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
        Assert.All(findings, finding => Assert.StartsWith("The inputs are tiny", finding.Title.ToString(), StringComparison.Ordinal));
    }

    /// <summary>Where nothing is learnt, tiny inputs are to blame, unless they were so in the beginning only.</summary>
    [Theory]
    [InlineData("tiny to the end", 0.001, 10, Severity.Warning)]
    [InlineData("tiny in the beginning", 1, 10, Severity.Info)]
    [InlineData("tiny to the end, and a tenth was learnt", 0.001, 9, Severity.Info)]
    public void TinyInputsAreToBlameWhereNothingIsLearnt(string name, double later, double end, Severity expected)
    {
        _ = name;
        var trace = Input(Enumerable.Repeat(0.0, Count), StepCurve.Change(Count, 10, 0.001, later)).And(Trace.Of(Metric.Loss, StepCurve.Change(Count, 10, 10, end)));

        Assert.Equal(expected, RuleVerifier.Run(new UnscaledInput(new() { OutlierFactor = 1e9 }), trace).MaxBy(finding => finding.Severity)!.Severity);
    }

    [Theory]
    [InlineData("at the limit", 7.5, 4, 20, 10, null)]
    [InlineData("beyond it, below zero", -7.5, 3.75, 20, 10, 2.0)]
    [InlineData("no spread at all", 8, 0, 20, 10, null)]
    [InlineData("too few losses", -7.5, 3.75, 19, 10, null)]
    [InlineData("a tenth is learnt", -7.5, 3.75, 30, 9, null)]
    [InlineData("less is learnt", -7.5, 3.75, 30, 9.125, 2.0)]
    public void AnOffsetIsToldWhereNothingIsLearnt(string name, double mean, double deviation, int losses, double end, double? offset)
    {
        _ = name;
        var trace = Input(Enumerable.Repeat(mean, Count), Enumerable.Repeat(deviation, Count)).And(Trace.Of(Metric.Loss, StepCurve.Change(losses, 5, 10, end)));
        var findings = RuleVerifier.Run(new UnscaledInput(new() { MaximumOffset = 1.875 }), trace);

        Assert.Equal(offset is not null, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Warning, offset!.Value, 0L, 29L), (finding.Severity, Math.Round(finding.Evidence[0].Value, 9), finding.FirstStep, finding.LastStep)));
    }

    /// <summary>Inputs that are as large as they may be are told by their offset.</summary>
    [Fact]
    public void AnOffsetOfTheLargestSizeIsTold()
    {
        var trace = Input(Enumerable.Repeat(8.0, Count), Enumerable.Repeat(6.0, Count)).And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, Count)));

        Assert.StartsWith("The inputs hardly differ", Assert.Single(RuleVerifier.Run(new UnscaledInput(new() { MaximumOffset = 1.25 }), trace)).Title.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Large inputs are told as such and not once more by their offset, and two batches tell no offset.</summary>
    [Theory]
    [InlineData(32, Count, "The inputs are not scaled (size 32)")]
    [InlineData(8, 2, null)]
    public void AnOffsetIsToldOfInputsOfUsualSizeOnly(double mean, int count, string? title)
    {
        var trace = Input(Enumerable.Repeat(mean, count), Enumerable.Repeat(0.25, count)).And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, Count)));

        Assert.Equal(title, RuleVerifier.Run(new UnscaledInput(new()), trace).SingleOrDefault()?.Title.ToString());
    }

    [Theory]
    [InlineData("fifty times as large", 10, 1, 50, false)]
    [InlineData("larger than that", 10, 1, 50.5, true)]
    [InlineData("larger than that, one batch earlier", 9, 1, 50.5, false)]
    [InlineData("the first that is anything", 10, 0, 5, false)]
    public void OneBatchStandsOutFromThoseBefore(string name, int before, double usual, double large, bool isFound)
    {
        _ = name;
        var trace = Input(Enumerable.Repeat(0.0, Count), StepCurve.Levels((before, usual), (1, large), (Count - 1 - before, usual)));
        var findings = RuleVerifier.Run(new UnscaledInput(new() { MaximumSize = 1000 }), trace);

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("One batch is far larger than the others", (long)before, large, 50.0), (finding.Title.ToString(), finding.FirstStep, finding.Evidence[0].Value, finding.Evidence[0].Limit)));
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(201, true)]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void PixelsAreKnownByTheirLargest(double largest, bool arePixels)
    {
        var trace = Input(Enumerable.Repeat(33.0, Count), Enumerable.Repeat(78.0, Count)).And(Trace.Of(Metric.InputAbsoluteMaximum, Enumerable.Repeat(largest, Count)));

        Assert.Equal(arePixels, Assert.Single(RuleVerifier.Run(new UnscaledInput(new()), trace)).Remedies[0].Title.ToString() == "Divide the pixels by 255");
    }

    [Theory]
    [InlineData(LayerKind.Normalization, RuleOutcome.NotEvaluated)]
    [InlineData(LayerKind.Linear, RuleOutcome.Found)]
    public void ALayerThatNormalisesItsInputTakesAnyScale(LayerKind kind, RuleOutcome expected)
    {
        var model = new ModelDescription { TypeName = "S", Layers = [new LayerDescription { Path = "0", TypeName = "First", Kind = kind, IsLeaf = true }], Parameters = [] };

        Assert.Equal(expected, RuleVerifier.Status(new UnscaledInput(new()), Input(Enumerable.Repeat(33.0, Count), Enumerable.Repeat(78.0, Count)), new RunDescription { Model = model }).Outcome);
    }

    /// <summary>What of the targets' variance, 64, is left in the end tells whether their scale did harm.</summary>
    [Theory]
    [InlineData("less than is excused", LossKind.MeanSquaredError, 15, Severity.Info)]
    [InlineData("as much as is not", LossKind.MeanSquaredError, 16, Severity.Warning)]
    [InlineData("an absolute error, less than is excused", LossKind.MeanAbsoluteError, 1.9375, Severity.Info)]
    [InlineData("an absolute error, as much as is not", LossKind.MeanAbsoluteError, 2, Severity.Warning)]
    [InlineData("no number", LossKind.MeanSquaredError, double.NaN, Severity.Warning)]
    public void WhatIsLeftTellsWhetherTheScaleDidHarm(string name, LossKind kind, double end, Severity? expected)
    {
        _ = name;
        var trace = Target(Enumerable.Repeat(100.0, Count), Enumerable.Repeat(8.0, Count)).And(Trace.Of(Metric.Loss, StepCurve.Change(Count, 10, 10000, end)));
        var run = new RunDescription { Loss = new LossDescription { Kind = kind, TypeName = "Loss" } };

        Assert.Equal(expected, RuleVerifier.Run(new UnscaledTarget(new() { UnexplainedThatExcuses = 0.25 }), trace, run).SingleOrDefault()?.Severity);
    }

    /// <summary>The means of the batches have a variance, too: here 36 beside 64.</summary>
    [Theory]
    [InlineData(24, Severity.Info)]
    [InlineData(25, Severity.Warning)]
    public void BatchesThatDifferHaveMoreToExplain(double end, Severity expected)
    {
        var trace = Target(Enumerable.Range(0, Count).Select(step => step % 2 == 0 ? 94.0 : 106), Enumerable.Repeat(8.0, Count)).And(Trace.Of(Metric.Loss, StepCurve.Change(Count, 10, 10000, end)));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new UnscaledTarget(new() { UnexplainedThatExcuses = 0.25 }), trace, Numbers)).Severity);
    }

    /// <summary>Without a loss nothing excuses the scale; a classification has none.</summary>
    [Theory]
    [InlineData(TrainingTask.Reconstruction, Severity.Warning)]
    [InlineData(TrainingTask.BinaryClassification, null)]
    public void WithoutALossNothingExcuses(TrainingTask task, Severity? expected) =>
        Assert.Equal(expected, RuleVerifier.Run(new UnscaledTarget(new()), Target(Enumerable.Repeat(100.0, Count), Enumerable.Repeat(8.0, Count)), new RunDescription { Task = task }).SingleOrDefault()?.Severity);

    private static Trace Input(IEnumerable<double> means, IEnumerable<double> deviations) => Trace.Of(Metric.InputMean, means).And(Trace.Of(Metric.InputStandardDeviation, deviations));

    private static Trace Target(IEnumerable<double> means, IEnumerable<double> deviations) => Trace.Of(Metric.TargetMean, means).And(Trace.Of(Metric.TargetStandardDeviation, deviations));
}
