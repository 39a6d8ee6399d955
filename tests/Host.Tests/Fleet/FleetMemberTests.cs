using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using TrainingDoctor.Host.Fleet;
using TrainingDoctor.Tests.Commands;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Fleet;

/// <summary>One host of a fleet: what it loads, what it says, and what it lets go.</summary>
[Collection(FleetCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class FleetMemberTests(FleetServices services) : IDisposable
{
    private static readonly string[] Loaded = ["Orleans.Core,", "Orleans.Runtime,", "Orleans.Serialization,", "Orleans.Core.Abstractions,", "Npgsql,", "StackExchange.Redis,"];

    /// <summary>What sends traces, where the environment asks for them.</summary>
    private static readonly string[] Tracing = ["OpenTelemetry.Exporter.OpenTelemetryProtocol,", "OpenTelemetry.Instrumentation.AspNetCore,"];

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>A host that has its runs for itself loads nothing of what sharing them takes.</summary>
    [Fact]
    public async Task AHostAloneLoadsNothingOfAFleet()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        byte[] trace = await TraceAsync([]);

        Assert.True(Names(trace, "Microsoft.AspNetCore.Server.Kestrel.Core,"));
        Assert.All([.. Loaded, .. Tracing], assembly => Assert.False(Names(trace, assembly), assembly));
    }

    [FleetFact]
    public async Task AHostOfAFleetLoadsThem()
    {
        byte[] trace = await TraceAsync(["--cluster", services.RedisAddress, "--record", await services.CreateDatabaseAsync()]);

        Assert.All(Loaded, assembly => Assert.True(Names(trace, assembly), assembly));
        Assert.All(Tracing, assembly => Assert.False(Names(trace, assembly), assembly));
    }

    /// <summary>A run that is silent is let go, and taken up where it was when more of it comes.</summary>
    [FleetFact]
    public async Task AnIdleRunIsLetGoAndTakenUpAgain()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "appsettings.json"), """{ "traindoctor": { "idleSeconds": 3 } }""");
        await using var host = await HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0", "--cluster", await services.CreateDatabaseAsync(), "--interval", "0.05"]);
        string[] lines = TelemetryLines.Of("idle", illFrom: 10);
        await PushAsync(host, "a", 0, lines[..30]);
        await host.UntilAsync(line => line.Contains("idle: error TD4001", StringComparison.Ordinal));

        await HoldsAsync(host, 0);
        string listed = await _http.GetStringAsync($"{host.Address}/api/v1/runs");
        await PushAsync(host, "a", 30, lines[30..]);

        Assert.Contains("\"TD4001\"", listed, StringComparison.Ordinal);
        await HoldsAsync(host, 1);
        Assert.Equal(lines, (await _http.GetStringAsync($"{host.Address}/api/v1/runs/a/record")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(1, host.Errors.Split('\n').Count(line => line.Contains("TD4001", StringComparison.Ordinal)));
    }

    /// <summary>A long run that is let go leaves a snapshot behind: whoever takes it up replays only what the snapshot does not know, and says what <c>diagnose</c> says of the record.</summary>
    [FleetFact]
    public async Task ALongRunIsTakenUpFromItsSnapshot()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "appsettings.json"), """{ "traindoctor": { "idleSeconds": 3 } }""");
        string[] arguments = ["attach", "--listen", "http://127.0.0.1:0", "--cluster", await services.CreateDatabaseAsync(), "--interval", "0.05"];
        string[] lines = TelemetryLines.Of("long", steps: 1500, illFrom: 700, layers: 3);
        await using (var first = await HostProcess.StartAsync(_folder, arguments))
        {
            await PushAsync(first, "a", 0, lines[..1000]);
            await HoldsAsync(first, 0);
            await PushAsync(first, "a", 1000, lines[1000..1100]);
            await CountsAsync(first, "taken_up", 1);
            await CountsAsync(first, "replayed_bytes", 0);
            await first.TerminateAsync();
        }

        await using var second = await HostProcess.StartAsync(_folder, arguments);
        await PushAsync(second, "a", 1100, lines[1100..]);
        string report = await _http.GetStringAsync($"{second.Address}/api/v1/runs/a");

        await CountsAsync(second, "taken_up", 1);
        await CountsAsync(second, "replayed_bytes", TelemetryLines.Body(lines[1000..1100]).Length);
        string file = Path.Combine(_folder, "a.jsonl");
        await File.WriteAllLinesAsync(file, lines);
        var diagnosed = await CommandLine.RunAsync("diagnose", file, "--quiet", "--output", "-", "--fail-on", "never");
        Assert.Equal(FleetReports.Comparable(diagnosed.Output), FleetReports.Comparable(report));
    }

    /// <summary>Where the database is away nothing is acknowledged, and nothing is lost; who balances sends elsewhere meanwhile.</summary>
    [FleetFact]
    public async Task WithoutItsDatabaseNothingIsAcknowledged()
    {
        await using var host = await HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0", "--cluster", services.RedisAddress, "--record", await services.CreateDatabaseAsync()]);
        string[] lines = TelemetryLines.Of("kept");
        await PushAsync(host, "a", 0, lines[..30]);

        await services.StopPostgresAsync();
        var refused = await _http.SendAsync(TelemetryLines.Push(host.Address, "a", 30, TelemetryLines.Body(lines[30..40])));
        var ready = await _http.GetAsync($"{host.Address}/ready");
        var healthy = await _http.GetAsync($"{host.Address}/health");
        await services.StartPostgresAsync();

        Assert.Equal(
            [HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK],
            new[] { refused, ready, healthy }.Select(answer => answer.StatusCode));
        Assert.NotNull(refused.Headers.RetryAfter);
        await PushAsync(host, "a", 30, lines[30..]);
        Assert.Equal(lines, (await _http.GetStringAsync($"{host.Address}/api/v1/runs/a/record")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A project's token has to do with its own runs on every host: two projects give the same name, and neither sees the other's.</summary>
    [FleetFact]
    public async Task ProjectsShareAFleetAndSeeTheirOwn()
    {
        var environment = new Dictionary<string, string>
        {
            ["TRAINDOCTOR_TOKEN"] = "of-those-who-see-all",
            ["TRAINDOCTOR_PROJECTS__vision__TOKEN"] = "vision-pushes-with-it",
            ["TRAINDOCTOR_PROJECTS__vision__READTOKEN"] = "vision-looks-with-it",
            ["TRAINDOCTOR_PROJECTS__speech__TOKEN"] = "speech-pushes-with-it",
        };
        string[] arguments = ["attach", "--listen", "http://127.0.0.1:0", "--cluster", await services.CreateDatabaseAsync(), "--interval", "0.05"];
        await using var first = await HostProcess.StartAsync(_folder, arguments, environment);
        await using var second = await HostProcess.StartAsync(_folder, arguments, environment);
        foreach (string project in new[] { "vision", "speech" })
        {
            Authorize($"{project}-pushes-with-it");
            await PushAsync(first, "same", 0, TelemetryLines.Of($"of {project}", illFrom: 10));
        }

        Authorize("vision-looks-with-it");
        string listed = string.Empty;
        for (long deadline = Environment.TickCount64 + 40_000; !listed.Contains("\"runs\":1,\"running\":0,\"ill\":1", StringComparison.Ordinal); await Task.Delay(200))
        {
            Assert.True(Environment.TickCount64 < deadline, listed);
            listed = await _http.GetStringAsync($"{second.Address}/api/v1/runs");
        }

        Assert.Contains("of vision", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("of speech", listed, StringComparison.Ordinal);
        Assert.Contains("of vision", await _http.GetStringAsync($"{second.Address}/api/v1/runs/vision.same/record"), StringComparison.Ordinal);
        foreach (string path in new[] { "api/v1/runs/speech.same/record", "api/v1/runs/speech.same", "runs/speech.same" })
        {
            using var refused = await _http.GetAsync($"{second.Address}/{path}");
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }
    }

    /// <summary>While records cannot be written, a run's requests wait up to a number, and the rest are told to come again; nothing waits without bound, and nothing is lost.</summary>
    [FleetFact]
    public async Task WhoSendsTooMuchAtOnceIsToldToComeAgain()
    {
        string database = await services.CreateDatabaseAsync();
        await using var host = await HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0", "--cluster", database]);
        string[] lines = TelemetryLines.Of("crowded");
        await PushAsync(host, "a", 0, lines[..30]);
        await using var source = NpgsqlDataSource.Create(FleetAddress.Parse(database, "--cluster").ToConnectionString().ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var blocking = new NpgsqlCommand("LOCK TABLE traindoctor.runs IN EXCLUSIVE MODE", connection, transaction))
        {
            await blocking.ExecuteNonQueryAsync();
        }

        var sent = Enumerable.Range(0, 150).Select(_ => _http.SendAsync(TelemetryLines.Push(host.Address, "a", 30, TelemetryLines.Body(lines[30..40])))).ToList();
        var first = await await Task.WhenAny(sent);
        await transaction.RollbackAsync();
        var answers = await Task.WhenAll(sent);

        Assert.Equal(HttpStatusCode.TooManyRequests, first.StatusCode);
        Assert.NotNull(first.Headers.RetryAfter);
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.TooManyRequests, HttpStatusCode.Accepted }));
        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted), 1, 80);
        await PushAsync(host, "a", 40, lines[40..]);
        Assert.Equal(lines, (await _http.GetStringAsync($"{host.Address}/api/v1/runs/a/record")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("postgres://doctor:secret@127.0.0.1:1/runs", "postgres://127.0.0.1:1/runs cannot be used")]
    [InlineData("redis://127.0.0.1:1", "--record postgres://")]
    public async Task WhatCannotBeUsedIsSaidInOneLine(string cluster, string reason)
    {
        var outcome = await CommandLine.RunAsync("attach", "--listen", "http://127.0.0.1:0", "--cluster", cluster);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(reason, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoServesNothingSharesNothing()
    {
        var outcome = await CommandLine.RunAsync("watch", _folder, "--cluster", "postgres://doctor:secret@127.0.0.1:1/runs");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("add --serve", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static bool Names(byte[] events, string assembly) => events.AsSpan().IndexOf(Encoding.Unicode.GetBytes(assembly)) >= 0;

    /// <summary>Serves, takes a run, shows it and ends, with the runtime's own list of what was loaded.</summary>
    private async Task<byte[]> TraceAsync(string[] arguments)
    {
        string trace = Path.Combine(_folder, "loaded.nettrace");
        var environment = new Dictionary<string, string> { ["DOTNET_EnableEventPipe"] = "1", ["DOTNET_EventPipeOutputPath"] = trace, ["DOTNET_EventPipeConfig"] = "Microsoft-Windows-DotNETRuntime:0x8:4" };
        await using (var host = await HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0", "--interval", "0.05", .. arguments], environment))
        {
            await PushAsync(host, "a", 0, TelemetryLines.Of("traced", illFrom: 10));
            await host.UntilAsync(line => line.Contains("TD4001", StringComparison.Ordinal));
            Assert.Contains("traced", await _http.GetStringAsync($"{host.Address}/api/v1/runs/a"), StringComparison.Ordinal);
            await _http.GetStringAsync($"{host.Address}/metrics");
            await host.InterruptAsync();
        }

        return await File.ReadAllBytesAsync(trace);
    }

    private void Authorize(string token) => _http.DefaultRequestHeaders.Authorization = new("Bearer", token);

    /// <summary>Waits until a host holds so many runs.</summary>
    private Task HoldsAsync(HostProcess host, int runs) => CountsAsync(host, "held", runs);

    /// <summary>Waits until a host of a fleet has counted so much; what it tells may be some moments old.</summary>
    private async Task CountsAsync(HostProcess host, string name, long expected)
    {
        for (long deadline = Environment.TickCount64 + 40_000; ;)
        {
            string metrics = await _http.GetStringAsync($"{host.Address}/metrics");
            var count = Regex.Match(metrics, $@"^training_doctor_fleet_{name}(?:_total)?(?:\{{\S*)? (\d+)", RegexOptions.Multiline);
            if (count.Success && long.Parse(count.Groups[1].Value, CultureInfo.InvariantCulture) == expected)
            {
                return;
            }

            Assert.True(Environment.TickCount64 < deadline, $"The host does not come to count {expected} {name}: {count.Value}");
            await Task.Delay(100);
        }
    }

    private async Task PushAsync(HostProcess host, string id, long firstLine, string[] lines)
    {
        for (int attempt = 0; ; attempt++)
        {
            using var answer = await _http.SendAsync(TelemetryLines.Push(host.Address, id, firstLine, TelemetryLines.Body(lines)));
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || attempt > 10)
            {
                Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
                return;
            }

            await Task.Delay(1000);
        }
    }
}
