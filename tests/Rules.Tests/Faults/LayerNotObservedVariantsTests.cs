using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Faults;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Faults;

/// <summary>Layers that were not seen: all or some, trained all the same or not, silent or out of reach.</summary>
public sealed class LayerNotObservedVariantsTests
{
    private static readonly LayerNotObserved Rule = new(new());

    [Theory]
    [InlineData("one of three, and nothing tells that it is trained", 40, 0, "1 of 3 layers were not seen in 40 steps: relu. They are run with forward(…), which passes hooks by, or not at all;")]
    [InlineData("one of three, and it is trained", 40, 1, "1 of 3 layers were not seen in 40 steps, although gradients reach them: relu. They are run with forward(…), which passes hooks by;")]
    [InlineData("all, and nothing tells that they are trained", 0, 0, "None of the 3 layers was seen in 40 steps: fc1, relu, fc2. They are run with forward(…), which passes hooks by, or not at all;")]
    [InlineData("all, and they are trained", 0, 1, "None of the 3 layers was seen in 40 steps, although gradients reach them: fc1, relu, fc2. They are run with forward(…), which passes hooks by;")]
    public void AllOrSomeWithGradientsOrWithout(string name, double calls, double gradient, string words)
    {
        _ = name;
        var parameter = new ParameterDescription { Name = "relu.slope", LayerPath = "relu", Role = ParameterRole.Other, Shape = [1] };
        var run = FaultExamples.Run with { Model = FaultExamples.Run.Model! with { Parameters = [parameter with { Name = "fc1.weight", LayerPath = "fc1" }, parameter] } };
        var trace = Calls(("fc1", calls), ("relu", 0), ("fc2", calls)).And(Trace.Of(Metric.GradientNorm, "relu.slope", Enumerable.Repeat(gradient, 40)))
            .And(Trace.Of(Metric.GradientNorm, "fc1.weight", Enumerable.Repeat(calls > 0 ? 1.0 : 0, 40)));

        Assert.StartsWith(words, Assert.Single(RuleVerifier.Run(Rule, trace, run)).Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void LayersWithoutAHookAreToldApart()
    {
        var findings = RuleVerifier.Run(Rule, Calls(("fc1", 40), ("relu", 0)), FaultExamples.Run);

        Assert.Equal(["fc2 cannot be observed", "relu never reported"], findings.Select(finding => finding.Title.ToString()).Order(StringComparer.Ordinal));
        Assert.StartsWith("No hook could be placed on 1 of 3 layers: fc2.", findings.Single(finding => finding.Layers[0] == "fc2").Message.ToString(), StringComparison.Ordinal);
        Assert.All(findings, finding => Assert.Equal((0L, 39L, Severity.Info, 1.0), (finding.FirstStep, finding.LastStep, finding.Severity, finding.Confidence)));
    }

    [Fact]
    public void WhatWasMeasuredWasSeen() =>
        Assert.Empty(RuleVerifier.Run(Rule, Calls(("fc1", 40), ("relu", 0)).And(Trace.Of(Metric.OutputMean, "relu", 0.0)).And(Trace.Of(Metric.OutputMean, "fc2", 1.0)), FaultExamples.Run));

    [Theory]
    [InlineData(2, RuleOutcome.NotEvaluated)]
    [InlineData(3, RuleOutcome.Found)]
    public void ThreeStepsAreNeeded(int steps, RuleOutcome expected) =>
        Assert.Equal(expected, RuleVerifier.Status(Rule, Trace.Of(Metric.CallCount, "fc1", 0).And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, steps))), FaultExamples.Run).Outcome);

    [Fact]
    public void WithoutCallsNothingIsJudged() =>
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 40)), FaultExamples.Run).Outcome);

    /// <summary>The line to change names the field that holds the layer, where its name can be that of a field.</summary>
    [Theory]
    [InlineData("block.head", "x = head.call(x);   // instead of: x = head.forward(x);")]
    [InlineData("head", "x = head.call(x);   // instead of: x = head.forward(x);")]
    [InlineData("block.0", "x = layer.call(x);   // instead of: x = layer.forward(x);")]
    [InlineData("9", "x = layer.call(x);   // instead of: x = layer.forward(x);")]
    [InlineData("", "x = layer.call(x);   // instead of: x = layer.forward(x);")]
    public void TheLineToChangeNamesTheField(string path, string code)
    {
        var layer = new LayerDescription { Path = path, TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true };
        var run = new RunDescription { Model = new ModelDescription { TypeName = "Own", Layers = [layer], Parameters = [] } };
        var trace = Trace.Of(Metric.CallCount, "other", 3).And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 5)));

        Assert.Equal(code, Assert.Single(RuleVerifier.Run(Rule, trace, run)).Remedies[0].Code);
    }

    private static Trace Calls(params (string Layer, double Calls)[] layers) =>
        layers.Aggregate(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 40)), (trace, layer) => trace.And(Trace.Of(Metric.CallCount, layer.Layer, layer.Calls)));
}
