using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Commands;

public sealed class CatalogueTests
{
    [Fact]
    public async Task RulesAreListedAsTableMarkdownAndJson()
    {
        var table = await CommandLine.RunAsync("rules");
        var markdown = await CommandLine.RunAsync("rules", "--report", "markdown");
        var json = JArray.Parse((await CommandLine.RunAsync("rules", "--report", "json")).Output);

        Assert.Equal(0, table.ExitCode);
        Assert.Equal(RuleCatalog.All.Select(entry => entry.Descriptor.Id), json.Select(rule => (string)rule["ruleId"]!));
        foreach (var rule in RuleCatalog.All.Select(entry => entry.Descriptor))
        {
            Assert.Contains(rule.Id, table.Output, StringComparison.Ordinal);
            Assert.Contains($"[{rule.Id}]({rule.Page})", markdown.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TheFormerSpellingWorksAndSaysSo()
    {
        var former = await CommandLine.RunAsync("rules", "--format", "json");
        var now = await CommandLine.RunAsync("rules", "--report", "json");

        Assert.Equal((0, now.Output), (former.ExitCode, former.Output));
        Assert.Contains("--report", Assert.Single(former.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(now.Error);
    }

    [Theory]
    [InlineData("TD3001")]
    [InlineData("td3001")]
    [InlineData("dead-units")]
    public async Task ARuleIsExplainedByIdOrName(string rule)
    {
        var outcome = await CommandLine.RunAsync("explain", rule);

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("# TD3001: dead-units", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("MaximumDeadFraction", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("SageMaker", outcome.Output, StringComparison.Ordinal);
    }
}
