using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Commands;

/// <summary><c>traindoctor cure</c>: a demo, its remedies tried on it, before and after.</summary>
[Trait("Speed", "Slow")]
public sealed class CureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Fact]
    public async Task TheDeadNetworkLearnsByARemedyThatIsNamed()
    {
        string path = Path.Combine(_folder, "report.json");

        var outcome = await CommandLine.RunAsync("cure", "dead-relu", "--output", path);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Cured: ", outcome.Output, StringComparison.Ordinal);
        var remedies = JObject.Parse(await File.ReadAllTextAsync(path))["findings"]![0]!["remedies"]!.Where(remedy => remedy["trial"] is JObject).ToList();
        var best = Assert.Single(remedies, remedy => (string?)remedy["trial"]!["verdictAfter"] == "healthy" && (bool)remedy["trial"]!["cured"]! && (int)remedy["trial"]!["steps"]! == 540);
        Assert.True((double)best["trial"]!["after"]! > 0.85 && (double)best["trial"]!["before"]! < 0.3, best["trial"]!.ToString());
    }

    [Fact]
    public async Task WhatIsHealthyIsLeftAlone()
    {
        var outcome = await CommandLine.RunAsync("cure", "healthy", "--output", Path.Combine(_folder, "report.json"));

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("There is nothing to cure.", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownDemoIsWrongUsage()
    {
        var outcome = await CommandLine.RunAsync("cure", "headache");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("dead-relu", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
