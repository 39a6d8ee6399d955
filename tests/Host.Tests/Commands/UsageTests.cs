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
