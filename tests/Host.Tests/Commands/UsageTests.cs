using System.Globalization;
using TrainingDoctor.Host.Commands;

namespace TrainingDoctor.Tests.Commands;

/// <summary>Wrong usage and unreadable input are told in one clear line on standard error, with exit code 2.</summary>
public sealed class UsageTests
{
    private static readonly string NoLog = Path.Combine(Repository.Root, "LICENSE");

    public static TheoryData<string[], string> WrongWords => new()
    {
        { ["demo", "dead-rely"], "dead-relu" },
        { ["explain", "TD9999"], "unknown rule 'TD9999'" },
        { ["explain", "ded-units"], "did you mean 'dead-units'" },
        { ["explain", "vanishing"], "did you mean 'vanishing-gradient'?" },
        { ["explain", "gradient"], "'vanishing-gradient'" },
        { ["diagnose", "x.log", "--require", "dead"], "did you mean 'dead-units'?" },
        { ["frobnicate"], "'frobnicate'" },
        { [], "demo" },
        { ["explain"], "explain" },
        { ["rules", "--report", "yaml"], "yaml" },
        { ["diagnose", "there/is/no/such.log"], "there/is/no/such.log" },
        { ["diagnose", "x.log", "--map", "loss"], "ROLE=COLUMN" },
        { ["diagnose", NoLog, "--map", "lossy=ce"], "--map: 'lossy' is no role; the roles are step" },
        { ["diagnose", NoLog], "LICENSE: no number of a training was found" },
        { ["diagnose", NoLog, NoLog], "LICENSE: no number of a training was found" },
        { ["diagnose", "x.log", "--fail-on", "fatal"], "fatal" },
        { ["diagnose", "x.log", "--require", "no-such-rule"], "no-such-rule" },
        { ["diagnose", "x.log", "--config", "no-such-config.json"], "no-such-config.json" },
        { ["demo", "healthy", "--output", "report.docx"], "report.docx" },
        { ["demo", "healthy", "--output", Path.Combine(NoLog, "report.json")], "report.json" },
        { ["diagnose", "x.log", "--format", "json"], "--report json" },
        { ["diagnose", "x.log", "--format", "0"], "'0' is no format" },
        { ["diagnose", string.Empty], "a path is empty; expected a log" },
        { ["diagnose", "x.log", "--report", "99"], "'99' is not known; expected json" },
        { ["diagnose", "x.log", "--report", "7"], "'7' is not known; expected json" },
    };

    [Theory]
    [MemberData(nameof(WrongWords))]
    public async Task OneLineSaysWhatWasExpected(string[] words, string expected)
    {
        var outcome = await CommandLine.RunAsync([.. words, .. words is ["demo", ..] ? ["--quiet"] : Array.Empty<string>()]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(outcome.Output);
    }

    /// <summary>The command that is run is made alone, found by the name that it gives itself.</summary>
    [Fact]
    public void EveryCommandIsFoundByItsName()
    {
        var parts = new CommandParts();

        Assert.Equal(CommandParts.Commands.Select(command => command.Name), CommandTree.Create(parts).Subcommands.Select(command => command.Name));
        Assert.All(CommandParts.Commands, command => Assert.Equal(command.Name, Assert.Single(CommandTree.Create(parts, command.Name).Subcommands).Name));
    }

    /// <summary>What is wrong with a recording is said by its place in the words of this program, not in a library's advice to its developers.</summary>
    [Theory]
    [InlineData("""{"telemetry":"1.0","run":[1,2]}""", "(1): expected the first line of telemetry: run: expected an object")]
    [InlineData("""{"telemetry":"1.0","run":{"name":"x","model":[1]}}""", "(1): expected the first line of telemetry: run.model: ")]
    [InlineData("""{"telemetry":"1.0","run":{"name":{"a":1}}}""", "(1): expected the first line of telemetry: run.name: ")]
    public async Task AWrongFirstLineIsToldByItsPlace(string line, string expected)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("traindoctor").FullName, "wrong.jsonl");
        await File.WriteAllTextAsync(path, line + "\n");

        var outcome = await CommandLine.RunAsync("diagnose", path);

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        string said = Assert.Single(outcome.ErrorLines);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(path + expected, said, StringComparison.Ordinal);
        Assert.DoesNotContain("To fix this error", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Newtonsoft", said, StringComparison.Ordinal);
    }

