using TrainingDoctor.Rules.Gradients;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>What a gradient that vanished is put down to, and what is prescribed: the model tells.</summary>
public sealed class VanishingGradientRemediesTests
{
    private static readonly Trace Ill = GradientExamples.Layers(0.08, _ => 2.3, steps: 60);
    private static readonly VanishingGradient Rule = new(new());

    [Theory]
    [InlineData("an unknown model", null, 8, Cause.PoorInitialization, 0.4)]
    [InlineData("bounded activations", ActivationKind.Tanh, 8, Cause.SaturatingActivation, 0.6)]
    [InlineData("a single one", ActivationKind.Tanh, 2, Cause.PoorInitialization, 0.4)]
    [InlineData("two of them", ActivationKind.Sigmoid, 3, Cause.SaturatingActivation, 0.6)]
    [InlineData("none", ActivationKind.ReLU, 8, Cause.PoorInitialization, 0.4)]
    [InlineData("no module of activation", null, 0, Cause.SaturatingActivation, 0.45)]
    public void TheActivationsNameTheCause(string name, ActivationKind? activation, int depth, Cause expected, double likelihood)
    {
        _ = name;
        var stack = GradientRulesTests.Stack(activation ?? ActivationKind.ReLU, Math.Max(1, depth));
        var run = new RunDescription { Model = activation is null && depth > 0 ? null : stack };
        var finding = Assert.Single(RuleVerifier.Run(Rule, Ill, run));

        // As the rule says it, before signs of the run are weighed.
        var symptom = new Symptom { Severity = Severity.Info, FirstStep = 0, LastStep = 9, Evidence = [new Evidence("relative_gradient_ratio", "0.weight", 9, 1e-5, 1e-3, "<")] };
        var first = Rule.Diagnose(symptom, new RunFacts(run, new ScopeTable())).Causes[0];
        Assert.Equal((expected, likelihood), (first.Cause, first.Likelihood));
        Assert.Equal(
            run.Model is null || activation is not (ActivationKind.ReLU or null) || depth == 0,
            finding.Remedies.Any(remedy => remedy.Actions.Any(action => action.Kind == RemedyActionKind.ReplaceActivation)));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void FromEightLayersOnDepthWeighsMore(int depth)
    {
        var causes = Assert.Single(RuleVerifier.Run(Rule, Ill, new RunDescription { Model = GradientRulesTests.Stack(ActivationKind.Tanh, depth) })).Causes;

        Assert.Equal(depth == 8, causes.Single(cause => cause.Cause == Cause.TooDeepWithoutSkip).Likelihood > causes.Single(cause => cause.Cause == Cause.PoorInitialization).Likelihood);
    }

    [Theory]
    [InlineData(0.8, Cause.PoorInitialization)]
    [InlineData(0.81, Cause.DyingRelu)]
    public void UnitsThatAreDeadComeFirst(double dead, Cause expected) =>
        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rule, Ill.And(Trace.Of(Metric.DeadFraction, "act1", Enumerable.Repeat(dead, 60))))).Causes[0].Cause);

    [Theory]
    [InlineData(LayerKind.Normalization, false)]
    [InlineData(LayerKind.BatchNormalization, false)]
    [InlineData(LayerKind.Dropout, true)]
    public void NormalisationIsPrescribedWhereThereIsNone(LayerKind kind, bool expected)
    {
        var stack = GradientRulesTests.Stack(ActivationKind.Tanh, 8);
        var run = new RunDescription { Model = stack with { Layers = [new LayerDescription { Path = "extra", TypeName = kind.ToString(), Kind = kind, IsLeaf = true }, .. stack.Layers] } };

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rule, Ill, run)).Remedies.Any(remedy => remedy.Title.ToString().Contains("LayerNorm", StringComparison.Ordinal)));
    }
}
