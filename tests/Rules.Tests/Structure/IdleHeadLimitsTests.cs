using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7014 at its limits: which gradients are those of heads, how much of them must be zero and for how long, and which layers make the output.</summary>
public sealed class IdleHeadLimitsTests
{
    private static readonly IdleHeadsOptions Options = new() { MinimumShare = 0.125 };

    /// <summary>A parameter of an attention, the share of its gradient that is zero, and for how many steps it is.</summary>
    [Theory]
    [InlineData("an eighth", ParameterRole.Weight, 0.125, 0.125, 20, true)]
    [InlineData("less", ParameterRole.Weight, 0.1, 0.1, 20, false)]
    [InlineData("all", ParameterRole.Weight, 1.0, 1.0, 20, false)]
    [InlineData("nineteen steps", ParameterRole.Weight, 0.25, 0.25, 19, false)]
    [InlineData("not always the same", ParameterRole.Weight, 0.25, 0.26, 20, false)]
    [InlineData("no number once", ParameterRole.Weight, 0.25, double.NaN, 21, false)]
    [InlineData("a parameter of another role", ParameterRole.Other, 0.25, 0.25, 20, true)]
    [InlineData("a bias", ParameterRole.Bias, 0.25, 0.25, 20, false)]
    [InlineData("a scale", ParameterRole.NormalizationScale, 0.25, 0.25, 20, false)]
    public void AShareThatIsAlwaysZeroIsThatOfHeads(string name, ParameterRole role, double share, double last, int steps, bool isFound)
    {
        var finding = Judge(Model(("attention", 0)), [("attention", role, [.. Enumerable.Repeat(share, steps - 1), last])]).SingleOrDefault();

        Assert.True(isFound == (finding?.Title.ToString() == "Heads of the attention carry nothing"), $"{name}: {finding}");
        Assert.True(finding is null || (finding.FirstStep, finding.LastStep, finding.Evidence[0].Value) == (0, steps - 1, share), name);
    }