    /// <summary>Of several logs one that cannot be read is told, and does not cost the others their reports.</summary>
    [Fact]
    public async Task OfSeveralLogsAnUnreadableOneCostsItself()
    {
        string folder = Directory.CreateTempSubdirectory("traindoctor").FullName;
        string good = Path.Combine(folder, "good.csv");
        string report = Path.Combine(folder, "report.json");
        await File.WriteAllLinesAsync(good, ["step,loss", .. Enumerable.Range(0, 60).Select(step => FormattableString.Invariant($"{step},{2 * Math.Pow(0.9, step) + 0.1}"))]);

        var outcome = await CommandLine.RunAsync("diagnose", NoLog, good, "--output", report, "--quiet");

        string written = await File.ReadAllTextAsync(report);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("LICENSE: no number of a training was found", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("good.csv", written, StringComparison.Ordinal);
    }

    /// <summary>Among the rows of the others it has one of its own, in every table.</summary>
    [Theory]
    [InlineData("runs.html", "<td class=\"who\">{0}</td><td><span class=\"badge inconclusive\">unreadable</span>")]
    [InlineData("runs.md", "| {0} | ⚪ unreadable |")]
    [InlineData("runs.txt", "UNREADABLE")]
    public async Task AnUnreadableLogHasARow(string output, string expected)
    {
        string folder = Directory.CreateTempSubdirectory("traindoctor").FullName;
        string[] good = [Path.Combine(folder, "first.csv"), Path.Combine(folder, "second.csv")];
        foreach (string path in good)
        {
            await File.WriteAllLinesAsync(path, ["step,loss", .. Enumerable.Range(0, 60).Select(step => FormattableString.Invariant($"{step},{2 * Math.Pow(0.9, step) + 0.1}"))]);
        }

        string empty = Path.Combine(folder, "empty.csv");
        await File.WriteAllTextAsync(empty, "a,b\nred,blue\n");
        string report = Path.Combine(folder, output);

        var outcome = await CommandLine.RunAsync("diagnose", good[0], empty, good[1], "--output", report, "--quiet");

        string written = await File.ReadAllTextAsync(report);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Single(outcome.ErrorLines);
        Assert.Contains(string.Format(CultureInfo.InvariantCulture, expected, empty), written, StringComparison.Ordinal);
        Assert.Contains("2 runs", written, StringComparison.Ordinal);
        Assert.Contains("1 log could not be read.", written, StringComparison.Ordinal);
        Assert.Contains("Could not be", written, StringComparison.Ordinal);
    }

    /// <summary>For programs too; also where one log alone could be read.</summary>
    [Fact]
    public async Task AnUnreadableLogHasARowInTheTableForPrograms()
    {
        string folder = Directory.CreateTempSubdirectory("traindoctor").FullName;
        string good = Path.Combine(folder, "good.csv");
        string empty = Path.Combine(folder, "empty.csv");
        await File.WriteAllLinesAsync(good, ["step,loss", .. Enumerable.Range(0, 60).Select(step => FormattableString.Invariant($"{step},{2 * Math.Pow(0.9, step) + 0.1}"))]);
        await File.WriteAllTextAsync(empty, "a,b\nred,blue\n");

        var outcome = await CommandLine.RunAsync("diagnose", empty, good, "--quiet", "--output", "-");

        Directory.Delete(folder, recursive: true);
        var written = Newtonsoft.Json.Linq.JObject.Parse(outcome.Output);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Single(written["runs"]!);
        Assert.Equal([good, empty], written["table"]!.Select(row => (string?)row["path"]));
        Assert.Equal([null, true], written["table"]!.Select(row => (bool?)row["isUnread"]));
        Assert.StartsWith("Could not be read: ", (string?)written["table"]![1]!["headline"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AConfigurationErrorNamesFileAndKey()
    {
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, """{ "rules": { "dead-units": { "options": { "Patiense": 3 } } } }""");

        var outcome = await CommandLine.RunAsync("diagnose", "x.log", "--config", path);

        File.Delete(path);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(path, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("'Patience'", outcome.Error, StringComparison.Ordinal);
    }
}
