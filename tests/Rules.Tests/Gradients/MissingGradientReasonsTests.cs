using TrainingDoctor.Rules.Gradients;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>Why a gradient is missing or zero: what else was measured decides the severity, the cause and what to do.</summary>
public sealed class MissingGradientReasonsTests
{
    private static readonly MissingGradient Rule = new(new());

    /// <summary>A hinge loss that is satisfied has zero gradients too; then all of them are zero, and the weights moved before.</summary>
    [Theory]
    [InlineData("one is zero, nothing moves", 1, 0, Severity.Warning)]
    [InlineData("all are zero, nothing moves", 0, 0, Severity.Warning)]
    [InlineData("all are zero, and the weights have moved", 0, 0.01, Severity.Info)]
    [InlineData("one is zero, and the weights move", 1, 0.01, Severity.Warning)]
    public void ZeroGradientsOfWeightsThatMovedAreAHint(string name, double other, double update, Severity expected)
    {
        _ = name;
        var trace = Of("a.weight", 1, 0).And(Of("b.weight", 1, other)).And(Trace.Of(Metric.UpdateRatio, "b.weight", Enumerable.Repeat(update, 30)));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal((expected, 0.9, "a.weight"), (finding.Severity, finding.Confidence, finding.Layers[0]));
        Assert.Equal(other > 0 ? 1 : 2, finding.Layers.Count);
    }

    [Fact]
    public void ABiasMayHaveNoSlope() => Assert.Empty(RuleVerifier.Run(Rule, Of("a.weight", 1, 1).And(Of("a.bias", 1, 0))));

    [Theory]
    [InlineData("nine in ten units dead, no more", 0.9, "(output)", 1, Cause.DetachedGraph)]
    [InlineData("nearly all units dead", 0.91, "(output)", 1, Cause.DyingRelu)]
    [InlineData("nearly all dead, and so the same answer for all", 0.91, "(output)", 0, Cause.DyingRelu)]
    [InlineData("the same answer for all", 0, "(output)", 0.0009, Cause.WrongOutputActivation)]
    [InlineData("answers that differ by just enough", 0, "(output)", 0.001, Cause.DetachedGraph)]
    [InlineData("a hidden layer that gives the same for all", 0, "hidden", 0, Cause.DetachedGraph)]
    public void WhatElseWasSeenNamesTheCauseOfAZeroGradient(string name, double dead, string layer, double variation, Cause expected)
    {
        _ = name;
        var trace = Of("a.weight", 1, 0).And(Of("b.weight", 1, 1)).And(Trace.Of(Metric.DeadFraction, "relu", Enumerable.Repeat(dead, 30)))
            .And(Trace.Of(Metric.BatchVariation, layer, Enumerable.Repeat(variation, 30)));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rule, trace)).Causes.MaxBy(cause => cause.Likelihood)!.Cause);
    }

    [Theory]
    [InlineData("a zero gradient behind rectifiers", ActivationKind.ReLU, 1, true)]
    [InlineData("a zero gradient behind others", ActivationKind.Tanh, 1, false)]
    [InlineData("a missing gradient behind rectifiers", ActivationKind.ReLU, 0, false)]
    public void RectifiersBehindAZeroGradientAreReplaced(string name, ActivationKind activation, double present, bool replaced)
    {
        _ = name;
        var run = new RunDescription { Model = GradientRulesTests.Stack(activation, 3) };
        var finding = Assert.Single(RuleVerifier.Run(Rule, Of("0.weight", present, 0).And(Of("1.weight", 1, 1)), run));

        Assert.Equal(replaced, finding.Remedies.Any(remedy => remedy.Actions.Any(action => action.Kind == RemedyActionKind.ReplaceActivation)));
    }

    [Theory]
    [InlineData("none had any, all were lost", 0, 0, 1, Cause.MisplacedZeroGrad)]
    [InlineData("none had any, and seven in eight were lost", 0, 0, 0.875, Cause.DetachedGraph)]
    [InlineData("zero ones, all were lost", 1, 0, 1, Cause.MisplacedZeroGrad)]
    public void GradientsThatWereSeenLostNameTheirCause(string name, double present, double other, double lost, Cause expected)
    {
        _ = name;
        var trace = Of("a.weight", present, other).And(Trace.Of(Metric.GradientLost, Enumerable.Repeat(lost, 30)));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rule, trace)).Causes[0].Cause);
    }

    [Fact]
    public void OneThatIsMissingAmongOthersWasNotClearedWithThem()
    {
        var trace = Of("a.weight", 0, 0).And(Of("b.weight", 1, 1)).And(Trace.Of(Metric.GradientLost, Enumerable.Repeat(1.0, 30)));

        Assert.Equal(Cause.DetachedGraph, Assert.Single(RuleVerifier.Run(Rule, trace)).Causes[0].Cause);
    }

    [Theory]
    [InlineData(0, Severity.Error, 0.97, "No parameter receives a gradient")]
    [InlineData(0.01, Severity.Info, 0.9, "Gradients were cleared before they could be measured")]
    public void WhereNoneHasOneTheWeightsTellWhether(double update, Severity severity, double confidence, string title)
    {
        var trace = Trace.Of(Metric.GradientPresent, "a.weight", Enumerable.Repeat(0.0, 30)).And(Trace.Of(Metric.UpdateRatio, "a.weight", Enumerable.Repeat(update, 30)));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal((severity, confidence, title), (finding.Severity, finding.Confidence, finding.Title.ToString()));
        Assert.Equal(update > 0, finding.Remedies[0].Actions.Count == 0);
    }

    /// <summary>An average of the weights has no gradients and needs none: it is a copy that the optimizer does not hold.</summary>
    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void ACopyOfWhatIsTrainedNeedsNone(bool isHeld, int findings)
    {
        ParameterDescription Weight(string part, bool held) => new() { Name = $"{part}.weight", LayerPath = part, Role = ParameterRole.Weight, Shape = [4, 4], IsInOptimizer = held };
        LayerDescription Part(string path) => new() { Path = path, TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true };
        var run = new RunDescription { Model = new ModelDescription { TypeName = "Student", Layers = [Part("net"), Part("ema")], Parameters = [Weight("net", true), Weight("ema", isHeld)] } };

        Assert.Equal(findings, RuleVerifier.Run(Rule, Of("net.weight", 1, 1).And(Trace.Of(Metric.GradientPresent, "ema.weight", Enumerable.Repeat(0.0, 30))), run).Count);
    }

    /// <summary>What has no gradient has no norm of one either.</summary>
    private static Trace Of(string name, double present, double norm) => Trace.Of(Metric.GradientPresent, name, Enumerable.Repeat(present, 30))
        .And(Trace.Of(Metric.GradientNorm, name, Enumerable.Repeat(norm, present > 0 ? 30 : 0)));
}
