using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7002 pair by pair: what stands between two layers with weights, how wide they are, and what the calls show decides whether they are one linear map.</summary>
public sealed class LinearPairsTests
{
    private static readonly Piece Relu = Piece.Of(ActivationKind.ReLU);

    public static TheoryData<string, ModelDescription, string> Betweens => new()
    {
        { "nothing", Piece.Sequence(Piece.Linear(8, 8), Piece.Linear(8, 8)), "0 1" },
        { "a function", Piece.Sequence(Piece.Linear(8, 8), Relu, Piece.Linear(8, 8)), string.Empty },
        { "an identity", Piece.Sequence(Piece.Linear(8, 8), Piece.Of(ActivationKind.Identity), Piece.Linear(8, 8)), "0 2" },
        { "a reshape", Piece.Sequence(Piece.Linear(8, 8), Piece.Of(LayerKind.Reshape, "Flatten"), Piece.Linear(8, 8)), "0 2" },
        { "a batch normalisation", Piece.Sequence(Piece.Linear(8, 8), Piece.BatchNorm, Piece.Linear(8, 8)), "0 2" },
        { "a layer normalisation", Piece.Sequence(Piece.Linear(8, 8), Piece.Of(LayerKind.Normalization, "LayerNorm"), Piece.Linear(8, 8)), string.Empty },
        { "averages", Piece.Sequence(Piece.Linear(8, 8), Piece.Of(LayerKind.Pooling, "AvgPool2d"), Piece.Linear(8, 8)), "0 2" },
        { "maxima", Piece.Sequence(Piece.Linear(8, 8), Piece.Of(LayerKind.Pooling, "MaxPool2d"), Piece.Linear(8, 8)), string.Empty },
        { "a recurrent layer", Piece.Sequence(Piece.Linear(8, 8), Piece.Of(LayerKind.Recurrent, "LSTM"), Piece.Linear(8, 8)), string.Empty },
        { "three in a row", Piece.Sequence(Piece.Linear(8, 8), Piece.Linear(8, 8), Piece.Linear(8, 8)), "0 1; 1 2" },
        { "a depthwise kernel first", Piece.Sequence(Piece.Convolution(8, 8, 3, isDepthwise: true), Piece.Convolution(8, 8, 1)), string.Empty },
        { "a depthwise kernel second", Piece.Sequence(Piece.Convolution(8, 8, 1), Piece.Convolution(8, 8, 3, isDepthwise: true)), string.Empty },
        { "kernels of one channel", Piece.Sequence(Piece.Convolution(1, 8, 3), Piece.Convolution(8, 8, 3)), "0 1" },
        { "a weight that another layer owns", Piece.Sequence(Piece.Linear(8, 8), Piece.Linear(8, 8) with { Parameters = [] }), string.Empty },
        { "a kernel that another layer owns", Piece.Sequence(Piece.Convolution(8, 8, 3), Piece.Convolution(8, 8, 3) with { Parameters = [] }), "0 1" },
        { "no parameters that are known", Piece.Sequence(Piece.Linear(8, 8) with { Parameters = [] }, Piece.Linear(8, 8) with { Parameters = [] }), "0 1" },
    };

    [Theory]
    [MemberData(nameof(Betweens))]
    public void WhatStandsBetweenDecides(string name, ModelDescription model, string expected)
    {
        string told = Told(Inspection.Of(new MissingNonlinearity(new()), model));

        Assert.True(expected == told, $"{name}: {told}");
    }

