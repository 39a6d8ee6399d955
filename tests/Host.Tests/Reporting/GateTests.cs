using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Reporting;

/// <summary>When the program exits with 1, and the line on standard error that says why.</summary>
public sealed class GateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;
    private readonly string _ill;
    private readonly string _healthy;
    private readonly string _short;

    public GateTests()
    {
        _ill = Logs.Ill(_folder, "ill.csv");
        _healthy = Logs.Healthy(_folder, "healthy.csv");
        _short = Logs.Short(_folder, "short.csv");
    }

    [Fact]
    public async Task ABaselineDoesNotChangeWhatErrorMeans()
    {
        string accepted = await AcceptAsync(_ill);

        var outcome = await CommandLine.RunAsync("diagnose", _ill, "--baseline", accepted, "--fail-on", "error");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal($"traindoctor: failed: 1 error against {accepted} (0 new, 1 known, 0 fixed): TD4001", Assert.Single(outcome.ErrorLines));
    }

    [Fact]
    public async Task NewErrorCountsWhatTheBaselineDoesNotHave()
    {
        string ofIll = await AcceptAsync(_ill);
        string ofHealthy = await AcceptAsync(_healthy);

        var known = await CommandLine.RunAsync("diagnose", _ill, "--baseline", ofIll, "--fail-on", "new-error");
        var fresh = await CommandLine.RunAsync("diagnose", _ill, "--baseline", ofHealthy, "--fail-on", "new-error");
        var gone = await CommandLine.RunAsync("diagnose", _healthy, "--baseline", ofIll, "--fail-on", "new-error");

        Assert.Equal((0, 1, 0), (known.ExitCode, fresh.ExitCode, gone.ExitCode));
        Assert.Equal($"traindoctor: passed: no new finding at error against {ofIll} (0 new, 1 known, 0 fixed)", Assert.Single(known.ErrorLines));
        Assert.Equal($"traindoctor: failed: 1 new error against {ofHealthy}: TD4001", Assert.Single(fresh.ErrorLines));
        Assert.Equal($"traindoctor: passed: no new finding at error against {ofIll} (0 new, 0 known, 1 fixed)", Assert.Single(gone.ErrorLines));
        Assert.Contains("Fixed since the baseline: TD4001", gone.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new-error")]
    [InlineData("new-warning")]
    [InlineData("new-info")]
    public async Task WhatIsNewNeedsABaseline(string failOn)
    {
        var outcome = await CommandLine.RunAsync("diagnose", _healthy, "--fail-on", failOn);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--baseline", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UpdatingTheBaselineMakesWhatWasFoundKnown()
    {
        string accepted = Path.Combine(_folder, "new", "accepted.json");

        var first = await CommandLine.RunAsync("diagnose", _ill, "--baseline", accepted, "--update-baseline", "--fail-on", "new-error", "--quiet");
        var second = await CommandLine.RunAsync("diagnose", _ill, "--baseline", accepted, "--fail-on", "new-error", "--output", "-");

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Null(JObject.Parse(await File.ReadAllTextAsync(accepted))["baseline"]);
        Assert.Equal(["TD4001"], JObject.Parse(second.Output)["baseline"]!["known"]!.Select(finding => (string?)finding["ruleId"]));
        Assert.Equal(2, (await CommandLine.RunAsync("diagnose", _ill, "--update-baseline")).ExitCode);
    }

    [Fact]
    public async Task EachOfSeveralRunsIsComparedWithItsOwn()
    {
        string accepted = Path.Combine(_folder, "accepted.json");
        await CommandLine.RunAsync("diagnose", _ill, _healthy, "--baseline", accepted, "--update-baseline", "--quiet");

        var same = await CommandLine.RunAsync("diagnose", _healthy, _ill, "--baseline", accepted, "--fail-on", "new-info", "--quiet");
        Logs.Ill(_folder, "healthy.csv");
        var worse = await CommandLine.RunAsync("diagnose", _healthy, _ill, "--baseline", accepted, "--fail-on", "new-error", "--quiet");

        Assert.Equal((0, 1), (same.ExitCode, worse.ExitCode));
        Assert.Equal($"traindoctor: failed: 1 new error in 1 of 2 runs against {accepted}: TD4001", Assert.Single(worse.ErrorLines));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("step,loss\n1,2\n")]
    [InlineData("""{ "schemaVersion": "1.0", "findings": [null] }""")]
    [InlineData("""{ "runs": [ {} ] }""")]
    public async Task ABaselineThatIsNoReportIsOneLine(string text)
    {
        string path = Path.Combine(_folder, "bad.json");
        await File.WriteAllTextAsync(path, text);

        var outcome = await CommandLine.RunAsync("diagnose", _healthy, "--baseline", path);

        Assert.Equal(2, outcome.ExitCode);
        string line = Assert.Single(outcome.ErrorLines);
        Assert.Contains(path, line, StringComparison.Ordinal);
        Assert.DoesNotContain("internal fault", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATruncatedReportAndOneOfAnotherSchemaAreNoBaselines()
    {
        string accepted = await AcceptAsync(_ill);
        string text = await File.ReadAllTextAsync(accepted);
        string cut = Path.Combine(_folder, "cut.json");
        string other = Path.Combine(_folder, "other.json");
        await File.WriteAllTextAsync(cut, text[..(text.Length / 2)]);
        await File.WriteAllTextAsync(other, text.Replace("\"schemaVersion\": \"1.1\"", "\"schemaVersion\": \"99.0\"", StringComparison.Ordinal));

        Assert.Equal(2, (await CommandLine.RunAsync("diagnose", _healthy, "--baseline", cut)).ExitCode);
        Assert.Contains("99.0", Assert.Single((await CommandLine.RunAsync("diagnose", _healthy, "--baseline", other)).ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InconclusiveIsSaidAndFailsWhereThatIsAskedFor()
    {
        var passed = await CommandLine.RunAsync("diagnose", _short, "--quiet");
        var failed = await CommandLine.RunAsync("diagnose", _short, "--fail-on-inconclusive", "--quiet");
        var never = await CommandLine.RunAsync("diagnose", _short, "--fail-on", "never", "--fail-on-inconclusive", "--quiet");

        Assert.Equal((0, 1, 1), (passed.ExitCode, failed.ExitCode, never.ExitCode));
        Assert.Contains("passed: no finding at error; the run is inconclusive", Assert.Single(passed.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("failed: no finding at error; the run is inconclusive", Assert.Single(failed.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> AcceptAsync(string log)
    {
        string path = Path.Combine(_folder, Path.GetFileNameWithoutExtension(log) + ".accepted.json");
        await CommandLine.RunAsync("diagnose", log, "--output", path, "--quiet");
        return path;
    }
}
