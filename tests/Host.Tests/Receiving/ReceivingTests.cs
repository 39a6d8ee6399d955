using System.IO.Compression;
using System.Net;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Tests.Commands;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Receiving;

/// <summary>What a host takes of pushed telemetry, and what it makes of it.</summary>
public sealed class ReceivingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(30)]
    public async Task ThePushedRunHasTheReportThatDiagnoseGivesOfItsRecord(int illFrom)
    {
        await using var host = await LiveTestHost.StartAsync(folder: _folder);
        string[] lines = TelemetryLines.Of("pushed", illFrom: illFrom, layers: 3);
        var told = new List<WatchedFinding>();
        long next = 0;
        foreach (string[] batch in lines.Chunk(7))
        {
            (var status, long? answered) = await LiveTestHost.ReadAsync(await host.PushAsync("a1", next, batch));
            next += batch.Length;
            Assert.Equal((HttpStatusCode.Accepted, next), (status, answered));
            told.AddRange(host.Look());
        }

        var run = Assert.Single(host.Board.Runs);
        var (reports, late) = host.Received.Finish();
        host.Received.Dispose();
        var diagnosed = await CommandLine.RunAsync("diagnose", Path.Combine(_folder, "a1.jsonl"), "--quiet", "--output", "-", "--fail-on", "never");

        Assert.Equal(("pushed", true), (run.Name, run.IsEnded));
        Assert.Equal(Comparable(diagnosed.Output), Comparable(Assert.Single(reports).ToJson()));
        Assert.Equal(illFrom < 60, told.Concat(late).Any(found => found.Finding.Rule.Id == "TD4001"));
    }

    [Fact]
    public async Task WhatComesTwiceIsTakenOnce()
    {
        await using var host = await LiveTestHost.StartAsync(folder: _folder);
        string[] lines = TelemetryLines.Of("twice");

        await host.PushAsync("a", 0, lines[..20]);
        var again = await LiveTestHost.ReadAsync(await host.PushAsync("a", 10, lines[10..30]));
        var asked = await LiveTestHost.ReadAsync(await host.GetAsync("/api/v1/runs/a/telemetry"));
        await host.PushAsync("a", 30, lines[30..]);
        var afterTheEnd = await LiveTestHost.ReadAsync(await host.PushAsync("a", 30, lines[30..]));

        Assert.Equal((HttpStatusCode.Accepted, 30L), again);
        Assert.Equal((HttpStatusCode.OK, 30L), asked);
        Assert.Equal((HttpStatusCode.Accepted, (long)lines.Length), afterTheEnd);
        Assert.Equal(lines, await LinesAsync(Path.Combine(_folder, "a.jsonl")));
    }

    [Fact]
    public async Task WhatNeverCameIsCountedAndSaidInBothReports()
    {
        await using var host = await LiveTestHost.StartAsync(folder: _folder);
        string[] lines = TelemetryLines.Of("gap");
        await host.PushAsync("a", 0, lines[..20]);

        var answer = await LiveTestHost.ReadAsync(await host.PushAsync("a", 25, lines[25..]));

        Assert.Equal((HttpStatusCode.Accepted, (long)lines.Length), answer);
        string metrics = await host.Http.GetStringAsync("/metrics");
        Assert.Matches(@"training_doctor_received_lines_total\{[^}]*outcome=""lost""[^}]*\} 5\b", metrics);
        host.Received.Dispose();
        var diagnosed = await CommandLine.RunAsync("diagnose", Path.Combine(_folder, "a.jsonl"), "--quiet", "--output", "-", "--fail-on", "never");
        string report = Assert.Single(host.Received.Finish().Reports).ToJson();
        Assert.Contains("lines 20 to 24: were not delivered", diagnosed.Output, StringComparison.Ordinal);
        Assert.Contains("lines 20 to 24: were not delivered", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARunThatIsNotKnownBeginsWithItsFirstLineOnly()
    {
        await using var host = await LiveTestHost.StartAsync();
        string[] lines = TelemetryLines.Of("late");

        var middle = await host.PushAsync("a", 20, lines[20..30]);
        var asked = await host.GetAsync("/api/v1/runs/a/telemetry");
        var noTelemetry = await host.PushAsync("a", 0, ["{\"step\":1,\"m\":[]}"]);
        var noJson = await host.PushAsync("a", 0, ["hello"]);
        var head = await host.PushAsync("a", 0, lines[..1]);

        Assert.Equal(
            [HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.Accepted],
            new[] { middle, asked, noTelemetry, noJson, head }.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task ALineThatIsNoneIsNamedAndTheRunGoesOn()
    {
        await using var host = await LiveTestHost.StartAsync();
        string[] lines = TelemetryLines.Of("broken");
        string[] sent = [.. lines[..10], "{\"step\":", .. lines[11..20]];

        var refused = await host.PushAsync("a", 0, sent);
        var answer = await LiveTestHost.ReadAsync(await host.PushAsync("a", 20, lines[20..]));
        host.Look();

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("line 10:", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Accepted, (long)lines.Length), answer);
        Assert.Equal(50, Assert.Single(host.Board.Runs).Report.Diagnosis.Facts.Of(Metric.Loss)?.Count);
    }

    [Fact]
    public async Task AHostThatWasKilledGoesOnWhereItWas()
    {
        string[] lines = TelemetryLines.Of("survivor", illFrom: 40);
        await using (var host = await LiveTestHost.StartAsync(folder: _folder))
        {
            await host.PushAsync("a", 0, lines[..20]);
            await host.PushAsync("a", 22, lines[22..30]);
        }

        // Killed in the middle of a line, before its sender heard that it arrived.
        await File.AppendAllTextAsync(Path.Combine(_folder, "a.jsonl"), lines[30][..12]);

        await using var next = await LiveTestHost.StartAsync(folder: _folder);
        var asked = await LiveTestHost.ReadAsync(await next.GetAsync("/api/v1/runs/a/telemetry"));
        await next.PushAsync("a", 30, lines[30..]);
        var found = next.Look();

        Assert.Equal((HttpStatusCode.OK, 30L), asked);
        string[] kept = [.. lines[..20], "{\"lost\":[20,21]}", .. lines[22..]];
        Assert.Equal(kept, await LinesAsync(Path.Combine(_folder, "a.jsonl")));
        Assert.Contains(found, item => item.Finding.Rule.Id == "TD4001");
        Assert.Equal(58, next.Board.Runs.Single().Report.Diagnosis.Facts.Of(Metric.Loss)?.Count);
    }

    [Fact]
    public void ARecordThatIsFullIsSaidOnceAndTheRunIsJudgedOn()
    {
        var complaints = new List<string>();
        using var record = new Host.Receiving.RunRecord(Path.Combine(_folder, "a.jsonl"), limit: 1000);
        using var run = new Host.Receiving.ReceivedRun("a", RuleSet.Default, record, complaints.Add);
        string[] lines = TelemetryLines.Of("long", steps: 100);
        long next = 0;
        foreach (string[] batch in lines.Chunk(5))
        {
            run.Take(next, TelemetryLines.Body(batch));
            next += batch.Length;
        }

        Assert.Contains("limit of 1000 bytes", Assert.Single(complaints), StringComparison.Ordinal);
        Assert.InRange(new FileInfo(record.Path).Length, 1, 1000);
        Assert.Equal(100, run.Finish()!.Report.Diagnosis.Facts.Of(Metric.Loss)?.Count);
    }

    [Theory]
    [InlineData("..%2F..%2Fetc", "application/x-ndjson", null, HttpStatusCode.BadRequest)]
    [InlineData("a.b", "application/x-ndjson", null, HttpStatusCode.BadRequest)]
    [InlineData("-a", "application/x-ndjson", null, HttpStatusCode.BadRequest)]
    [InlineData("a", "application/json", null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("a", "application/x-ndjson", "br", HttpStatusCode.UnsupportedMediaType)]
    public async Task WhatIsNoPushIsRefused(string id, string type, string? encoding, HttpStatusCode expected)
    {
        await using var host = await LiveTestHost.StartAsync(folder: _folder);

        var answer = await host.SendAsync(id, 0, TelemetryLines.Body(TelemetryLines.Of("x")), encoding, type);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.jsonl"));
    }

    [Fact]
    public async Task ABodyIsMeasuredUnpacked()
    {
        await using var host = await LiveTestHost.StartAsync(new LiveOptions { MaxBodyBytes = 100_000 });
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(new byte[50_000_000]);
        }

        var bomb = await host.SendAsync("a", 0, packed.ToArray(), "gzip");
        var plain = await host.SendAsync("a", 0, new byte[100_001]);
        var half = await host.SendAsync("a", 0, "{\"telemetry\":"u8.ToArray());

        Assert.Equal([HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest], new[] { bomb, plain, half }.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task AFullHostKeepsThoseThatLiveAndLetsGoOfThoseThatAreOver()
    {
        await using var host = await LiveTestHost.StartAsync(new LiveOptions { MaxRuns = 2 });
        string[] lines = TelemetryLines.Of("x");
        await host.PushAsync("a", 0, lines[..10]);
        await host.PushAsync("b", 0, lines[..10]);

        var third = await host.PushAsync("c", 0, lines);
        await host.PushAsync("a", 10, lines[10..]);
        var fourth = await host.PushAsync("c", 0, lines);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (third.StatusCode, third.Headers.RetryAfter is not null));
        Assert.Equal(HttpStatusCode.Accepted, fourth.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/api/v1/runs/a/telemetry")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/runs/b/telemetry")).StatusCode);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string[]> LinesAsync(string path)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A report of a log knows its file and the time of its reading; what was found in the run is what has to agree.</summary>
    private static string Comparable(string json)
    {
        var report = JObject.Parse(json);
        ((JObject)report["run"]!).Remove("path");
        ((JObject)report["run"]!).Remove("source");
        return report.ToString();
    }
}