    /// <summary>A layer that is narrower than half of its neighbours is a factor, and so is what stands in a model that reconstructs.</summary>
    [Theory]
    [InlineData("half as wide as both", 64, 32, 64, null, Severity.Warning)]
    [InlineData("narrower", 64, 31, 64, null, Severity.Info)]
    [InlineData("narrower than its output", 32, 31, 64, null, Severity.Warning)]
    [InlineData("narrower than its input", 64, 31, 32, null, Severity.Warning)]
    [InlineData("of a model that reconstructs", 64, 64, 64, TrainingTask.Reconstruction, Severity.Info)]
    [InlineData("of a model that classifies", 64, 64, 64, TrainingTask.MulticlassClassification, Severity.Warning)]
    public void ANarrowLayerIsAFactor(string name, long inputs, long width, long outputs, TrainingTask? task, Severity expected)
    {
        var symptom = Assert.Single(Inspection.Of(new MissingNonlinearity(new()), Piece.Sequence(Piece.Linear(inputs, width), Piece.Linear(width, outputs)), null, new RunDescription { Task = task }));

        Assert.True((expected, expected == Severity.Info ? "bottleneck" : string.Empty, expected == Severity.Info ? 0.6 : 0.9) == (symptom.Severity, symptom.Variant, symptom.Confidence), name);
    }

    [Theory]
    [InlineData(LayerKind.Linear, LayerKind.TransposedConvolution, Severity.Info)]
    [InlineData(LayerKind.Linear, LayerKind.Convolution, Severity.Warning)]
    [InlineData(LayerKind.TransposedConvolution, LayerKind.TransposedConvolution, Severity.Warning)]
    [InlineData(LayerKind.TransposedConvolution, LayerKind.Linear, Severity.Warning)]
    public void AMapThatIsSpreadOutIsAFactor(LayerKind first, LayerKind second, Severity expected)
    {
        static Piece Of(LayerKind kind) => Piece.Of(kind, "Layer");

        Assert.Equal(expected, Assert.Single(Inspection.Of(new MissingNonlinearity(new()), Piece.Sequence(Of(first), Of(second)))).Severity);
        Assert.Equal(Severity.Info, Assert.Single(Inspection.Of(new MissingNonlinearity(new()), Piece.Sequence(Of(first) is var narrow ? narrow with { Layer = narrow.Layer with { OutputFeatures = 4 } } : null!, Of(second)))).Severity);
    }

    /// <summary>A custom module may call the parts of a Sequential one by one, with functions between: its first step shows it.</summary>
    [Fact]
    public void ACustomModelIsJudgedAfterItsFirstStep()
    {
        var custom = Named("net.0", "net.1") with { Layers = [new LayerDescription { Path = "net", TypeName = "Sequential", Kind = LayerKind.Container }, .. Named("net.0", "net.1").Layers] };

        Assert.Empty(Inspection.Of(new MissingNonlinearity(new()), custom, moment: StructureMoment.Attached));
        Assert.Single(Inspection.Of(new MissingNonlinearity(new()), custom, moment: StructureMoment.FirstStep));
        Assert.Single(Inspection.Of(new MissingNonlinearity(new()), Piece.Sequence(Piece.Linear(8, 8), Piece.Linear(8, 8)), moment: StructureMoment.Attached));
    }

    /// <summary>What was called, and what was handed what: the second layer of a Sequential, or others that take the first one's output as well.</summary>
    [Theory]
    [InlineData("the first was handed on", "net.0 net.1", "net.1:0 (output):1", true)]
    [InlineData("something else was handed on", "net.0 net.1", "(output):1", false)]
    [InlineData("the first was never called", "net.1", "(output):1", true)]
    [InlineData("the second was never called", "net.0", "(output):1", true)]
    [InlineData("no origin is known", "net.0 net.1", "", true)]
    [InlineData("two layers share the first", "net.0 net.1 other", "net.1:0 other:0 (output):1", true)]
    [InlineData("three layers share the first", "net.0 net.1 other another", "net.1:0 other:0 another:0 (output):1", false)]
    public void WhatWasHandedOnDecides(string name, string called, string origins, bool isFound)
    {
        var model = Named("net.0", "net.1", "other", "another");
        model = model with { Layers = [new LayerDescription { Path = "net", TypeName = "Sequential", Kind = LayerKind.Container }, .. model.Layers] };
        var trace = Trace.Of(Metric.Loss, 1, 1);
        foreach (var (path, order) in called.Split(' ').Select((path, order) => (path, order)))
        {
            trace = trace.And(Trace.Of(Metric.CallOrder, path, [order]));
        }

        foreach (string[] pair in origins.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(origin => origin.Split(':')))
        {
            trace = trace.And(Trace.Of(Metric.InputOrigin, pair[0], pair[1] == "0" ? 0.0 : 1));
        }

        string told = Told(Inspection.Of(new MissingNonlinearity(new()), model, trace));

        Assert.True(isFound == told.Contains("net.0 net.1", StringComparison.Ordinal), $"{name}: {told}");
    }