    [Fact]
    public void TheWorstOfThemIsTold()
    {
        var finding = Assert.Single(Judge(Model(("attention", 0), ("other.attention", 0)), [("attention", ParameterRole.Weight, Repeat(0.25, 30)), ("other.attention", ParameterRole.Weight, Repeat(0.5, 24)), ("attention", ParameterRole.Other, Repeat(0.375, 40))], start: 3));

        Assert.Equal(["attention", "other.attention"], finding.Layers);
        Assert.Equal((3L, 44L, 0.5, 27L), (finding.FirstStep, finding.LastStep, finding.Evidence[0].Value, finding.Evidence[0].Step));
        Assert.Contains("In all 24 measured steps", finding.Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Layers in the order of their calls, each with its number of inputs; what the shares of their gradients are, and which are told.</summary>
    [Theory]
    [InlineData("a bias of which half is idle", "a:8", "a bias 0.5", "a")]
    [InlineData("all of a bias", "a:8", "a bias 1", "")]
    [InlineData("half of a weight", "a:8", "a weight 0.5", "")]
    [InlineData("all of a weight, with nothing trained", "a:8 b:8", "a weight 1, b weight 1", "")]
    [InlineData("all of a weight beside one that is trained", "a:8 b:8", "a weight 1, b weight 0.5", "a")]
    [InlineData("all of a weight beside a bias that is trained", "a:8 b:8", "a weight 1, b bias 0.1", "")]
    [InlineData("all of a weight beside one of a hidden layer", "h:4 a:8", "a weight 1, h weight 0.1", "")]
    [InlineData("a bias of a hidden layer", "h:4 a:8", "h bias 0.5", "")]
    [InlineData("a bias of a layer that takes as much", "h:8 a:8", "h bias 0.5", "h")]
    [InlineData("a bias of a layer that takes as much, before one that does not", "h:8 g:4 a:8", "h bias 0.5", "")]
    [InlineData("a bias and a weight", "a:8 b:8", "a bias 0.5, a weight 1, b weight 0", "a")]
    public void TheLastLayersThatTakeTheSameMakeTheOutput(string name, string layers, string shares, string expected)
    {
        var model = Model([.. layers.Split(' ').Select(layer => (layer[..1], layer[2] - '0'))]);
        var findings = Judge(model, [.. shares.Split(", ").Select(share => share.Split(' ')).Select(part => (part[0], part[1] == "bias" ? ParameterRole.Bias : ParameterRole.Weight, Repeat(double.Parse(part[2], System.Globalization.CultureInfo.InvariantCulture), 20)))]);

        Assert.True(expected == string.Join(' ', findings.SelectMany(finding => finding.Layers)), $"{name}: {string.Join("; ", findings)}");
        Assert.All(findings, finding => Assert.Equal((Cause.WrongLoss, "A part of the output is never trained"), (finding.Causes[0].Cause, finding.Title.ToString())));
    }

    /// <summary>Layers that were handed something else, or were never called, do not make the output; neither do those before a function.</summary>
    [Fact]
    public void WhatTakesSomethingElseMakesNoOutput()
    {
        (string, ParameterRole, double[])[] half = [("a", ParameterRole.Bias, Repeat(0.5, 20))];
        var model = Model(("a", 8), ("b", 8));
        var origins = Trace.Of(Metric.InputOrigin, "a", 0.0).And(Trace.Of(Metric.InputOrigin, "b", 1.0));

        Assert.Single(Judge(model, half, Trace.Of(Metric.InputOrigin, "a", 1.0).And(Trace.Of(Metric.InputOrigin, "b", 1.0))));
        Assert.Empty(Judge(model, half, origins));
        Assert.Empty(Judge(model with { Layers = [.. model.Layers.Select(layer => layer.Path == "b" ? layer with { Kind = LayerKind.Activation } : layer)] }, half));
        Assert.Empty(Judge(model, half, called: false));
        Assert.Empty(RuleVerifier.Run(new IdleHeads(Options), Trace.Of(Metric.GradientZeroFraction, "a.Bias", Repeat(0.5, 20))));
    }

    /// <summary>Rows and columns of an attention's weights that go to zero in the midst of a training.</summary>
    [Theory]
    [InlineData("whole rows and columns of both", 12, 0.25, 0.25, 25, true)]
    [InlineData("whole rows, five of twelve", 12, 5 / 12.0, 5 / 12.0, 25, true)]
    [InlineData("whole columns, one of eight", 12, 0.125, 0.125, 25, true)]
    [InlineData("single elements", 12, 0.26, 0.25, 25, false)]
    [InlineData("one of them alone", 12, 0.25, 0.0, 25, false)]
    [InlineData("for nineteen steps", 12, 0.25, 0.25, 19, false)]
    [InlineData("after nineteen steps", 12, 0.25, 0.25, 31, false)]
    public void HeadsThatDieLoseWholeRowsOrColumns(string name, long rows, double one, double other, int dead, bool isFound)
    {
        double[] Dying(double share) => [.. Repeat(0, 50 - dead), .. Repeat(share, dead)];
        var model = Model(("attention", 0));
        (string, ParameterRole, double[])[] shares = [("attention", ParameterRole.Weight, Dying(one)), ("attention", ParameterRole.Other, Dying(other))];
        var finding = Judge(model, shares, shape: [rows, 8]).SingleOrDefault();

        Assert.True(isFound == (finding?.Title.ToString() == "Heads of the attention died in the training"), $"{name}: {finding}");
        Assert.True(finding is null || (finding.FirstStep, finding.LastStep, finding.Evidence[0].Value) == (50 - dead, 49, one), name);
        Assert.Empty(Judge(model, shares, shape: [rows]));
    }

    /// <summary>An attention dies with the last of its weights, and the first of the attentions is told.</summary>
    [Fact]
    public void AnAttentionDiesWithTheLastOfItsWeights()
    {
        double[] From(int step, double share) => [.. Repeat(0, step), .. Repeat(share, 60 - step)];
        var finding = Assert.Single(Judge(
            Model(("attention", 0), ("other.attention", 0)),
            [("attention", ParameterRole.Weight, From(24, 0.25)), ("attention", ParameterRole.Other, From(28, 0.25)), ("other.attention", ParameterRole.Weight, From(32, 0.5))],
            shape: [8, 8]));

        Assert.Equal(["attention", "other.attention"], finding.Layers);
        Assert.Equal((28L, 0.5), (finding.FirstStep, finding.Evidence[0].Value));
        Assert.Contains("in 28 measured steps", finding.Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The weight that was measured most often counts.</summary>
    [Fact]
    public void TwentyStepsOfOneWeightAreEnough()
    {
        var trace = Trace.Of(Metric.GradientZeroFraction, "a.Weight", Repeat(0, 20)).And(Trace.Of(Metric.GradientZeroFraction, "b.Weight", 0, 0));

        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(new IdleHeads(Options), trace, new RunDescription { Model = Model(("a", 8)) }).Outcome);
    }

    private static double[] Repeat(double share, int steps) => [.. Enumerable.Repeat(share, steps)];

    /// <summary>Linear layers with their inputs; those without any are attentions.</summary>
    private static ModelDescription Model(params (string Path, int Inputs)[] layers) => new()
    {
        TypeName = "M",
        Layers =
        [
            .. layers.Select(layer => new LayerDescription
            {
                Path = layer.Path, TypeName = layer.Inputs > 0 ? "Linear" : "MultiheadAttention", Kind = layer.Inputs > 0 ? LayerKind.Linear : LayerKind.Attention, IsLeaf = true, InputFeatures = layer.Inputs > 0 ? layer.Inputs : null,
            }),
        ],
        Parameters = [],
    };

    private static IReadOnlyList<Finding> Judge(ModelDescription model, (string Layer, ParameterRole Role, double[] Shares)[] gradients, Trace? more = null, long[]? shape = null, bool called = true, int start = 0)
    {
        var run = new RunDescription
        {
            Model = model with { Parameters = [.. gradients.Select(item => new ParameterDescription { Name = $"{item.Layer}.{item.Role}", LayerPath = item.Layer, Role = item.Role, Shape = shape ?? [4], Count = 64 })] },
        };
        var trace = gradients.Select((item, index) => Trace.Of(Metric.GradientZeroFraction, $"{item.Layer}.{item.Role}", item.Shares).From(start > 0 ? start + index : 0)).Aggregate(more ?? Trace.Of(Metric.Loss, []), (one, next) => one.And(next));
        foreach (var (layer, order) in called ? model.Layers.Select((layer, order) => (layer, order)) : [])
        {
            trace = trace.And(Trace.Of(Metric.CallOrder, layer.Path, [order]));
        }

        return RuleVerifier.Run(new IdleHeads(Options), trace, run);
    }
}
