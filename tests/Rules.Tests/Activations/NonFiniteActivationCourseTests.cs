using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Tests.Gradients;

namespace TrainingDoctor.Tests.Activations;

/// <summary>Outputs that are no numbers: which layer leads, what came before, and what the loss of the step makes of it.</summary>
public sealed class NonFiniteActivationCourseTests
{
    private static readonly NonFiniteActivation Rule = new(new());

    [Theory]
    [InlineData("a loss that stays finite", 1, "", Severity.Info)]
    [InlineData("a loss that breaks at the same step", double.NaN, "", Severity.Error)]
    [InlineData("only the loss of a data set is known", double.NaN, "replay", Severity.Warning)]
    public void TheLossOfTheStepDecides(string name, double loss, string scope, Severity expected)
    {
        _ = name;
        var trace = Counts("log", 0, 0, 8, 0, 0).And(Trace.Of(Metric.Loss, scope, 1, 1, loss, 1, 1));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal((expected, 2L, 2L, 3L), (finding.Severity, finding.FirstStep, finding.LastStep, finding.RecoveredAt));
    }

    [Fact]
    public void ALossThatBreaksWhileAllOutputsAreNumbersIsNoneOfTheirs() =>
        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(Rule, Counts("mask", 0, 4, 0, 0, 0).And(Trace.Of(Metric.Loss, 1, 1, 1, double.NaN, 1)))).Severity);

    /// <summary>A loss that broke at a step whose outputs were not measured says nothing of the next one.</summary>
    [Fact]
    public void TheLossOfAnotherStepDoesNot() =>
        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.Loss, 1, double.NaN).And(Counts("log", 3).From(2)))).Severity);

    [Theory]
    [InlineData("in the order of calls", true, true, "z")]
    [InlineData("in the order of the model", false, true, "act0")]
    [InlineData("by name where nothing is known", false, false, "1")]
    public void TheFirstLayerLeads(string name, bool ordered, bool known, string first)
    {
        _ = name;
        var trace = Counts("act0", 0, 4).And(Counts("z", 0, 2)).And(Counts("1", 0, 1)).And(Trace.Of(Metric.Loss, 1, 1));
        trace = ordered ? Trace.Of(Metric.CallOrder, "z", 0).And(Trace.Of(Metric.CallOrder, "1", 1)).And(Trace.Of(Metric.CallOrder, "act0", 2)).And(trace) : trace;
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace, known ? new RunDescription { Model = GradientRulesTests.Stack(ActivationKind.ReLU, 3) } : new RunDescription()));

        string[] expected = first switch { "z" => ["z", "1", "act0"], "1" => ["1", "act0", "z"], _ => ["act0", "1", "z"] };
        Assert.Equal(expected, finding.Layers);
        Assert.Equal(first switch { "z" => 2, "1" => 1, _ => 4 }, finding.Evidence[0].Value);
    }

    [Theory]
    [InlineData("before", 1, "weights had become so before")]
    [InlineData("at the same step", 2, "no weight was seen to be so before")]
    [InlineData("never", 9, "no weight was seen to be so before")]
    public void WeightsThatBrokeBeforeAreTold(string name, int step, string words)
    {
        _ = name;
        var trace = Counts("log", 0, 0, 8, 8).And(Trace.Of(Metric.WeightNonFiniteCount, "a.weight", Enumerable.Range(0, 4).Select(at => at >= step ? 3.0 : 0))).And(Trace.Of(Metric.Loss, 1, 1, double.NaN, double.NaN));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.EndsWith($"{words}.", finding.Message.ToString(), StringComparison.Ordinal);
        Assert.Equal(step < 2 ? Cause.LearningRateTooHigh : Cause.NumericOverflow, finding.Causes.MaxBy(cause => cause.Likelihood)!.Cause);
    }

    [Theory]
    [InlineData("a gradient that grew a hundredfold", Metric.GlobalGradientNorm, 100, Cause.NumericOverflow)]
    [InlineData("one that grew by more", Metric.GlobalGradientNorm, 101, Cause.LearningRateTooHigh)]
    [InlineData("steps of half of the weights", Metric.GlobalUpdateRatio, 0.5, Cause.NumericOverflow)]
    [InlineData("longer steps", Metric.GlobalUpdateRatio, 0.51, Cause.LearningRateTooHigh)]
    [InlineData("a loss of ten times its first", Metric.Loss, -10, Cause.NumericOverflow)]
    [InlineData("a loss of more", Metric.Loss, 11, Cause.LearningRateTooHigh)]
    [InlineData("an input that was none", Metric.InputNonFiniteCount, 1, Cause.CorruptData)]
    public void WhatCameBeforeNamesTheCause(string name, Metric metric, double grown, Cause expected)
    {
        _ = name;
        double first = metric is Metric.InputNonFiniteCount or Metric.GlobalUpdateRatio ? 0 : grown < 0 ? -1 : 1;
        var trace = Counts("log", 0, 0, 0, 8, 8).And(Trace.Of(metric, first, first, Math.Abs(grown)));
        trace = metric == Metric.Loss ? trace : trace.And(Trace.Of(Metric.Loss, 1, 1, 1, 1, 1));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal(expected, finding.Causes.MaxBy(cause => cause.Likelihood)!.Cause);
        Assert.Equal(expected == Cause.CorruptData, finding.Remedies[0].Actions.Any(action => action.Kind == RemedyActionKind.CleanData));
    }

    [Fact]
    public void OneValueIsToldAsOne() =>
        Assert.Contains("held 1 value ", Assert.Single(RuleVerifier.Run(Rule, Counts("log", 0, 1))).Message.ToString(), StringComparison.Ordinal);

    private static Trace Counts(string layer, params double[] counts) => Trace.Of(Metric.OutputNonFiniteCount, layer, counts);
}
