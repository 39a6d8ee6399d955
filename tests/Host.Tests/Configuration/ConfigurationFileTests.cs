using NJsonSchema;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Configuration;

/// <summary><c>traindoctor.json</c> takes what the command line takes, and <c>traindoctor init</c> writes one with its schema.</summary>
[Collection(Lanes.Alone)]
public sealed class ConfigurationFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("configuration").FullName;
    private readonly string _before = Directory.GetCurrentDirectory();

    public ConfigurationFileTests()
    {
        Logs.Ill(_folder, "runs/ill.csv");
        Logs.Healthy(_folder, "runs/healthy.csv");
        Directory.SetCurrentDirectory(_folder);
    }

    [Fact]
    public async Task TheFileSaysWhatTheCommandLineNeedNotRepeat()
    {
        Configure("""{ "path": "runs", "failOn": "never", "output": ["out/r.json", "out/r.xml"], "quiet": true, "noSeries": true }""");

        var outcome = await CommandLine.RunAsync("diagnose");

        Assert.Equal((0, string.Empty, string.Empty), (outcome.ExitCode, outcome.Output, outcome.Error));
        var report = JObject.Parse(await File.ReadAllTextAsync("out/r.json"));
        Assert.Equal(2, report["runs"]!.Count());
        Assert.Null(report["runs"]![0]!["series"]);
        Assert.True(File.Exists("out/r.xml"));
    }

    [Fact]
    public async Task TheCommandLineHasTheLastWord()
    {
        Configure("""{ "path": "runs", "failOn": "never", "output": "out/r.json", "quiet": true }""");

        var outcome = await CommandLine.RunAsync("diagnose", "runs/ill.csv", "--fail-on", "error", "-o", "-");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("ill", (string?)JObject.Parse(outcome.Output)["verdict"]);
        Assert.False(Directory.Exists("out"));
    }

    [Fact]
    public async Task ColumnsAreMappedByKey()
    {
        await File.WriteAllLinesAsync("odd.csv", ["tick,krumm", .. Enumerable.Range(1, 40).Select(step => FormattableString.Invariant($"{step},{2.0 / step}"))]);
        Configure("""{ "map": { "step": "tick", "loss": "krumm" } }""");

        var outcome = await CommandLine.RunAsync("diagnose", "odd.csv", "-o", "-");

        Assert.Equal("loss", (string?)JObject.Parse(outcome.Output)["log"]!["mapped"]!["krumm"]);
    }

    [Fact]
    public async Task BaselineRequiredRulesAndLanguageWorkToo()
    {
        await CommandLine.RunAsync("diagnose", "runs/ill.csv", "-o", "accepted.json", "--quiet");
        Configure("""{ "baseline": "accepted.json", "failOn": "new-error", "require": ["TD4001"], "lang": "ja" }""");

        var known = await CommandLine.RunAsync("diagnose", "runs/ill.csv");
        Configure("""{ "require": "straggling-rank" }""");
        var missing = await CommandLine.RunAsync("diagnose", "runs/healthy.csv");

        Assert.Equal((0, 1), (known.ExitCode, missing.ExitCode));
        Assert.Contains("損失", known.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "failon": "fatal" }""", "failon: 'fatal' is not known; expected error")]
    [InlineData("""{ "fail": "error" }""", "unknown key 'fail'; did you mean 'failOn'")]
    [InlineData("""{ "output": { "json": "r.json" } }""", "output: expected a value or a list of values")]
    [InlineData("""{ "failOn": ["error", "info"] }""", "failOn: expected one value")]
    [InlineData("""{ "report": "pdf" }""", "report: 'pdf' is not known; expected json")]
    [InlineData("""{ "require": "dead" }""", "did you mean 'dead-units'")]
    public async Task AMistakeIsOneLineThatNamesFileAndKey(string json, string expected)
    {
        Configure(json);

        var outcome = await CommandLine.RunAsync("diagnose", "runs/healthy.csv");

        Assert.Equal(2, outcome.ExitCode);
        string line = Assert.Single(outcome.ErrorLines);
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatAnotherCommandTakesIsNoMistakeAndDemosKeepTheirOwn()
    {
        Configure("""{ "stopWhen": "error", "interval": 2, "failOn": "warning", "output": "r.json" }""");

        Assert.Equal(0, (await CommandLine.RunAsync("diagnose", "runs/healthy.csv", "--quiet")).ExitCode);
        Assert.Equal(0, (await CommandLine.RunAsync("demo", "dead-relu", "--output", "demo.json", "--quiet")).ExitCode);
        Assert.Equal("ill", (string?)JObject.Parse(await File.ReadAllTextAsync("demo.json"))["verdict"]);
    }

    [Fact]
    public async Task InitWritesAFileThatWorksAndASchemaThatKnowsIt()
    {
        var written = await CommandLine.RunAsync("init");
        var again = await CommandLine.RunAsync("init");
        var forced = await CommandLine.RunAsync("init", "--force");
        var diagnosis = await CommandLine.RunAsync("diagnose");

        Assert.Equal((0, 2, 0, 1), (written.ExitCode, again.ExitCode, forced.ExitCode, diagnosis.ExitCode));
        Assert.Equal(["runs"], JObject.Parse(await File.ReadAllTextAsync("traindoctor.json"))["path"]!.Select(path => (string?)path));
        Assert.True(File.Exists("reports/report.html"));
        Assert.Empty((await JsonSchema.FromFileAsync("traindoctor.schema.json")).Validate(await File.ReadAllTextAsync("traindoctor.json")));
    }

    /// <summary>The schema that <c>init</c> writes, and names, is the one that the documents ship. TRAINDOCTOR_UPDATE_DOCS=1 writes it anew.</summary>
    [Fact]
    public async Task TheShippedSchemaIsTheOneThatInitNames()
    {
        string shipped = Path.Combine(Repository.Root, "docs", "schema", "traindoctor.schema.json");
        await CommandLine.RunAsync("init");
        string named = Path.GetFullPath((string)JObject.Parse(await File.ReadAllTextAsync("traindoctor.json"))["$schema"]!);
        if (Environment.GetEnvironmentVariable("TRAINDOCTOR_UPDATE_DOCS") == "1")
        {
            File.Copy(named, shipped, overwrite: true);
        }

        Assert.True(await File.ReadAllTextAsync(named) == await File.ReadAllTextAsync(shipped), $"{shipped} is stale: run TRAINDOCTOR_UPDATE_DOCS=1 dotnet test -c Release tests/Host.Tests --filter TheShippedSchema");
    }

    [Theory]
    [InlineData("""{ "failOn": "fatal" }""")]
    [InlineData("""{ "fail": "error" }""")]
    [InlineData("""{ "rules": { "dead-unit": "off" } }""")]
    [InlineData("""{ "rules": { "dead-units": { "options": { "Patience": "ten" } } } }""")]
    [InlineData("""{ "rules": { "TD3001": { "severity": "fatal" } } }""")]
    [InlineData("""{ "rules": { "TD3001": { "layers": { "gate.*": { "offf": true } } } } }""")]
    public async Task TheSchemaRefusesWhatTheProgramRefuses(string json)
    {
        var schema = await SchemaAsync();

        Configure(json);

        Assert.NotEmpty(schema.Validate(json));
        Assert.Equal(2, (await CommandLine.RunAsync("diagnose", "runs/healthy.csv")).ExitCode);
    }

    [Fact]
    public async Task TheSchemaTakesTheGuidesExamples()
    {
        var schema = await SchemaAsync();
        string guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "guides", "configuration.md"));
        string[] examples = [.. guide.Split("```json\n").Skip(1).Select(part => part.Split("```")[0])];

        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Empty(schema.Validate(example)));
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<JsonSchema> SchemaAsync()
    {
        await CommandLine.RunAsync("init", "--force");
        return await JsonSchema.FromFileAsync("traindoctor.schema.json");
    }

    private static void Configure(string json) => File.WriteAllText("traindoctor.json", json);
}
