using System.Xml.Linq;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Reporting;

/// <summary>Reports as files: one of several runs, written where they were asked for, and nothing lost when that fails.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Fact]
    public async Task SeveralRunsMakeOneFileOfEachKind()
    {
        string[] logs = [Logs.Ill(_folder, "a/metrics.csv"), Logs.Healthy(_folder, "b/metrics.csv")];

        var outcome = await CommandLine.RunAsync(["diagnose", .. logs, "-o", At("r.json"), "-o", At("r.sarif"), "-o", At("r.xml"), "-o", At("r.md"), "-o", At("r.html"), "-o", At("r.txt"), "-o", At("gl-code-quality-report.json")]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal(2, JObject.Parse(Read("r.json"))["runs"]!.Count());
        Assert.Equal(["a", "b"], JObject.Parse(Read("r.json"))["table"]!.Select(row => (string?)row["name"]));
        Assert.Equal(2, JObject.Parse(Read("r.sarif"))["runs"]!.Select(run => (string?)run["automationDetails"]!["id"]).Distinct().Count());
        Assert.Equal(2, XDocument.Parse(Read("r.xml")).Root!.Elements("testsuite").Count());
        Assert.Single(JArray.Parse(Read("gl-code-quality-report.json")));
        Assert.Equal(["1-a.html", "2-b.html"], Directory.EnumerateFiles(At("r-runs")).Select(file => Path.GetFileName(file)!).Order());
        Assert.Contains("2 runs: 1 ill", Read("r.md"), StringComparison.Ordinal);
        Assert.Contains("--details", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder, "r-1.*"));
    }

    [Fact]
    public async Task AFileForEachRunWhereThatIsAskedFor()
    {
        string[] logs = [Logs.Ill(_folder, "a.csv"), Logs.Healthy(_folder, "b.csv")];

        await CommandLine.RunAsync(["diagnose", .. logs, "-o", At("r.json"), "--output-per-run", "--quiet"]);

        Assert.Equal(["r-1.json", "r-2.json"], Directory.EnumerateFiles(_folder, "r*.json").Select(file => Path.GetFileName(file)!).Order());
        Assert.Equal("ill", (string?)JObject.Parse(Read("r-1.json"))["verdict"]);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("sarif")]
    [InlineData("junit")]
    [InlineData("code-quality")]
    public async Task StandardOutputCarriesOneDocument(string kind)
    {
        string[] logs = [Logs.Ill(_folder, "a.csv"), Logs.Healthy(_folder, "b.csv")];

        var outcome = await CommandLine.RunAsync(["diagnose", .. logs, "-o", "-", "--report", kind]);

        if (kind == "junit")
        {
            Assert.Equal(2, XDocument.Parse(outcome.Output).Root!.Elements("testsuite").Count());
        }
        else
        {
            Assert.NotNull(JToken.Parse(outcome.Output));
        }
    }

    /// <summary>Who names a kind and no file pipes it on: nothing but the document may stand there.</summary>
    [Theory]
    [InlineData("json")]
    [InlineData("sarif")]
    [InlineData("junit")]
    [InlineData("markdown")]
    public async Task AKindWithoutAFileIsStandardOutput(string kind)
    {
        string log = Logs.Ill(_folder, "a.csv");

        var piped = await CommandLine.RunAsync("diagnose", log, "--report", kind);
        var named = await CommandLine.RunAsync("diagnose", log, "--report", kind, "-o", "-");

        Assert.Equal(1, piped.ExitCode);
        Assert.Equal(named.Output, piped.Output);
        Assert.Contains("TD4001", piped.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JunitFailsWhatFailsTheJob()
    {
        string log = Logs.Ill(_folder, "a.csv");

        await CommandLine.RunAsync("diagnose", log, "-o", At("error.xml"), "--quiet");
        await CommandLine.RunAsync("diagnose", log, "-o", At("never.xml"), "--fail-on", "never", "--quiet");

        Assert.Single(XDocument.Parse(Read("error.xml")).Descendants("failure"));
        Assert.Empty(XDocument.Parse(Read("never.xml")).Descendants("failure"));
        Assert.NotEmpty(XDocument.Parse(Read("never.xml")).Descendants("system-out"));
    }

    [Fact]
    public async Task FoldersAreMade()
    {
        var outcome = await CommandLine.RunAsync("diagnose", Logs.Healthy(_folder, "a.csv"), "-o", At("new/deep/r.html"), "--quiet");

        Assert.Equal(0, outcome.ExitCode);
        Assert.True(File.Exists(At("new/deep/r.html")));
    }

    [Fact]
    public async Task WhatCannotBeWrittenIsSaidBeforeTheLogIsRead()
    {
        Logs.Healthy(_folder, "a.csv");

        var outcome = await CommandLine.RunAsync("diagnose", "there/is/no/such.log", "-o", At("a.csv/r.json"));

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("cannot be written", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public async Task AReportThatCannotBeWrittenDoesNotHideTheVerdict()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        var ill = await CommandLine.RunAsync("diagnose", Logs.Ill(_folder, "a.csv"), "-o", "/dev/full", "--report", "json", "--quiet");
        var healthy = await CommandLine.RunAsync("diagnose", Logs.Healthy(_folder, "b.csv"), "-o", "/dev/full", "--report", "json", "--quiet");

        Assert.Equal((1, 2), (ill.ExitCode, healthy.ExitCode));
        Assert.Contains("/dev/full", ill.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private string Read(string name) => File.ReadAllText(At(name));
}
