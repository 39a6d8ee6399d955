using TrainingDoctor.Rules.Descriptions;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Descriptions;

/// <summary>What descriptions of models and losses answer, and that they compare by what they say alone.</summary>
public sealed class DescriptionTests
{
    private static readonly ModelDescription Model = Piece.Sequence(Piece.Linear(2, 3), Piece.Linear(3, 4));

    [Fact]
    public void AModelFindsItsParts()
    {
        Assert.Same(Model.Layers[1], Model.FindLayer("1"));
        Assert.Null(Model.FindLayer("2"));
        Assert.Same(Model.Parameters[0], Model.FindParameter("0.weight"));
        Assert.Null(Model.FindParameter("0"));
        Assert.Equal((0, 3, -1), (Model.IndexOfParameter("0.weight"), Model.IndexOfParameter("1.bias"), Model.IndexOfParameter("1")));
        Assert.Equal(6 + 3 + 12 + 4, Model.ParameterCount);
    }

    [Fact]
    public void LeavesAreInTheirOrder()
    {
        var container = new LayerDescription { Path = "all", TypeName = "Sequential", Kind = LayerKind.Container };

        Assert.Equal(["0", "1"], (Model with { Layers = [container, .. Model.Layers] }).Leaves.Select(layer => layer.Path));
    }

    /// <summary>Copies that hold other lists find what is in these; that a name was asked for is no part of what a description says.</summary>
    [Fact]
    public void ACopyFindsWhatIsInIt()
    {
        var copy = Model with { };
        Assert.Equal(Model, copy);
        Assert.NotNull(copy.FindLayer("0"));
        Assert.Equal(Model, copy);
        Assert.Equal(Model.GetHashCode(), copy.GetHashCode());
        Assert.Null((copy with { Layers = [] }).FindLayer("0"));
        Assert.NotEqual(Model, copy with { TypeName = "Other" });
    }

    /// <summary>The first of a name is found, and what was added to a list since the last look.</summary>
    [Fact]
    public void AnIndexFollowsItsList()
    {
        var index = new NameIndex<string>(name => name[..1]);
        List<string> items = ["a1", "b1", "a2"];

        Assert.Equal((0, 1, -1), (index.IndexOf(items, "a"), index.IndexOf(items, "b"), index.IndexOf(items, "c")));
        items.Add("c1");
        Assert.Equal((3, "c1", null), (index.IndexOf(items, "c"), index.Find(items, "c"), index.Find(items, "C")));
        Assert.Equal("a1", index.Find(items, "a"));
        Assert.Equal(0, index.IndexOf(["b9", "a9", "x", "y"], "b"));
    }

    [Fact]
    public void AnyTwoIndicesAreEqual()
    {
        var one = new NameIndex<string>(name => name);

        Assert.True(one.Equals(new NameIndex<string>(name => name + "x")));
        Assert.True(one.Equals((object)new NameIndex<string>(name => name)));
        Assert.False(one.Equals(null));
        Assert.False(one.Equals((object?)"x"));
        Assert.Equal(0, one.GetHashCode());
    }

    [Theory]
    [InlineData("SoftMarginLoss", true)]
    [InlineData("soft_margin_loss", true)]
    [InlineData("HingeEmbeddingLoss", true)]
    [InlineData("cosine_embedding_loss", true)]
    [InlineData("MarginRankingLoss", true)]
    [InlineData("MultiLabelSoftMarginLoss", false)]
    [InlineData("CrossEntropyLoss", false)]
    public void SomeLossesTakeSigns(string type, bool takesSigns) => Assert.Equal(takesSigns, new LossDescription { Kind = LossKind.Margin, TypeName = type }.TakesSigns);

    /// <summary>A scope that names a layer or a parameter finds its layer, where the model is known.</summary>
    [Theory]
    [InlineData(ScopeKind.Layer, "1", "1", null)]
    [InlineData(ScopeKind.Parameter, "1.bias", "1", "1.bias")]
    [InlineData(ScopeKind.Parameter, "1", null, null)]
    [InlineData(ScopeKind.Layer, "1.bias", null, null)]
    [InlineData(ScopeKind.Rank, "1", null, null)]
    public void AScopeFindsItsLayer(ScopeKind kind, string name, string? layer, string? parameter)
    {
        var context = new RuleContext(Measured.Facts(run: new RunDescription { Model = Model }), new Scope(1, kind, name), _ => { });
        var blind = new RuleContext(Measured.Facts(), new Scope(1, kind, name), _ => { });

        Assert.Equal((layer, parameter), (context.Layer?.Path, context.Parameter?.Name));
        Assert.Equal((null, null), (blind.Layer, blind.Parameter));
        Assert.Throws<ArgumentNullException>(() => context.Open(null!));
    }
}
