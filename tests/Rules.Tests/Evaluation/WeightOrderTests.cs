using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Tests.Evaluation;

/// <summary>Which parameters are weights, and which comes first.</summary>
public sealed class WeightOrderTests
{
    /// <summary>Without the model the names tell: numbers in them are numbers, and biases are none.</summary>
    [Theory]
    [InlineData("layers.10.weight layers.2.weight layers.2.bias head.weight", "head.weight layers.2.weight layers.10.weight")]
    [InlineData("a b c d", "a b c d")]
    [InlineData("d c b a", "a b c d")]
    [InlineData("b d a c e", "a b c d e")]
    [InlineData("x.BIAS x.biased bias", "x.biased")]
    public void NamesTellTheOrder(string names, string expected) => Assert.Equal(expected, Order(names));

    /// <summary>With the model the order is that of registration, whatever the names; a frozen weight and one that means nothing for gradients are left out.</summary>
    [Fact]
    public void RegistrationTellsTheOrder()
    {
        var model = new ModelDescription
        {
            TypeName = "Net",
            Layers = [],
            Parameters =
            [
                Parameter("z", ParameterRole.Embedding), Parameter("y", ParameterRole.Bias), Parameter("x", ParameterRole.Weight), Parameter("w", ParameterRole.RecurrentInput), Parameter("v", ParameterRole.RecurrentState),
                Parameter("u", ParameterRole.NormalizationScale), Parameter("t", ParameterRole.NormalizationShift), Parameter("s", ParameterRole.Other), Parameter("r", ParameterRole.Weight) with { IsTrainable = false }, Parameter("q.bias", ParameterRole.Weight),
            ],
        };

        Assert.Equal("z x w v q.bias", Order("q.bias r s t u v w x y z", model));
        Assert.Equal("other z x", Order("x other z", model));
    }

    [Fact]
    public void EmbeddingsAreKnownByTheModel()
    {
        var model = new ModelDescription { TypeName = "Net", Layers = [], Parameters = [Parameter("words", ParameterRole.Embedding), Parameter("head", ParameterRole.Weight)] };
        var (order, scopes) = Create(model);

        Assert.Equal([true, false, false], new[] { "words", "head", "embedding.weight" }.Select(name => order.IsWeight(scopes.Intern(ScopeKind.Parameter, name)) && order.IsEmbedding(scopes.Intern(ScopeKind.Parameter, name))));
        Assert.Equal("head", order.NameOf(scopes.Intern(ScopeKind.Parameter, "head")));
    }

    [Fact]
    public void ALayerIsNoWeightAndIsAskedOnce()
    {
        var (order, scopes) = Create(null);
        int weight = scopes.Intern(ScopeKind.Parameter, "a");

        Assert.False(order.IsWeight(scopes.Intern(ScopeKind.Layer, "a")));
        Assert.True(order.IsWeight(weight));
        Assert.True(order.IsWeight(weight));
        Assert.Equal([weight], order.Scopes.ToArray());
    }

    [Theory]
    [InlineData("a1", "a1", 0)]
    [InlineData("a2", "a10", -1)]
    [InlineData("a01", "a1", 0)]
    [InlineData("a1b", "a1c", -1)]
    [InlineData("a1", "aa", -1)]
    [InlineData("1", "a", -1)]
    [InlineData("a", "ab", -1)]
    [InlineData("a2b1", "a2b3", -1)]
    [InlineData("a99999999999b", "a99999999999c", -1)]
    [InlineData("a99999999999", "a5", 1)]
    [InlineData("a10", "a9", 1)]
    [InlineData("", "", 0)]
    [InlineData("", "a", -1)]
    public void NumbersInNamesAreNumbers(string one, string other, int expected)
    {
        Assert.Equal(expected, Math.Sign(WeightOrder.CompareNaturally(one, other)));
        Assert.Equal(-expected, Math.Sign(WeightOrder.CompareNaturally(other, one)));
    }

    private static string Order(string names, ModelDescription? model = null)
    {
        var (order, scopes) = Create(model);
        foreach (string name in names.Split(' '))
        {
            order.IsWeight(scopes.Intern(ScopeKind.Parameter, name));
        }

        return string.Join(' ', order.Scopes.ToArray().Select(order.NameOf));
    }

    private static (WeightOrder Order, ScopeTable Scopes) Create(ModelDescription? model)
    {
        var facts = Measured.Facts(run: new RunDescription { Model = model });
        return (new WeightOrder(new RuleContext(facts, facts.Scopes[ScopeTable.Run], _ => { })), facts.Scopes);
    }

    private static ParameterDescription Parameter(string name, ParameterRole role) => new() { Name = name, LayerPath = string.Empty, Role = role, Shape = [1] };
}
