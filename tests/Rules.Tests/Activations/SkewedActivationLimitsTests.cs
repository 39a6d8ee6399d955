using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Tests.Gradients;

namespace TrainingDoctor.Tests.Activations;

/// <summary>How far from zero outputs may lie, for how long, and of which layers it is told.</summary>
public sealed class SkewedActivationLimitsTests
{
    private static readonly SkewedActivation Rule = new(new());

    [Theory]
    [InlineData("four deviations from zero", 2, 0.5, 40, 0)]
    [InlineData("further", 2.25, 0.5, 40, 1)]
    [InlineData("as far below zero", -2.25, 0.5, 40, 1)]
    [InlineData("further, for nineteen steps", 2.25, 0.5, 19, 0)]
    [InlineData("further, for twenty steps", 2.25, 0.5, 20, 1)]
    [InlineData("no deviation at all", 2.25, 0, 40, 0)]
    public void FourDeviationsAreAllowed(string name, double mean, double deviation, int steps, int findings)
    {
        _ = name;
        var found = RuleVerifier.Run(Rule, Outputs("act", mean, deviation, steps));

        Assert.Equal(findings, found.Count);
        Assert.All(found, finding => Assert.Equal((4.5, 4.0, steps - 1L), (finding.Evidence[0].Value, finding.Evidence[0].Limit, finding.LastStep)));
    }

    [Theory]
    [InlineData("a hidden activation", ActivationKind.Sigmoid, "act0", RuleOutcome.Found)]
    [InlineData("a softmax", ActivationKind.Softmax, "act0", RuleOutcome.NotEvaluated)]
    [InlineData("logarithms of a softmax", ActivationKind.LogSoftmax, "act0", RuleOutcome.NotEvaluated)]
    [InlineData("a layer that is no activation", ActivationKind.Sigmoid, "1", RuleOutcome.NotEvaluated)]
    [InlineData("the output", ActivationKind.Sigmoid, "2", RuleOutcome.NotEvaluated)]
    [InlineData("a layer that the model does not tell of", ActivationKind.Sigmoid, "other", RuleOutcome.Found)]
    public void HiddenActivationsAreJudged(string name, ActivationKind kind, string layer, RuleOutcome expected)
    {
        _ = name;
        Assert.Equal(expected, RuleVerifier.Status(Rule, Outputs(layer, 5, 0.5, 40), new RunDescription { Model = GradientRulesTests.Stack(kind, 3) }).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AMeanWithoutADeviationTellsNothing(bool isMean) =>
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, Trace.Of(isMean ? Metric.OutputMean : Metric.OutputStandardDeviation, "act", Enumerable.Repeat(5.0, 40))).Outcome);

    /// <summary>A mean of one step says nothing of the deviation of another.</summary>
    [Fact]
    public void MeanAndDeviationMustBeOfOneStep()
    {
        var trace = Trace.Of(Metric.OutputMean, "act", Enumerable.Repeat(5.0, 40)).Every(2).And(Trace.Of(Metric.OutputStandardDeviation, "act", Enumerable.Repeat(0.5, 40)).Every(2).From(1));

        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, trace).Outcome);
    }

    [Fact]
    public void TheLayerThatLiesFurthestIsNamedWithWhatItIs()
    {
        var trace = Outputs("act0", 3, 0.5, 40).And(Outputs("act1", -5, 0.5, 40));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace, new RunDescription { Model = GradientRulesTests.Stack(ActivationKind.Sigmoid, 3) }));

        Assert.Equal("The outputs of act1 lie far from zero mean", finding.Title.ToString());
        Assert.Equal("Sigmoid", finding.Remedies[0].Actions[0].From);
        Assert.Contains("of 2 layers lay more than 4 standard deviations", finding.Message.ToString(), StringComparison.Ordinal);
    }

    private static Trace Outputs(string layer, double mean, double deviation, int steps) =>
        Trace.Of(Metric.OutputMean, layer, Enumerable.Repeat(mean, steps)).And(Trace.Of(Metric.OutputStandardDeviation, layer, Enumerable.Repeat(deviation, steps)));
}
