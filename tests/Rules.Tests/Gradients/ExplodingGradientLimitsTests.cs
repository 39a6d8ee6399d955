using TrainingDoctor.Rules.Gradients;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>Norms at the limits of an explosion, and losses that decide whether growth is one.</summary>
public sealed class ExplodingGradientLimitsTests
{
    private static readonly ExplodingGradient Rule = new(new());

    [Theory]
    [InlineData("a hundred times the first norms, no more", 100, 2.5, false)]
    [InlineData("more than that, and a loss that stays", 101, 2.5, true)]
    [InlineData("more than that, and a loss below its first", 101, 2.25, false)]
    [InlineData("more than that, and a loss that is lost", 101, double.NaN, true)]
    public void GrowthCountsBeyondAHundredfoldWhileTheLossIsNoLower(string name, double norm, double loss, bool found)
    {
        _ = name;
        var findings = RuleVerifier.Run(Rule, GradientExamples.Gradients(step => step < 20 ? 1 : norm, step => step < 20 ? 2.5 : loss, 60));

        Assert.Equal(found ? Severity.Warning : (Severity?)null, findings.SingleOrDefault()?.Severity);
        Assert.Equal(found ? 20L : (long?)null, findings.SingleOrDefault()?.FirstStep);
    }

    [Fact]
    public void WithoutALossGrowthTellsNothing() =>
        Assert.Empty(RuleVerifier.Run(Rule, Trace.Of(Metric.GlobalGradientNorm, [.. Enumerable.Repeat(1.0, 20), .. Enumerable.Repeat(1e6, 40)])));

    [Theory]
    [InlineData("both beyond", 10001, 21, 2, Severity.Error)]
    [InlineData("the norm at its limit", 10000, 21, 2, Severity.Warning)]
    [InlineData("the loss at its limit", 10001, 20, 2, Severity.Warning)]
    [InlineData("a loss below zero may come up to ten times its size", 10001, 10, -1, Severity.Warning)]
    [InlineData("and not beyond", 10001, 11, -1, Severity.Error)]
    [InlineData("a loss that is lost", 10001, double.PositiveInfinity, 2, Severity.Error)]
    public void ItIsCertainWhereTheLossExplodesToo(string name, double norm, double loss, double firstLoss, Severity expected)
    {
        _ = name;
        var finding = Assert.Single(RuleVerifier.Run(Rule, GradientExamples.Gradients(step => step < 20 ? 1 : norm, step => step < 20 ? firstLoss : loss, 60)));

        Assert.Equal((expected, expected == Severity.Error ? 0.97 : 0.9), (finding.Severity, finding.Confidence));
    }

    /// <summary>The sixth of ten norms in the order of their size; zeros are no norms to compare with.</summary>
    [Fact]
    public void TheMiddleOfTheFirstNormsIsTheScale()
    {
        double[] first = [0, 10, 9, 0, 8, 7, 6, 5, 4, 3, 2, 1];
        var finding = Assert.Single(RuleVerifier.Run(Rule, GradientExamples.Gradients(step => step < 12 ? first[step] : 1200, _ => 2.5, 60)));

        Assert.Equal((600, 1200, 12L), (finding.Evidence[0].Limit, finding.Evidence[0].Value, finding.FirstStep));
        Assert.Contains("200 times that of the first steps", finding.Message.ToString(), StringComparison.Ordinal);
        Assert.Empty(RuleVerifier.Run(Rule, GradientExamples.Gradients(step => step < 8 ? 0 : 1, _ => 2.5, 60)));
    }

    [Theory]
    [InlineData("within the first steps, against the very first", 4, 101, Severity.Error)]
    [InlineData("a hundred times the first are not beyond", 4, 100, null)]
    [InlineData("later, against the middle of the first", 20, 101, Severity.Error)]
    [InlineData("later, a hundred times", 20, 100, null)]
    public void GrowthThatEndsInNoNumberIsAnError(string name, int steps, double last, Severity? expected)
    {
        _ = name;
        var finding = RuleVerifier.Run(Rule, GradientExamples.Gradients(step => step < steps ? 1 : step == steps ? last : double.NaN, _ => 1, 40)).SingleOrDefault();

        Assert.Equal(expected, finding?.Severity);
        Assert.Equal(expected is null ? (null, null) : ((long?)steps, (long?)39), (finding?.FirstStep, finding?.LastStep));
    }

