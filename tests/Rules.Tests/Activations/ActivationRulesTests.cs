using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Tests.Examples;
using TrainingDoctor.Tests.Gradients;

namespace TrainingDoctor.Tests.Activations;

public sealed class ActivationRulesTests
{
    private static readonly SaturatedActivation Saturated = new(new());
    private static readonly CollapsedActivation Collapsed = new(new());

    [Theory]
    [InlineData(2.3, Severity.Error)]
    [InlineData(0.2, Severity.Info)]
    public void SaturationIsAnIllnessOnlyWhenTheLossStands(double finalLoss, Severity expected)
    {
        var trace = Trace.Of(Metric.SaturatedUnitFraction, "tanh", Enumerable.Repeat(0.95, 100))
            .And(Trace.Of(Metric.Loss, SeededCurve.Noisy(100, step => finalLoss + ((2.3 - finalLoss) * Math.Exp(-step / 20.0)), 0.005)));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Saturated, trace)).Severity);
    }

    [Fact]
    public void AnOutputMayReachItsBounds()
    {
        var layers = GradientRulesTests.Stack(ActivationKind.Tanh, 2);
        var run = new RunDescription { Model = layers with { Layers = [.. layers.Layers, new LayerDescription { Path = "out", TypeName = "Sigmoid", Kind = LayerKind.Activation, Activation = ActivationKind.Sigmoid, IsLeaf = true }] } };
        var trace = Trace.Of(Metric.SaturatedUnitFraction, "out", Enumerable.Repeat(1.0, 100));

        Assert.Empty(RuleVerifier.Run(Saturated, trace, run));
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Saturated, trace, run).Outcome);
    }

    [Fact]
    public void SaturationByRawInputsNamesTheDataFirst()
    {
        var trace = Trace.Of(Metric.SaturatedUnitFraction, "tanh", Enumerable.Repeat(0.95, 30)).And(Trace.Of(Metric.InputAbsoluteMaximum, Enumerable.Repeat(255.0, 30)));

        var finding = Assert.Single(RuleVerifier.Run(Saturated, trace));

        Assert.Equal((Cause.UnscaledData, RemedyActionKind.ScaleInputs), (finding.Causes[0].Cause, finding.Remedies[0].Actions[0].Kind));
    }

    [Theory]
    [InlineData("ReLU of normal inputs", 0.399, 0.584)]
    [InlineData("sigmoid of normal inputs", 0.5, 0.208)]
    [InlineData("centred", 0.0, 1.0)]
    public void SkewAllowsUsualActivations(string name, double mean, double deviation)
    {
        _ = name;
        var trace = Trace.Of(Metric.OutputMean, "act", Enumerable.Repeat(mean, 60)).And(Trace.Of(Metric.OutputStandardDeviation, "act", Enumerable.Repeat(deviation, 60)));

        Assert.Empty(RuleVerifier.Run(new SkewedActivation(new()), trace));
    }

    [Fact]
    public void SkewGivesTheRowOfTheSourceArticle()
    {
        var trace = Trace.Of(Metric.OutputMean, "act", Enumerable.Repeat(10.0, 60)).And(Trace.Of(Metric.OutputStandardDeviation, "act", Enumerable.Repeat(0.5, 60)));

        var finding = Assert.Single(RuleVerifier.Run(new SkewedActivation(new()), trace));

        Assert.Equal(Severity.Info, finding.Severity);
        Assert.Equal(["Tanh", "ELU"], finding.Remedies.Take(2).Select(remedy => remedy.Actions[0].To));
        Assert.Equal("xavier", finding.Remedies[0].Actions[1].Scheme);
    }

    public static TheoryData<string, double[]> HealthyVariations => new()
    {
        { "an output layer that starts at zero", [0, .. Enumerable.Repeat(0.5, 99)] },
        { "a slow start from small weights", [.. Enumerable.Range(0, 100).Select(step => 1e-4 * Math.Exp(0.08 * step))] },
        { "modest differences", [.. Enumerable.Repeat(0.02, 100)] },
    };

    [Theory]
    [MemberData(nameof(HealthyVariations))]
    public void CollapseReportsNothing(string name, double[] variations)
    {
        _ = name;
        Assert.Empty(RuleVerifier.Run(Collapsed, Trace.Of(Metric.BatchVariation, "(output)", variations)));
    }

    [Fact]
    public void CollapseFindsSoftmaxOverOneUnitWithinTwentySteps()
    {
        var layers = GradientRulesTests.Stack(ActivationKind.Sigmoid, 2);
        var run = new RunDescription
        {
            Task = TrainingTask.BinaryClassification,
            Model = layers with { Layers = [.. layers.Layers, new LayerDescription { Path = "out", TypeName = "Softmax", Kind = LayerKind.Activation, Activation = ActivationKind.Softmax, IsLeaf = true }] },
        };
        var trace = Trace.Of(Metric.BatchVariation, "out", Enumerable.Repeat(0.0, 20)).And(Trace.Of(Metric.Loss, Enumerable.Repeat(0.6667, 20)));

        var finding = Assert.Single(RuleVerifier.Run(Collapsed, trace, run));

        Assert.Equal((Severity.Error, Cause.WrongOutputActivation), (finding.Severity, finding.Causes[0].Cause));
        Assert.Equal("Sigmoid", finding.Remedies[0].Actions[0].To);
    }

    [Fact]
    public void CollapseOfASingleUnitIsSeenInItsMagnitude()
    {
        // One unit spreads as the whole output does: its variation is 1 however small the spread is.
        var trace = Trace.Of(Metric.BatchVariation, "(output)", Enumerable.Repeat(1.0, 80))
            .And(Trace.Of(Metric.OutputStandardDeviation, "(output)", Enumerable.Repeat(1e-5, 80)))
            .And(Trace.Of(Metric.OutputAbsoluteMaximum, "(output)", Enumerable.Repeat(0.5, 80)));

        Assert.Single(RuleVerifier.Run(Collapsed, trace));
    }

    [Fact]
    public void AHiddenLayerThatCollapsesIsAHint()
    {
        var run = new RunDescription { Model = GradientRulesTests.Stack(ActivationKind.ReLU, 3) };

        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(Collapsed, Trace.Of(Metric.BatchVariation, "act0", Enumerable.Repeat(0.0, 80)), run)).Severity);
    }

    [Fact]
    public void NonFiniteNamesTheFirstLayerInTheOrderOfCalls()
    {
        var trace = Trace.Of(Metric.CallOrder, "b", 0.0).And(Trace.Of(Metric.CallOrder, "a", 1.0))
            .And(Trace.Of(Metric.OutputNonFiniteCount, "a", 0, 8, 8)).And(Trace.Of(Metric.OutputNonFiniteCount, "b", 0, 2, 2))
            .And(Trace.Of(Metric.Loss, 1, double.NaN, double.NaN));

        var finding = Assert.Single(RuleVerifier.Run(new NonFiniteActivation(new()), trace));

        Assert.Equal((Severity.Error, "b", 1L), (finding.Severity, finding.Layers[0], finding.FirstStep));
    }

    [Fact]
    public void InfinitiesOfAMaskAreAHint()
    {
        var trace = Trace.Of(Metric.OutputNonFiniteCount, "mask", 16, 16, 16).And(Trace.Of(Metric.Loss, 1, 0.9, 0.8));

        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(new NonFiniteActivation(new()), trace)).Severity);
    }

    [Fact]
    public void ScalesMayGrowWhileTheLossFalls()
    {
        var rule = new ExplodingActivation(new());
        Trace Growing(Func<int, double> loss) => Trace.Of(Metric.OutputStandardDeviation, "fc", Enumerable.Range(0, 120).Select(step => Math.Exp(0.08 * step)))
            .And(Trace.Of(Metric.Loss, Enumerable.Range(0, 120).Select(loss)));

        Assert.Empty(RuleVerifier.Run(rule, Growing(UpdateExamples.Falling)));
        Assert.Equal(Severity.Error, Assert.Single(RuleVerifier.Run(rule, Growing(step => 2.3 * Math.Exp(0.05 * step)))).Severity);
        Assert.Empty(RuleVerifier.Run(rule, ActivationExamples.Scales(1.5)));
    }
}
