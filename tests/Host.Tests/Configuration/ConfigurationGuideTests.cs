using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Configuration;

/// <summary>The example of the guide is valid, and does what the guide says.</summary>
public sealed partial class ConfigurationGuideTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("configuration").FullName;

    [Fact]
    public async Task TheExampleIsAcceptedAndHolds()
    {
        string guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "guides", "configuration.md"));
        string config = Path.Combine(_folder, "config.json");
        await File.WriteAllTextAsync(config, Example().Matches(guide).Select(match => match.Groups[1].Value).Single(json => json.Contains("\"rules\"", StringComparison.Ordinal)));
        string log = Path.Combine(_folder, "log.csv");
        await File.WriteAllLinesAsync(log, ["step,loss", .. Enumerable.Range(1, 200).Select(step => FormattableString.Invariant($"{step},{2.3 * Math.Exp(0.03 * step)}"))]);

        var plain = await CommandLine.RunAsync("diagnose", log, "--output", "-", "--report", "json");
        var configured = await CommandLine.RunAsync("diagnose", log, "--config", config, "--output", "-", "--report", "json");

        Assert.Equal(("error", 1), (SeverityOf(plain.Output, "TD4003"), plain.ExitCode));
        Assert.True(configured.ExitCode == 0, configured.Error);
        Assert.Equal("warning", SeverityOf(configured.Output, "TD4003"));
        var off = JObject.Parse(configured.Output)["rules"]!.Single(rule => (string?)rule["ruleId"] == "TD1004");
        Assert.Equal(("off", "fraud is rare, the loss is weighted"), ((string?)off["status"], (string?)off["reason"]));
    }

    [Theory]
    [InlineData("""{ "rules": { "dead-unit": "off" } }""", "did you mean 'dead-units'")]
    [InlineData("""{ "rulez": { } }""", "did you mean 'rules'")]
    [InlineData("""{ "rules": "off" }""", "no object")]
    [InlineData("""{ "rules": { "dead-units": { "options": { "Patience": -1 } } } }""", "-1")]
    [InlineData("""{ "rules": { """, "LineNumber")]
    public async Task AMistakeIsOneLineWithFileAndKey(string json, string expected)
    {
        string config = Path.Combine(_folder, "config.json");
        await File.WriteAllTextAsync(config, json);

        var outcome = await CommandLine.RunAsync("diagnose", "any.log", "--config", config);

        Assert.Equal(2, outcome.ExitCode);
        string line = Assert.Single(outcome.ErrorLines);
        Assert.Contains(config, line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string? SeverityOf(string report, string rule) =>
        (string?)JObject.Parse(report)["findings"]!.Single(finding => (string?)finding["ruleId"] == rule)["severity"];

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
