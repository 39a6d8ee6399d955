using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6006 on which layers matter, how long they must have been in the wrong mode, and what of an evaluation that differs from itself is told.</summary>
public sealed class WrongModeLimitsTests
{
    private static readonly RunDescription Net = new()
    {
        Model = new ModelDescription
        {
            TypeName = "Net",
            Parameters = [],
            Layers =
            [
                new LayerDescription { Path = "norm", TypeName = "BatchNorm1d", Kind = LayerKind.BatchNormalization, IsLeaf = true },
                new LayerDescription { Path = "drop", TypeName = "Dropout", Kind = LayerKind.Dropout, IsLeaf = true, DropoutRate = 0.5 },
                new LayerDescription { Path = "some", TypeName = "Dropout", Kind = LayerKind.Dropout, IsLeaf = true },
                new LayerDescription { Path = "off", TypeName = "Dropout", Kind = LayerKind.Dropout, IsLeaf = true, DropoutRate = 0 },
                new LayerDescription { Path = "linear", TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true },
            ],
        },
    };

    [Theory]
    [InlineData("four steps", "drop", 4, null, null)]
    [InlineData("a dropout of unknown rate", "some", 5, null, "some")]
    [InlineData("a dropout that drops nothing", "off", 5, null, null)]
    [InlineData("a layer without a mode", "linear", 5, null, null)]
    [InlineData("beside one in training mode", "drop", 5, 1.0, null)]
    [InlineData("beside another one", "drop", 5, 0.0, "drop,norm")]
    public void StepsInEvaluationModeAreThoseOfAllLayersThatHaveOne(string name, string layer, int steps, double? other, string? layers)
    {
        _ = name;
        var trace = Trace.Of(Metric.TrainingMode, layer, new double[steps]);

        var found = Find(other is { } mode ? trace.And(Trace.Of(Metric.TrainingMode, "norm", Enumerable.Repeat(mode, steps))) : trace);

        Assert.Equal(layers, found is null ? null : string.Join(',', found.Layers.Order(StringComparer.Ordinal)));
    }

    /// <summary>The longest streak is told, and whether the last one is over.</summary>
    [Theory]
    [InlineData("0000001", 0, 5, 6, 6)]
    [InlineData("00000001000000", 0, 13, null, 7)]
    public void AStreakIsOverWhenTrainingModeIsBack(string modes, long first, long last, int? recovered, int longest)
    {
        var found = Find(Trace.Of(Metric.TrainingMode, "drop", modes.Select(mode => mode - '0').Select(mode => (double)mode)))!;

        Assert.Equal((first, last, (long?)recovered), (found.FirstStep, found.LastStep, found.RecoveredAt));
        Assert.Contains($", {longest} in a row", found.Message.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drop", "norm", Severity.Error, "drop,norm")]
    [InlineData("off", "linear", null, null)]
    public void ValidationInTrainingModeIsWorstWhereItIsLearntFrom(string one, string other, Severity? expected, string? layers)
    {
        var found = Find(Trace.Of(Metric.TrainingMode, "drop", 1, 1, 1, 1, 1).And(Trace.Of(Metric.ValidationTrainingMode, one, 0, 1, 1)).And(Trace.Of(Metric.ValidationTrainingMode, other, 0, 0, 1)));

        Assert.Equal((expected, layers), (found?.Severity, found is null ? null : string.Join(',', found.Layers)));
    }

    [Theory]
    [InlineData("numbers", TrainingTask.Regression, LossKind.Other, true)]
    [InlineData("what is made again", TrainingTask.Reconstruction, LossKind.Other, false)]
    [InlineData("a likelihood of classes", null, LossKind.NegativeLogLikelihood, true)]
    public void WhatAnswersAQuestionMustNotDraw(string name, TrainingTask? task, LossKind kind, bool isTold)
    {
        _ = name;
        var run = Net with { Task = task, Loss = new LossDescription { Kind = kind, TypeName = "Loss" } };

        Assert.Equal(isTold, Find(Trace.Of(Metric.EvaluationDifference, "(output)", 0.5), run)?.Title.ToString() == "Evaluation is random");
    }

    /// <summary>A run tells of a model that keeps something in a remark, a preflight asks; the largest difference is told, with the first and the last step.</summary>
    [Theory]
    [InlineData(Metric.EvaluationDifference, false, new[] { 0.125, 0.5, 0.25 }, Severity.Warning)]
    [InlineData(Metric.EvaluationDrift, false, new[] { 0.125, 0.5, 0.25 }, Severity.Info)]
    [InlineData(Metric.EvaluationDrift, true, new[] { 0.125, 0.5, 0.25 }, Severity.Warning)]
    [InlineData(Metric.EvaluationDifference, true, new[] { 0.0625, double.NaN }, null)]
    public void TheLargestDifferenceIsTold(Metric metric, bool isPreflight, double[] differences, Severity? expected)
    {
        var run = Net with { Task = TrainingTask.Regression, Preflight = isPreflight ? new PreflightDescription() : null };

        var findings = RuleVerifier.Run(new WrongMode(new() { MaximumDifference = 0.0625 }), Trace.Of(metric, "(output)", differences), run);

        Assert.Equal(expected, findings.Count == 0 ? null : findings[0].Severity);
        Assert.All(findings, finding => Assert.Equal((0L, 2L, 1L, 0.5), (finding.FirstStep, finding.LastStep, finding.Evidence[0].Step, finding.Evidence[0].Value)));
    }

    [Theory]
    [InlineData("off", 9, "the model has no layer whose mode matters")]
    [InlineData("drop", 4, "needs 5 steps, had 4")]
    public void SaysWhyItDoesNotJudge(string layer, int steps, string? reason) =>
        Assert.Equal(reason, RuleVerifier.Status(new WrongMode(new()), Trace.Of(Metric.TrainingMode, layer, Enumerable.Repeat(1.0, steps)), Net).Reason?.ToString());

    private static Finding? Find(Trace trace, RunDescription? run = null) => RuleVerifier.Run(new WrongMode(new()), trace, run ?? Net) is [var finding] ? finding : null;
}