    /// <summary>Once there is a scale, a single small norm among the first says nothing.</summary>
    [Fact]
    public void OneSmallNormAmongTheFirstIsNoScale() =>
        Assert.Empty(RuleVerifier.Run(Rule, GradientExamples.Gradients(step => step == 3 ? 0.01 : step < 20 ? 1 : step == 20 ? 50 : double.NaN, _ => 1, 40)));

    [Theory]
    [InlineData("an overflow, and no loss at the end", double.PositiveInfinity, double.NaN, true)]
    [InlineData("an overflow in a run that ends well", double.PositiveInfinity, 1, false)]
    [InlineData("a norm that is no number at all", double.NaN, double.NaN, false)]
    public void AnOverflowIsAnErrorWhereTheRunEndsWithoutANumber(string name, double norm, double loss, bool found)
    {
        _ = name;
        var finding = RuleVerifier.Run(Rule, GradientExamples.Gradients(step => step is 20 or 30 ? norm : 1, step => step < 39 ? 1 : loss, 40)).SingleOrDefault();

        Assert.Equal(found ? (Severity.Error, 0.9, 20L) : (null, null, null), ((Severity?)finding?.Severity, (double?)finding?.Confidence, finding?.FirstStep));
    }

    [Fact]
    public void AnOverflowWithoutALossIsNone() =>
        Assert.Empty(RuleVerifier.Run(Rule, Trace.Of(Metric.GlobalGradientNorm, [1, 1, double.PositiveInfinity, .. Enumerable.Repeat(1.0, 20)])));

    [Theory]
    [InlineData("small steps of a policy", TrainingTask.Reinforcement, 0.02, 3.5, Severity.Info)]
    [InlineData("steps at the limit", TrainingTask.Reinforcement, 0.03, 3.5, Severity.Warning)]
    [InlineData("steps of unknown size", TrainingTask.Reinforcement, double.NaN, 3.5, Severity.Warning)]
    [InlineData("a loss that was lost", TrainingTask.Reinforcement, 0.02, double.NaN, Severity.Warning)]
    [InlineData("a task that is measured by its loss", TrainingTask.Regression, 0.02, 3.5, Severity.Warning)]
    [InlineData("an unknown task", null, 0.02, 3.5, Severity.Warning)]
    public void WhereTheLossIsNoMeasureSmallStepsExcuse(string name, TrainingTask? task, double update, double loss, Severity expected)
    {
        _ = name;
        var trace = GradientExamples.Gradients(step => step < 20 ? 1 : 500, step => step == 30 ? loss : 2 + (step / 40.0), 60);
        trace = double.IsNaN(update) ? trace : trace.And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(update, 60)));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rule, trace, new RunDescription { Task = task })).Severity);
    }

    [Theory]
    [InlineData("inputs of a mean size of fifty", 50, false, Cause.LearningRateTooHigh, false)]
    [InlineData("larger inputs", 51, false, Cause.UnscaledData, true)]
    [InlineData("larger inputs, which a layer normalises", 51, true, Cause.UnscaledData, true)]
    [InlineData("a layer that normalises", 1, true, Cause.LearningRateTooHigh, false)]
    public void LargeInputsAreAReason(string name, double input, bool normalizes, Cause first, bool scales)
    {
        _ = name;
        var stack = GradientRulesTests.Stack(ActivationKind.ReLU, 3);
        var run = new RunDescription { Model = normalizes ? stack with { Layers = [.. stack.Layers, new LayerDescription { Path = "norm", TypeName = "LayerNorm", Kind = LayerKind.Normalization, IsLeaf = true }] } : stack };
        var trace = GradientExamples.Gradients(step => step < 20 ? 1 : 500, _ => 2, 60).And(Trace.Of(Metric.InputAbsoluteMaximum, Enumerable.Repeat(input, 60)));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace, run));

        Assert.Equal(first, finding.Causes[0].Cause);
        Assert.Equal(scales, finding.Remedies[0].Actions[0].Kind == RemedyActionKind.ScaleInputs);
        Assert.Equal(!normalizes && !scales, finding.Causes.Any(cause => cause.Cause == Cause.MissingNormalization));
    }

    [Theory]
    [InlineData(4, RuleOutcome.NotEvaluated)]
    [InlineData(5, RuleOutcome.Passed)]
    public void ItsPatienceIsNeeded(int steps, RuleOutcome expected) =>
        Assert.Equal(expected, RuleVerifier.Status(Rule, Trace.Of(Metric.GlobalGradientNorm, Enumerable.Repeat(1.0, steps))).Outcome);
}
