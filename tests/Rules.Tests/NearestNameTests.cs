namespace TrainingDoctor.Tests;

public sealed class NearestNameTests
{
    private static readonly string[] Names = [.. RuleCatalog.All.SelectMany(entry => new[] { entry.Descriptor.Name, entry.Descriptor.Id })];

    [Theory]
    [InlineData("vanishing", "vanishing-gradient")]
    [InlineData("dead", "dead-units")]
    [InlineData("units dead", "dead-units")]
    [InlineData("Spike", "loss-spike")]
    [InlineData("ded-unit", "dead-units")]
    [InlineData("TD301", "TD3001")]
    [InlineData("overfiting", "overfitting")]
    public void TheWordsDecideBeforeTheLetters(string written, string meant) => Assert.Equal(meant, NearestName.Of(written, Names));

    [Fact]
    public void SeveralNamesAreSuggestedWhereTheWordFitsSeveral()
    {
        string suggested = NearestName.Suggest("gradient", Names);

        Assert.Contains("'vanishing-gradient'", suggested, StringComparison.Ordinal);
        Assert.Contains("'exploding-gradient'", suggested, StringComparison.Ordinal);
        Assert.Contains(" or ", suggested, StringComparison.Ordinal);
        Assert.Equal("'dead-units'", NearestName.Suggest("dead", Names));
    }

    [Fact]
    public void SomethingMustBeKnown() => Assert.Throws<ArgumentException>(() => NearestName.Of("x", []));
}
