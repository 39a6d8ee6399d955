using Newtonsoft.Json.Linq;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Tests.Commands;

public sealed class AdviseTests
{
    [Fact]
    public async Task MovingToGeluLowersTheLearningRateAndDropsBatchNormalization()
    {
        var advice = await JsonAsync("--from", "ReLU", "--to", "gelu", "--learning-rate", "0.001");

        Assert.Equal(["GELU"], advice["hidden"]!.Values<string>());
        Assert.Equal("he", (string?)advice["initialization"]);
        Assert.Equal((0.7, 0.8), ((double)advice["learningRateFactor"]!["least"]!, (double)advice["learningRateFactor"]!["most"]!));
        Assert.InRange((double)advice["learningRate"]!, 0.0007, 0.0008);
        Assert.Contains("can be left out", (string)advice["normalization"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tanh", "xavier")]
    [InlineData("leaky-relu", "he")]
    [InlineData("swish", "he")]
    public async Task TheFunctionDecidesTheInitialization(string to, string scheme) =>
        Assert.Equal(scheme, (string?)(await JsonAsync("--to", to))["initialization"]);

    /// <summary>The rows of the article's table of places, one for one.</summary>
    [Theory]
    [InlineData("--domain images", "ReLU SiLU GELU")]
    [InlineData("--domain language", "GELU")]
    [InlineData("--domain tabular", "ReLU ELU")]
    [InlineData("--depth 50", "GELU SiLU")]
    [InlineData("--trouble loss-does-not-go-down", "ReLU SiLU")]
    [InlineData("--trouble skewed-outputs", "LeakyReLU ELU")]
    [InlineData("--trouble loss-becomes-nan", "GELU SiLU")]
    [InlineData("--trouble overfitting", "Tanh ELU")]
    [InlineData("", "ReLU LeakyReLU ELU")]
    public async Task EachPlaceHasItsFunctions(string words, string expected) =>
        Assert.Equal(expected.Split(' '), (await JsonAsync(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)))["hidden"]!.Values<string>());

    [Theory]
    [InlineData("regression", "Identity", "MSELoss")]
    [InlineData("binary-classification", "Sigmoid", "BCEWithLogitsLoss")]
    [InlineData("multiclass-classification", "Softmax", "CrossEntropyLoss")]
    [InlineData("multilabel-classification", "Sigmoid", "BCEWithLogitsLoss")]
    public async Task EachTaskHasItsOutputAndLoss(string task, string function, string loss)
    {
        var output = (await JsonAsync("--task", task))["output"]!;

        Assert.Equal((function, loss), ((string?)output["function"], (string?)output["loss"]));
    }

    [Fact]
    public async Task PropertiesAreComputedBesideTheArticlesEntries()
    {
        var rows = (JArray)(await JsonAsync())["properties"]!;
        var relu = rows.Single(row => (string?)row["activation"] == "ReLU");
        var sigmoid = rows.Single(row => (string?)row["activation"] == "Sigmoid");

        // Closed forms: E[max(0, z)] = 1/√(2π), E[max(0, z)²] = 1/2; σ' = s(1-s) is below 0.01 beyond ln((1 + √0.96)/(1 - √0.96)).
        Assert.Equal(1 / Math.Sqrt(2 * Math.PI), (double)relu["computed"]!["mean"]!, 1e-4);
        Assert.Equal(Math.Sqrt(2), (double)relu["computed"]!["gain"]!, 1e-4);
        Assert.Equal("Infinity", (string?)relu["computed"]!["upperBound"]);
        Assert.Equal(0, (double)relu["computed"]!["vanishesBelow"]!);
        Assert.Equal(Math.Log((1 + Math.Sqrt(0.96)) / (1 - Math.Sqrt(0.96))), (double)sigmoid["computed"]!["vanishesAbove"]!, 0.01);
        Assert.True((bool)sigmoid["article"]!["vanishingGradient"]!);
        Assert.Equal(AdviceTables.Activations.Count, rows.Count);
    }

    [Fact]
    public async Task TheTableForPeopleSaysTheSame()
    {
        var outcome = await CommandLine.RunAsync("advise", "--task", "multiclass-classification", "--domain", "images", "--trouble", "overfitting");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Error);
        foreach (string expected in new[] { "Tanh, else ELU", "Xavier", "CrossEntropyLoss", "TD6001", "lubricates", "0.399", "below -4.58, above 4.58" })
        {
            Assert.Contains(expected, outcome.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--task", "regresion", "did you mean 'regression'")]
    [InlineData("--domain", "image", "did you mean 'images'")]
    [InlineData("--trouble", "overfit", "did you mean 'overfitting'")]
    [InlineData("--from", "RELUU", "did you mean 'ReLU'")]
    [InlineData("--to", "softmax", "--to: 'softmax' is not known")]
    [InlineData("--depth", "0", "--depth: '0' is not a whole number of at least 1")]
    [InlineData("--depth", "2.5", "--depth: '2.5'")]
    [InlineData("--learning-rate", "fast", "--learning-rate: 'fast' is not a number above 0")]
    [InlineData("--learning-rate", "NaN", "'NaN'")]
    [InlineData("--report", "yaml", "yaml")]
    public async Task WrongWordsAreToldInOneLine(string option, string value, string expected)
    {
        var outcome = await CommandLine.RunAsync("advise", option, value);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(outcome.Output);
    }

    private static async Task<JObject> JsonAsync(params string[] words)
    {
        var outcome = await CommandLine.RunAsync(["advise", "--report", "json", .. words]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return JObject.Parse(outcome.Output);
    }
}
