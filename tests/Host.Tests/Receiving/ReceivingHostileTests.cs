using System.Net;
using System.Text;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Tests.Hostile;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Receiving;

/// <summary>What one sender pushes is that sender's: the host answers, lives on, and judges the others.</summary>
public sealed class ReceivingHostileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    public static TheoryData<string> FirstLines =>
    [
        """{"telemetry":"1.0","run":{"name":"x","model":{}}}""",
        """{"telemetry":"1.0","run":{"name":"x","model":{"typeName":"M","layers":[null],"parameters":[]}}}""",
        """{"telemetry":"1.0","run":{"name":"x","model":{"layers":null}}}""",
        """{"telemetry":"1.0","run":{"name":"x","model":{"typeName":"M","layers":[{}],"parameters":[null]}}}""",
        """{"telemetry":"1.0","run":{"name":"x","log":{"damage":[null],"notes":[null]}}}""",
        """{"telemetry":"1.0","run":{"name":"x","model":{"typeName":"M","layers":[],"parameters":[{"name":"a","layerPath":"","shape":[],"count":9223372036854775807}]}}}""",
        """{"telemetry":"1.0","run":[]}""",
        """{"lost":[1,999999999999999999]}""",
        "[[[[",
    ];

    [Theory]
    [MemberData(nameof(FirstLines))]
    public async Task ABadFirstLineIsRefusedAndTheOthersGoOn(string line)
    {
        await using var host = await LiveTestHost.StartAsync(folder: _folder);
        string[] good = TelemetryLines.Of("good");
        await host.PushAsync("good", 0, good[..20]);

        var refused = await host.PushAsync("bad", 0, [line]);
        var found = host.Look();
        var answer = await LiveTestHost.ReadAsync(await host.PushAsync("good", 20, good[20..]));
        string page = await host.Http.GetStringAsync("/runs/good");

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("line 0: expected", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Accepted, (long)good.Length), answer);
        Assert.Empty(found);
        Assert.NotEmpty(page);
        Assert.Equal("good", Assert.Single(host.Board.Runs).Name);
    }

    [Fact]
    public async Task ABadLineThatIsKeptFromEarlierKeepsNoHostFromStarting()
    {
        await File.WriteAllLinesAsync(Path.Combine(_folder, "old.jsonl"), ["""{"telemetry":"1.0","run":{"name":"x","model":{}}}""", """{"step":0,"m":[["loss","",1]]}"""]);
        await File.WriteAllLinesAsync(Path.Combine(_folder, "fine.jsonl"), TelemetryLines.Of("fine"));
        await using var host = await LiveTestHost.StartAsync(folder: _folder);

        host.Look();

        Assert.Equal("fine", Assert.Single(host.Board.Runs).Name);
    }

    [Theory]
    [InlineData("9223372036854775807", HttpStatusCode.BadRequest)]
    [InlineData("1000000000001", HttpStatusCode.BadRequest)]
    [InlineData("-1", HttpStatusCode.BadRequest)]
    [InlineData("99999999999999999999", HttpStatusCode.BadRequest)]
    public async Task NumbersOfLinesAreBounded(string firstLine, HttpStatusCode expected)
    {
        await using var host = await LiveTestHost.StartAsync(folder: _folder);
        string[] lines = TelemetryLines.Of("x");
        await host.PushAsync("a", 0, lines[..10]);
        var request = TelemetryLines.Push(string.Empty, "a", 0, TelemetryLines.Body(lines[10..12]));
        request.Headers.Remove("X-First-Line");
        request.Headers.TryAddWithoutValidation("X-First-Line", firstLine);

        var answer = await host.Http.SendAsync(request);
        var asked = await LiveTestHost.ReadAsync(await host.GetAsync("/api/v1/runs/a/telemetry"));

        Assert.Equal((expected, 10L), (answer.StatusCode, asked.NextLine));
    }

    /// <summary>Only the host knows what never came: a client's mark would make it take real lines for duplicates after a restart.</summary>
    [Fact]
    public async Task AMarkOfLostLinesIsTheHostsOwn()
    {
        string[] lines = TelemetryLines.Of("x");
        await using (var host = await LiveTestHost.StartAsync(folder: _folder))
        {
            await host.PushAsync("a", 0, lines[..10]);
            var refused = await host.PushAsync("a", 10, ["{\"lost\":[1,999999999999999999]}"]);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        await File.AppendAllTextAsync(Path.Combine(_folder, "a.jsonl"), "{\"lost\":[1,999999999999999999]}\n");
        await using var next = await LiveTestHost.StartAsync(folder: _folder);

        var asked = await LiveTestHost.ReadAsync(await next.GetAsync("/api/v1/runs/a/telemetry"));

        Assert.Equal(11, asked.NextLine);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData(null)]
    public async Task ABodyThatIsNoneIsTheClientsFaultAndCostsNoWord(string? encoding)
    {
        await using var host = await LiveTestHost.StartAsync();

        var answer = await host.SendAsync("a", 0, "this is no gzip\n"u8.ToArray(), encoding);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("error", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(host.Complaints);
    }

    [Fact]
    public async Task AFolderThatIsAwayIsSaidAndTheRunsAreJudged()
    {
        await using var host = await LiveTestHost.StartAsync(folder: _folder);
        string[] lines = TelemetryLines.Of("x");
        await host.PushAsync("before", 0, lines[..10]);
        Directory.Delete(_folder, recursive: true);

        var old = await LiveTestHost.ReadAsync(await host.PushAsync("before", 10, lines[10..]));
        var fresh = await LiveTestHost.ReadAsync(await host.PushAsync("fresh", 0, lines));
        host.Look();

        Assert.Equal((HttpStatusCode.Accepted, (long)lines.Length), old);
        Assert.Equal((HttpStatusCode.Accepted, (long)lines.Length), fresh);
        Assert.Equal(2, host.Complaints.Count);
        Assert.All(host.Complaints, complaint => Assert.Contains("judged but not kept", complaint, StringComparison.Ordinal));
        Assert.All(host.Board.Runs, run => Assert.Equal(60, run.Report.Diagnosis.Facts.Of(Metric.Loss)?.Count));
        Directory.CreateDirectory(_folder);
    }

    [Fact]
    public async Task AFolderHasOneHost()
    {
        await using (await LiveTestHost.StartAsync(folder: _folder))
        {
            var refused = await Assert.ThrowsAsync<UsageException>(() => LiveTestHost.StartAsync(folder: _folder));
            Assert.Contains("another host", refused.Message, StringComparison.Ordinal);
        }

        await using var next = await LiveTestHost.StartAsync(folder: _folder);
        Assert.Empty(next.Board.Runs);
    }

    [Theory]
    [InlineData("Run", "run")]
    [InlineData("nul", null)]
    [InlineData("COM1", null)]
    public async Task NamesThatWouldBeOneFileElsewhereAreRefused(string first, string? second)
    {
        await using var host = await LiveTestHost.StartAsync(folder: _folder);
        string[] lines = TelemetryLines.Of("x");

        var answers = new List<HttpStatusCode> { (await host.PushAsync(first, 0, lines)).StatusCode };
        if (second is not null)
        {
            answers.Add((await host.PushAsync(second, 0, lines)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.BadRequest, answers[^1]);
    }

    /// <summary>A run that throws while it is judged has a report that says so; fifty others beside it are judged.</summary>
    [Fact]
    public async Task ARunThatThrowsIsOneRun()
    {
        var board = new RunBoard();
        var rules = RuleSet.Of([.. RuleCatalog.CreateDefault(), new TrickyRule()]);
        using var runs = new ReceivedRuns(new ReceivingOptions(rules, null, 1 << 20, 100, TimeSpan.FromMinutes(1)), board, _ => { });
        for (int index = 0; index < 51; index++)
        {
            var run = runs.FindOrBegin($"run{index}")!;
            run.Take(0, TelemetryLines.Body(TelemetryLines.Of(index == 25 ? TrickyRule.Victim : $"run{index}")));
        }

        runs.Look(CancellationToken.None);
        var (reports, _) = runs.Finish();

        Assert.Equal(51, board.Runs.Count);
        Assert.Equal(51, reports.Count);
        Assert.Equal(1, reports.Count(report => report.Findings.Any(finding => finding.Rule.Id == "TD0001")));
        Assert.Equal(50, reports.Count(report => report.Verdict == Verdict.Healthy));
        await Task.CompletedTask;
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
