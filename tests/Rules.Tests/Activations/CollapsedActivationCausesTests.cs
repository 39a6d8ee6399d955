using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Tests.Gradients;

namespace TrainingDoctor.Tests.Activations;

/// <summary>Why outputs are the same for every sample, and what the task makes of the remedy.</summary>
public sealed class CollapsedActivationCausesTests
{
    private static readonly CollapsedActivation Rule = new(new());
    private static readonly Trace Ill = Trace.Of(Metric.BatchVariation, "out", Enumerable.Repeat(0.0, 60)).And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 60)));

    [Theory]
    [InlineData("a softmax at the end", ActivationKind.Softmax, 0, 0, Cause.WrongOutputActivation)]
    [InlineData("a softmax behind dead units and long steps", ActivationKind.LogSoftmax, 0.9, 0.5, Cause.WrongOutputActivation)]
    [InlineData("dead units", ActivationKind.Sigmoid, 0.81, 0.5, Cause.DyingRelu)]
    [InlineData("units that are not dead enough, and long steps", ActivationKind.Sigmoid, 0.8, 0.31, Cause.LearningRateTooHigh)]
    [InlineData("steps that are not long enough", ActivationKind.Sigmoid, 0.8, 0.3, Cause.SaturatingActivation)]
    public void TheMostTellingSignNamesTheCause(string name, ActivationKind output, double dead, double update, Cause expected)
    {
        _ = name;
        var trace = Ill.And(Trace.Of(Metric.DeadFraction, "act0", Enumerable.Repeat(dead, 60))).And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(update, 60)));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace, Run(ActivationKind.Tanh, output)));

        Assert.Equal(expected, finding.Causes.MaxBy(cause => cause.Likelihood)!.Cause);
        Assert.Equal(expected == Cause.WrongOutputActivation, finding.Remedies[0].Actions.Any(action => action.Kind == RemedyActionKind.ChangeOutputActivation));
    }

    [Theory]
    [InlineData(ActivationKind.ReLU, 0.9, true)]
    [InlineData(ActivationKind.ReLU, 0.5, false)]
    [InlineData(ActivationKind.Tanh, 0.9, false)]
    public void RectifiersAreReplacedWhereUnitsAreDead(ActivationKind hidden, double dead, bool expected)
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Ill.And(Trace.Of(Metric.DeadFraction, "act0", Enumerable.Repeat(dead, 60))), Run(hidden, ActivationKind.Sigmoid)));

        Assert.Equal(expected, finding.Remedies.Any(remedy => remedy.Actions.Any(action => action is { Kind: RemedyActionKind.ReplaceActivation, To: "LeakyReLU" })));
    }

    [Theory]
    [InlineData(TrainingTask.BinaryClassification, "Sigmoid", "in raw logits")]
    [InlineData(TrainingTask.MultilabelClassification, "Sigmoid", "in raw logits")]
    [InlineData(TrainingTask.MulticlassClassification, "Identity", "in raw logits")]
    [InlineData(TrainingTask.Regression, "Identity", "without an activation")]
    [InlineData(null, "Identity", "in raw logits")]
    public void TheTaskNamesTheOutputThatFits(TrainingTask? task, string to, string title)
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Ill, Run(ActivationKind.Tanh, ActivationKind.Softmax) with { Task = task }));

        Assert.Equal(to, finding.Remedies[0].Actions[0].To);
        Assert.Contains(title, finding.Remedies[0].Title.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0, "; at step 9 not at all.")]
    [InlineData(0.0005, "by 0.0005 of their size at step 49 (limit 0.001)")]
    public void NotAtAllIsSaidOfAnswersThatAreTheSame(double variation, string words) =>
        Assert.Contains(words, Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.BatchVariation, "(output)", Enumerable.Repeat(variation, 60)))).Message.ToString(), StringComparison.Ordinal);

    [Fact]
    public void OfSeveralLayersTheOneThatVariesLeastIsNamed()
    {
        var trace = Trace.Of(Metric.BatchVariation, "a", Enumerable.Repeat(0.0005, 60)).And(Trace.Of(Metric.BatchVariation, "b", Enumerable.Repeat(0.0002, 60)));

        Assert.Equal("b gives every sample the same answer", Assert.Single(RuleVerifier.Run(Rule, trace)).Title.ToString());
    }

    private static RunDescription Run(ActivationKind hidden, ActivationKind output)
    {
        var stack = GradientRulesTests.Stack(hidden, 2);
        return new RunDescription { Model = stack with { Layers = [.. stack.Layers, new LayerDescription { Path = "out", TypeName = output.ToString(), Kind = LayerKind.Activation, Activation = output, IsLeaf = true }] } };
    }
}
