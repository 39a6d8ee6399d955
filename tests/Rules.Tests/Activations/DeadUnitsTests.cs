using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Tests.Activations;

public sealed class DeadUnitsTests
{
    private static readonly DeadUnits Rule = new(new() { Patience = 3 });

    public static TheoryData<string, double[]> HealthyTraces => new()
    {
        { "half of the units may rest", [0.5, 0.5, 0.5, 0.5] },
        { "peaks shorter than the patience", [0.9, 0.9, 0.1, 0.9, 0.9, 0.1] },
        { "nothing is dead", [0, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(HealthyTraces))]
    public void ReportsNothing(string name, double[] fractions)
    {
        _ = name;
        Assert.Empty(RuleVerifier.Run(Rule, Trace.Of(Metric.DeadFraction, "relu", fractions)));
    }

    [Fact]
    public void ReportsOneFindingForAllLayersWithTheWorstFirst()
    {
        var trace = Trace.Of(Metric.DeadFraction, "relu1", 0.1, 0.6, 0.6, 0.7, 0.65)
            .And(Trace.Of(Metric.DeadFraction, "relu2", 0.8, 0.8, 0.8, 0.8, 0.8))
            .And(Trace.Of(Metric.DeadFraction, "relu3", 0, 0, 0, 0, 0));

        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal(["relu2", "relu1"], finding.Layers);
        Assert.Equal((0L, 4L), (finding.FirstStep, finding.LastStep));
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.Contains("80", finding.Title.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2.3, Severity.Error)]
    [InlineData(0.2, Severity.Warning)]
    public void IsAnErrorOnlyWhenTheLossDoesNotGoDown(double laterLoss, Severity expected)
    {
        var trace = Trace.Of(Metric.Loss, [2.3, .. Enumerable.Repeat(laterLoss, 60)])
            .And(Trace.Of(Metric.DeadFraction, "relu", [.. Enumerable.Repeat(0.0, 55), 1, 1, 1, 1, 1, 1]));
        var rules = new Rule[] { Rule };

        Assert.Equal(expected, Assert.Single(RuleVerifier.Diagnose(rules, trace).Findings).Severity);
    }

    [Fact]
    public void StaysReportedAfterRecovery()
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.DeadFraction, "relu", 0.6, 0.6, 0.6, 0.1, 0.1, 0.1)));

        Assert.Equal((2L, 5L), (finding.LastStep, finding.RecoveredAt));
    }

    /// <summary>Units that lived until a step as long as the weights are did not die of their activation; nor did they by the one that followed.</summary>
    [Theory]
    [InlineData(0, 0.6, Cause.LearningRateTooHigh)]
    [InlineData(0, 0.4, Cause.DyingRelu)]
    [InlineData(1, 0.6, Cause.DyingRelu)]
    [InlineData(4, 0.6, Cause.DyingRelu)]
    public void NamesTheRateWhereAStepOverthrewTheWeightsBefore(int step, double ratio, Cause expected)
    {
        var trace = Trace.Of(Metric.DeadFraction, "relu", 0.0, 0.9, 0.9, 0.9, 0.9).And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Range(0, 5).Select(at => at == step ? ratio : 0.01)));

        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal(expected, finding.Causes[0].Cause);
        Assert.Equal(expected == Cause.LearningRateTooHigh, finding.Remedies[0].Actions.Any(action => action.Kind == RemedyActionKind.ScaleLearningRate));
    }

    [Fact]
    public void NamesInitializationWhenDeadFromTheStartAndStepsWhenDyingLater()
    {
        var born = Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.DeadFraction, "relu", 0.9, 0.9, 0.9, 0.9)));
        var dying = Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.DeadFraction, "relu", 0.0, 0.9, 0.9, 0.9)));

        Assert.Equal([Cause.DyingRelu, Cause.PoorInitialization], born.Causes.Take(2).Select(cause => cause.Cause));
        Assert.Equal([Cause.DyingRelu, Cause.LearningRateTooHigh], dying.Causes.Take(2).Select(cause => cause.Cause));
    }

    [Fact]
    public void IsNotEvaluatedWithoutMeasurements()
    {
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, Trace.Of(Metric.Loss, 1, 2)).Outcome);
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, Trace.Of(Metric.DeadFraction, "relu", 0.1)).Outcome);
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(Rule, Trace.Of(Metric.DeadFraction, "relu", 0.1, 0.1, 0.1)).Outcome);
    }
}
