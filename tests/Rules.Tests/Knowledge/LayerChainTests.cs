using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>Which layers follow each other for certain: by the structure where that tells, else by whose output went into whom.</summary>
public sealed class LayerChainTests
{
    [Fact]
    public void AModelThatIsASequenceIsOneChainToItsOutput()
    {
        var chain = Assert.Single(LayerChain.OfStructure(Piece.Sequence(Piece.Linear(2, 2), Piece.Of(ActivationKind.ReLU))));

        Assert.Equal(["0", "1"], chain.Layers.Select(layer => layer.Path));
        Assert.True(chain.EndsAtOutput);
        Assert.False(chain.IsLastToFire);
        Assert.Empty(LayerChain.OfStructure(Piece.Custom(Piece.Linear(2, 2), Piece.Of(ActivationKind.ReLU))));
    }

    /// <summary>Sequences within sequences are one chain; anything else between its layers cuts it, and a sequence in something else is a chain of its own.</summary>
    [Theory]
    [InlineData("a:S a.0 a.1 b", "a.0 a.1")]
    [InlineData("a:S a.0 a.1:S a.1.0 a.1.1 a.2", "a.0 a.1.0 a.1.1 a.2")]
    [InlineData("a:S a.0 a.1:C a.1.0 a.2 a.3", "a.0|a.2 a.3")]
    [InlineData("a:S a.0:C a.0.0:S a.0.0.0 a.1", "a.1|a.0.0.0")]
    [InlineData("a:S a.0:C a.0.0", "")]
    [InlineData("a:C a.0 a.1:S a.1.0 a.10", "a.1.0")]
    [InlineData("a:S a.0 b:S b.0 ab.0", "a.0|b.0")]
    [InlineData("a:L a.0", "")]
    public void SequencesAreChains(string layers, string expected)
    {
        var model = new ModelDescription { TypeName = "Net", Parameters = [], Layers = [.. layers.Split(' ').Select(Described)] };

        var chains = LayerChain.OfStructure(model);

        Assert.Equal(expected, string.Join('|', chains.Select(chain => string.Join(' ', chain.Layers.Select(layer => layer.Path)))));
        Assert.All(chains, chain => Assert.False(chain.EndsAtOutput));
    }

    /// <summary>Each layer with its place and that of whose output it takes: where two take the same, both begin anew.</summary>
    [Theory]
    [InlineData("a:0 b:1:0 c:2:1", "2", "a b c!")]
    [InlineData("a:0 b:1:0 c:2:1", "1", "a b c")]
    [InlineData("a:0 b:1:0 c:2", "2", "a b|c!")]
    [InlineData("a:0 b:1:0 c:2:0 d:3:2", "3", "a|a b|a c d!")]
    [InlineData("c:2:1 b:1:0 a:0", "2", "a b c!")]
    [InlineData("a:0 b:1:7", "1", "a|b!")]
    [InlineData("a:0 x:1:0 b:2:1", "2", "a|b!")]
    public void MeasurementsAreChains(string layers, string output, string expected)
    {
        var trace = layers.Split(' ').Select(layer => layer.Split(':')).Aggregate(Trace.Of(Metric.InputOrigin, LayerChain.OutputScope, int.Parse(output, System.Globalization.CultureInfo.InvariantCulture)), Called);

        Assert.Equal(expected, Chains(trace));
    }

    /// <summary>Where the model's output was not seen, the layer that was called last may be it.</summary>
    [Theory]
    [InlineData(false, "a b?")]
    [InlineData(true, "a b")]
    public void TheLastToFireMayBeTheOutput(bool isSeen, string expected)
    {
        var trace = new[] { "a:0", "b:1:0" }.Select(layer => layer.Split(':')).Aggregate(new Trace(), Called);

        Assert.Equal(expected, Chains(isSeen ? trace.And(Trace.Of(Metric.OutputNonFiniteCount, LayerChain.OutputScope, 0)) : trace));
    }

    [Fact]
    public void OnlyTheChainThatFiredLastMayEnd() =>
        Assert.Equal("a b|c d?", Chains(new[] { "a:0", "b:1:0", "c:2", "d:3:2" }.Select(layer => layer.Split(':')).Aggregate(new Trace(), Called)));

    [Fact]
    public void WithoutAModelOrOriginsThereAreNone()
    {
        Assert.Empty(LayerChain.OfMeasurement(Measured.Facts(Trace.Of(Metric.InputOrigin, "a", 0).And(Trace.Of(Metric.CallOrder, "a", 0)))));
        Assert.Empty(LayerChain.OfMeasurement(Measured.Facts(Trace.Of(Metric.CallOrder, "a", 0), Known)));
    }

    private static RunDescription Known { get; } = new() { Model = new ModelDescription { TypeName = "Net", Parameters = [], Layers = [.. "a b c d".Split(' ').Select(Described)] } };

    private static Trace Called(Trace trace, string[] layer)
    {
        var called = trace.And(Trace.Of(Metric.CallOrder, layer[0], Number(layer[1])));
        return layer.Length > 2 ? called.And(Trace.Of(Metric.InputOrigin, layer[0], Number(layer[2]))) : called;
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static string Chains(Trace trace) => string.Join('|', LayerChain.OfMeasurement(Measured.Facts(trace, Known)).Select(chain =>
        $"{string.Join(' ', chain.Layers.Select(layer => layer.Path))}{(chain.EndsAtOutput ? "!" : string.Empty)}{(chain.IsLastToFire ? "?" : string.Empty)}"));

    /// <summary>A layer by its path: <c>:S</c> for a sequence, <c>:C</c> for another container, <c>:L</c> for a layer that only is called a sequence.</summary>
    private static LayerDescription Described(string word)
    {
        string[] parts = word.Split(':');
        string kind = parts.Length > 1 ? parts[1] : string.Empty;
        return new LayerDescription
        {
            Path = parts[0],
            TypeName = kind is "S" or "L" ? "Sequential" : "Module",
            Kind = kind is "S" or "C" ? LayerKind.Container : LayerKind.Linear,
            IsLeaf = kind is "" or "L",
        };
    }
}
