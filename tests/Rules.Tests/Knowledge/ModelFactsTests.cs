using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>What a rule asks of a model: hidden activations, depth, names, attention around a layer, and copies that are not trained.</summary>
public sealed class ModelFactsTests
{
    private static readonly RunFacts Facts = Of(Piece.Sequence(
        Piece.Linear(2, 2), Piece.Of(ActivationKind.Sigmoid), Piece.Of(ActivationKind.Tanh), Piece.Of(ActivationKind.Hardtanh), Piece.Of(ActivationKind.Hardsigmoid), Piece.Of(ActivationKind.Softsign),
        Piece.Of(ActivationKind.ReLU), Piece.Of(ActivationKind.ReLU6), Piece.Of(ActivationKind.GELU), Piece.Convolution(2, 2, 3), Piece.Of(LayerKind.TransposedConvolution, "ConvTranspose2d"), Piece.Of(ActivationKind.Sigmoid)));

    /// <summary>The last layer is no hidden one.</summary>
    [Fact]
    public void HiddenActivationsAreAllButTheLast()
    {
        Assert.Equal(["1", "2", "3", "4", "5"], ModelFacts.Saturating(Facts).Select(layer => layer.Path));
        Assert.Equal(["6", "7"], ModelFacts.Rectified(Facts).Select(layer => layer.Path));
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8"], ModelFacts.HiddenPaths(Facts));
        Assert.Equal((3, false), (ModelFacts.Depth(Facts), ModelFacts.HasNormalization(Facts)));
    }

    [Fact]
    public void WithoutAModelThereIsNothing()
    {
        var none = Measured.Facts();

        Assert.Empty(ModelFacts.HiddenPaths(none));
        Assert.Equal((0, false), (ModelFacts.Depth(none), ModelFacts.HasNormalization(none)));
        Assert.Empty(ModelFacts.UntrainedCopies(none));
        Assert.False(ModelFacts.IsOutput(none.Run, "11"));
        Assert.True(ModelFacts.IsOutput(none.Run, "(output)"));
    }

    [Theory]
    [InlineData("11", true)]
    [InlineData("10", false)]
    [InlineData("(output)", true)]
    public void TheOutputIsTheLastLayer(string layer, bool isOutput) => Assert.Equal(isOutput, ModelFacts.IsOutput(Facts.Run, layer));

    [Theory]
    [InlineData(LayerKind.BatchNormalization, true)]
    [InlineData(LayerKind.Normalization, true)]
    [InlineData(LayerKind.Dropout, false)]
    public void NormalisationIsFound(LayerKind kind, bool has) => Assert.Equal(has, ModelFacts.HasNormalization(Of(Piece.Sequence(Piece.Linear(2, 2), Piece.Of(kind, "Layer")))));

    [Theory]
    [InlineData("", "")]
    [InlineData("a b c d", "a, b, c, d")]
    [InlineData("a b c d e", "a, b, c and 2 more")]
    [InlineData("a b c d e f", "a, b, c and 3 more")]
    public void ManyNamesAreCut(string names, string expected) => Assert.Equal(expected, ModelFacts.Names(names.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData("encoder.fc1.weight", "encoder.fc1")]
    [InlineData("weight", "weight")]
    [InlineData(".weight", ".weight")]
    [InlineData("a.b", "a")]
    public void AParameterHasAnOwner(string parameter, string owner) => Assert.Equal(owner, ModelFacts.OwnerOf(parameter));

    /// <summary>The outermost attention counts: by its kind, its type or its name.</summary>
    [Theory]
    [InlineData("block.mha.out", "block.mha")]
    [InlineData("block.mha", "block.mha")]
    [InlineData("block.self_attn.q", "block.self_attn")]
    [InlineData("block.SelfAttention.q.inner", "block.SelfAttention")]
    [InlineData("block.typed.q", "block.typed")]
    [InlineData("block.typed.q_attention", "block.typed")]
    [InlineData("block.fc", null)]
    [InlineData("block", null)]
    [InlineData("attn.unknown", null)]
    public void AttentionIsFoundAroundALayer(string path, string? expected)
    {
        LayerDescription Layer(string at, LayerKind kind = LayerKind.Other, string type = "Module") => new() { Path = at, TypeName = type, Kind = kind };
        var model = new ModelDescription
        {
            TypeName = "Net",
            Parameters = [],
            Layers =
            [
                Layer("block"), Layer("block.fc"), Layer("block.mha", LayerKind.Attention), Layer("block.mha.out"), Layer("block.self_attn"), Layer("block.self_attn.q"), Layer("block.SelfAttention"),
                Layer("block.SelfAttention.q"), Layer("block.SelfAttention.q.inner"), Layer("block.typed", type: "CausalAttention"), Layer("block.typed.q"), Layer("block.typed.q_attention"),
            ],
        };

        Assert.Equal(expected, model.AttentionOf(path));
        Assert.Equal(expected is not null, model.IsInAttention(path));
    }

    /// <summary>A copy has the parameters of a part that is trained, in the same shapes, is held by no optimizer and is never called.</summary>
    [Theory]
    [InlineData("copy", "copy.0.bias copy.0.weight")]
    [InlineData("called", "")]
    [InlineData("other shape", "")]
    [InlineData("partly held", "")]
    [InlineData("original not held", "")]
    [InlineData("all held", "")]
    [InlineData("unknown", "")]
    public void ACopyIsFoundByItsForm(string how, string expected)
    {
        ParameterDescription Parameter(string layer, string name, bool? isHeld, long size = 3) =>
            new() { Name = $"{layer}.{name}", LayerPath = layer, Role = ParameterRole.Weight, Shape = [size, 2], IsInOptimizer = isHeld };
        bool? original = how switch { "original not held" => false, "unknown" => null, _ => true };
        bool? copied = how switch { "all held" => true, "unknown" => null, _ => false };
        var model = new ModelDescription
        {
            TypeName = "Net",
            Layers = [.. new[] { "net", "net.0", "copy", "copy.0" }.Select(path => new LayerDescription { Path = path, TypeName = "Module", Kind = LayerKind.Other })],
            Parameters =
            [
                Parameter("net.0", "weight", original), Parameter("net.0", "bias", original),
                Parameter("copy.0", "weight", how == "partly held" ? true : copied, how == "other shape" ? 4 : 3), Parameter("copy.0", "bias", copied),
            ],
        };

        var copies = ModelFacts.UntrainedCopies(Measured.Facts(how == "called" ? Trace.Of(Metric.CallOrder, "copy.0", 1) : null, new RunDescription { Model = model }));

        Assert.Equal(expected, string.Join(' ', copies.Order(StringComparer.Ordinal)));
    }

    private static RunFacts Of(ModelDescription model) => Measured.Facts(run: new RunDescription { Model = model });
}