    /// <summary>What goes into an attention also goes around it; within one, and behind it, layers follow each other.</summary>
    [Theory]
    [InlineData("proj", "attention", false)]
    [InlineData("attention", "proj", true)]
    [InlineData("proj", "other", true)]
    [InlineData("self_attn", "attention", true)]
    public void WhatEntersAnAttentionGoesAroundItToo(string first, string second, bool isFound)
    {
        var trace = Trace.Of(Metric.CallOrder, first, 0.0).And(Trace.Of(Metric.CallOrder, second, 1.0)).And(Trace.Of(Metric.InputOrigin, second, 0.0));

        Assert.Equal(isFound, Inspection.Of(new MissingNonlinearity(new()), Named(first, second), trace).Count == 1);
    }

    /// <summary>What one part of a model hands to another may be used on the way; parts are told by the first name of a path.</summary>
    [Theory]
    [InlineData("one part", "net.first", "net.second", "")]
    [InlineData("two parts", "encoder.last", "decoder.first", "joined")]
    [InlineData("a layer of the model itself", "first", "decoder.first", "")]
    public void PartsOfAModelAreJoined(string name, string first, string second, string variant)
    {
        var trace = Trace.Of(Metric.CallOrder, first, 0.0).And(Trace.Of(Metric.CallOrder, second, 1.0)).And(Trace.Of(Metric.InputOrigin, second, 0.0));
        var symptom = Assert.Single(Inspection.Of(new MissingNonlinearity(new()), Named(first, second), trace));

        Assert.True((variant, variant.Length > 0 ? Severity.Info : Severity.Warning) == (symptom.Variant, symptom.Severity), name);
    }

    /// <summary>Several pairs are one finding; the words are those of the first.</summary>
    [Fact]
    public void PairsAreToldTogether()
    {
        var run = new RunDescription { Model = Piece.Sequence(Piece.Linear(8, 8), Piece.Linear(8, 8), Piece.Linear(8, 8), Piece.Linear(8, 8)) };
        var finding = Assert.Single(RuleVerifier.Run(new MissingNonlinearity(new()), Trace.Of(Metric.Loss, 1, 1), run));

        Assert.StartsWith("3 pairs of layers with weights follow each other without an activation, the first 0 and 1", finding.Message.ToString(), StringComparison.Ordinal);
        Assert.NotNull(new MissingNonlinearity(new()).WhyNotJudged(Inspection.View(Piece.Sequence(Piece.Linear(8, 8)))));
        Assert.Null(new MissingNonlinearity(new()).WhyNotJudged(Inspection.View(Piece.Sequence(Piece.Linear(8, 8), Piece.Linear(8, 8)))));
    }

    private static string Told(IEnumerable<Symptom> symptoms) => string.Join("; ", symptoms.Select(symptom => string.Join(' ', symptom.Layers)));

    private static ModelDescription Named(params string[] paths)
    {
        var plain = Piece.Custom([.. paths.Select(_ => Piece.Linear(8, 8))]);
        return plain with
        {
            Layers = [.. plain.Layers.Select((layer, index) => layer with { Path = paths[index] })],
            Parameters = [.. plain.Parameters.Select((parameter, index) => parameter with { Name = $"{paths[index / 2]}.{(index % 2 == 0 ? "weight" : "bias")}", LayerPath = paths[index / 2] })],
        };
    }
}
