using System.Globalization;
using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6009 on validations that hold still while training goes on, and on weights that lag behind: how still, how many, how far.</summary>
public sealed class UntrainedValidationLimitsTests
{
    private const int Interval = 10;

    /// <summary>The training loss falls from 2 to the level that is given; the model is called for no validation.</summary>
    [Theory]
    [InlineData("near where training began, up and down by four percent", "2 2.08 2 2.08", 0.2, false)]
    [InlineData("far from it, up and down by one percent", "1 1.01 1 1.01", 0.2, false)]
    [InlineData("far from it, still", "1 1.002 1 1.002", 0.2, true)]
    [InlineData("three", "2 2 2", 0.2, false)]
    [InlineData("still after two that were not", "3 2.5 2 2 2 2", 0.2, true)]
    [InlineData("beside a training that fell by a quarter", "2 2 2 2", 1.5, false)]
    public void ValidationsThatHoldStillAreOfOtherWeights(string name, string validations, double to, bool isTold)
    {
        _ = name;
        double[] values = Numbers(validations);

        Assert.Equal(isTold, Find(Training(to).And(At(Metric.ValidationLoss, values)).And(At(Metric.ValidationPassCount, new double[values.Length]))) is not null);
    }

    [Fact]
    public void OneCallOfTheModelClearsIt() => Assert.Null(Find(Training(0.2).And(At(Metric.ValidationLoss, 2, 2, 2, 2, 2)).And(At(Metric.ValidationPassCount, 0, 1, 0, 0, 0))));

    [Fact]
    public void ValidationsThatMoveAtLastAreNoFaultAnyMore()
    {
        var found = Find(Training(0.2).And(At(Metric.ValidationLoss, 2, 2, 2, 2, 2, 1, 0.5)).And(At(Metric.ValidationPassCount, new double[7])))!;

        Assert.Equal((49L, 59L), (found.LastStep, found.RecoveredAt));
    }

    /// <summary>The training loss stands at a half.</summary>
    [Theory]
    [InlineData("four of little progress", new[] { 0.1, 0.1, 0.1, 0.1 }, 1, true)]
    [InlineData("three of little progress", new[] { 0.1, 0.1, 0.1 }, 1, false)]
    [InlineData("harm at the limit", new[] { 0.1, 0.1, 0.1, 0.1 }, 0.75, false)]
    public void WeightsThatLagBehindAreToldWhereTheyDoHarm(string name, double[] progress, double validation, bool isTold)
    {
        _ = name;
        var trace = Trace.Of(Metric.Loss, Enumerable.Repeat(0.5, 80)).And(At(Metric.EvaluatedWeightProgress, progress)).And(At(Metric.ValidationLoss, [validation, .. progress.Skip(1).Select((_, row) => validation * (1.1 + (0.1 * row)))]));

        var findings = RuleVerifier.Run(new UntrainedValidationWeights(new() { MinimumProgress = 0.5, HarmFactor = 1.5 }), trace);

        Assert.Equal(isTold, findings.Count == 1);
        Assert.All(findings, finding => Assert.Contains($"{Math.Max(0, progress[0]) * 100:F0}", finding.Message.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void ProgressWithoutAValidationTellsNothing() =>
        Assert.Null(Find(Trace.Of(Metric.Loss, Enumerable.Repeat(0.5, 80)).And(At(Metric.EvaluatedWeightProgress, 0.1, 0.1, 0.1, 0.1, 0.1)).And(At(Metric.ValidationLoss, 1, 1.2, 1, 1.2).From(3))));

    private static Trace Training(double to) => Trace.Of(Metric.Loss, Enumerable.Range(0, 80).Select(step => to + ((2 - to) * Math.Exp(-step / 15.0))));

    private static Trace At(Metric metric, params double[] values) => Trace.Of(metric, values).Every(Interval).From(Interval - 1);

    private static Finding? Find(Trace trace) => RuleVerifier.Run(new UntrainedValidationWeights(new()), trace) is [var finding] ? finding : null;

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(number => number == "nan" ? double.NaN : double.Parse(number, CultureInfo.InvariantCulture))];
}
