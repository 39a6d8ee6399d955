using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Packing;

namespace TrainingDoctor.Tests.Strangers;

/// <summary>Someone who installs the command from its package.</summary>
[Collection(SharedPackages.Name)]
[Trait("Speed", "Slow")]
public sealed class ToolTests(PackedRepository packages)
{
    [Fact]
    public async Task TheInstalledCommandDiagnosesALogAndReplaysItsDemonstrations()
    {
        string folder = packages.CreateFolder("tool");
        string tools = Path.Combine(folder, "tools");
        var installation = await CommandLine.Dotnet(folder, "tool", "install", "traindoctor", "--tool-path", tools, "--version", packages.Version, "--source", packages.Feed);
        installation.ThatEnds(0);
        string command = Path.Combine(tools, OperatingSystem.IsWindows() ? "traindoctor.exe" : "traindoctor");
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "loss.csv"),
            ["step,loss", .. Enumerable.Range(1, 60).Select(step => step < 40 ? FormattableString.Invariant($"{step},{2.0 / step}") : FormattableString.Invariant($"{step},nan"))]);

        var diagnosis = await CommandLine.Run(folder, command, "diagnose", "loss.csv", "--output", "report.json");
        var demonstration = await CommandLine.Run(folder, command, "demo");
        var cure = await CommandLine.Run(folder, command, "cure");

        diagnosis.ThatEnds(1);
        var report = JObject.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "report.json")));
        Assert.Contains(report["findings"]!, finding => (string?)finding["ruleId"] == "TD4001");
        Assert.Equal(packages.Version, (string?)report["tool"]!["version"]);
        demonstration.ThatEnds(0);
        Assert.Contains("replayed", demonstration.Error, StringComparison.Ordinal);
        Assert.Equal("ill", (string?)JObject.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "traindoctor-demo", "dead-relu", "report.json")))["verdict"]);
        cure.ThatEnds(2);
        Assert.Empty(cure.Output);
        Assert.Contains("libtorch", Assert.Single(cure.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(tools, "*", SearchOption.AllDirectories), file => Path.GetFileName(file).Contains("LibTorch", StringComparison.OrdinalIgnoreCase) && !file.EndsWith("TorchSharp.dll", StringComparison.Ordinal));
    }
}
