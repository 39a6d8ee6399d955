using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Commands;
using TrainingDoctor.Tests.Live;
using Xunit.Abstractions;

namespace TrainingDoctor.Tests.Fleet;

/// <summary>Three hosts as processes, with what befalls machines: kills, stops, slowness, and the loss of what they find each other by.</summary>
[Collection(FleetCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class FleetProcessTests(FleetServices services, ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    /// <summary>How long a run may be away after its host died.</summary>
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(15) };
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
    private readonly HostProcess?[] _hosts = new HostProcess?[3];
    private readonly List<TimeSpan> _takeovers = [];

    /// <summary>How many minutes the hosts are killed for by hand, one each ten seconds: <c>TRAINDOCTOR_FLEET_MINUTES</c>. 0 for a kill of each, which is what the suite has time for.</summary>
    private static int Minutes => int.Parse(TestEnvironment.Read("FLEET_MINUTES") ?? "0", CultureInfo.InvariantCulture);

    /// <summary>
    /// Twelve runs push through all hosts while these are killed in turns, one is stopped for longer than the others wait for it, one is slow, and Redis and PostgreSQL are begun anew: every line that
    /// was acknowledged, which is every line, is in its record once, and every report is that of its record.
    /// </summary>
    [FleetFact]
    public async Task NothingThatWasAcknowledgedIsLostOrCountedTwice()
    {
        string[] command = ["--cluster", services.RedisAddress, "--record", await services.CreateDatabaseAsync()];
        await Task.WhenAll(Enumerable.Range(0, 3).Select(host => StartAsync(host, command)));
        await using var balancer = new FleetBalancer(_ports);
        await ReachAsync(() => _http.GetAsync($"{balancer.Address}/ready"));
        var senders = Enumerable.Range(0, 12).Select(index => new FleetSender(balancer.Address, $"run{index}", steps: 700 + (1200 * Minutes), illFrom: index % 3 == 0 ? 350 : int.MaxValue)).ToList();

        long begun = Stopwatch.GetTimestamp();
        var training = Task.WhenAll(senders.Select(sender => sender.TrainAsync(TimeSpan.FromSeconds(35 + (60 * Minutes)))));
        await ReachAsync(() => Task.FromResult(new HttpResponseMessage(senders.All(sender => sender.Acknowledged > 50) ? HttpStatusCode.OK : HttpStatusCode.NotFound)));
        for (int host = 0; host < 2; host++)
        {
            await _hosts[host]!.KillAsync();
            await ShownAsync(senders, besides: host);
            await StartAsync(host, command);
        }

        for (int turn = 0; Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMinutes(Minutes); turn++)
        {
            await _hosts[turn % 3]!.KillAsync();
            await Task.WhenAll(ShownAsync(senders, besides: turn % 3), Task.Delay(TimeSpan.FromSeconds(10)));
            await StartAsync(turn % 3, command);
        }

        await SlowAsync(_hosts[0]!, TimeSpan.FromSeconds(3));
        await StopAsync(_hosts[2]!, senders, command);
        await services.RestartRedisAsync(TimeSpan.FromSeconds(2));
        await services.StopPostgresAsync();
        await services.StartPostgresAsync();
        await _hosts[1]!.KillAsync();
        await ShownAsync(senders, besides: 1);
        await training;

        Assert.All(senders, sender => Assert.Equal(sender.Lines.Length, sender.Acknowledged));
        await ListedAsync(senders);
        await SummedUpAsync(senders);
        foreach (var sender in senders)
        {
            await CheckAsync(sender);
            sender.Dispose();
        }

        output.WriteLine(FormattableString.Invariant($"{senders.Sum(sender => sender.Acknowledged)} lines, each in its record once"));
        Assert.All(_takeovers, time => Assert.InRange(time, TimeSpan.Zero, Takeover));
    }

    /// <summary>A host that is asked to end hands its runs over: the others show them at once, and nobody hears of it as of a death.</summary>
    [FleetFact]
    public async Task AHostThatLeavesHandsItsRunsOver()
    {
        // Where hosts find each other in PostgreSQL, no Redis is needed.
        string[] command = ["--cluster", await services.CreateDatabaseAsync()];
        await Task.WhenAll(StartAsync(0, command), StartAsync(1, command));
        string[] lines = TelemetryLines.Of("moved");
        await PushAsync(0, "moved", 0, lines[..30]);

        var (exitCode, elapsed) = await _hosts[0]!.TerminateAsync();
        string report = await _http.GetStringAsync($"{AddressOf(1)}/api/v1/runs/moved");
        await PushAsync(1, "moved", 30, lines[30..]);

        Assert.Equal(0, exitCode);
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Contains("moved", report, StringComparison.Ordinal);
        Assert.Equal(lines, await RecordAsync(1, "moved"));
        Assert.DoesNotContain("no finding", _hosts[0]!.Errors, StringComparison.Ordinal);
    }

    [FleetFact]
    public async Task APortForOtherHostsThatIsTakenIsNamed()
    {
        using var taken = new TcpListener(IPAddress.Loopback, FreePort.Next());
        taken.Start();
        string address = taken.LocalEndpoint.ToString()!;
        string[] command = ["attach", "--listen", "http://127.0.0.1:0", "--cluster", await services.CreateDatabaseAsync()];

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => HostProcess.StartAsync(_folder, command, new Dictionary<string, string> { ["TRAINDOCTOR_CLUSTERADDRESS"] = address }));

        Assert.Contains($"{address}: the port at which the other hosts reach this one", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("internal fault", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The logs that one host follows are listed by the others, who get their reports from it; logs of the same path on two machines are two.</summary>
    [FleetFact]
    public async Task LogsThatOneHostFollowsAreReadOnTheOthers()
    {
        string[] command = ["--cluster", services.RedisAddress, "--record", await services.CreateDatabaseAsync()];
        await File.WriteAllLinesAsync(Path.Combine(_folder, "log.csv"), ["step,loss", .. Enumerable.Range(1, 60).Select(step => FormattableString.Invariant($"{step},{0.2 + Math.Exp(-step / 10.0)}"))]);
        await Task.WhenAll(StartAsync(0, command), StartAsync(1, ["watch", "log.csv", "--serve", AddressOf(1), .. command]), StartAsync(2, ["watch", "log.csv", "--serve", AddressOf(2), .. command]));
        var ids = new List<string>();
        await ReachAsync(async () =>
        {
            ids = [.. JObject.Parse(await _http.GetStringAsync($"{AddressOf(0)}/api/v1/runs"))["runs"]!.Select(run => (string)run["id"]!)];
            return new HttpResponseMessage(ids.Count == 2 ? HttpStatusCode.OK : HttpStatusCode.NotFound);
        });

        foreach (string id in ids)
        {
            await ReachAsync(() => _http.GetAsync($"{AddressOf(0)}/api/v1/runs/{id}"));
            await ReachAsync(() => _http.GetAsync($"{AddressOf(1)}/api/v1/runs/{id}"));
            Assert.Contains("\"name\": \"log\"", await _http.GetStringAsync($"{AddressOf(1)}/api/v1/runs/{id}"), StringComparison.Ordinal);
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_takeovers.Count > 0)
        {
            output.WriteLine(FormattableString.Invariant($"{_takeovers.Count} takeovers, {_takeovers.Count(time => time > Takeover)} of them later than {Takeover.TotalSeconds} s, median {_takeovers.Order().ElementAt(_takeovers.Count / 2).TotalSeconds:F1} s, longest {_takeovers.Max().TotalSeconds:F1} s"));
        }

        foreach (var host in _hosts)
        {
            await (host?.DisposeAsync() ?? default);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string AddressOf(int host) => FormattableString.Invariant($"http://127.0.0.1:{_ports[host]}");

    private async Task StartAsync(int host, string[] command)
    {
        await (_hosts[host]?.DisposeAsync() ?? default);
        _hosts[host] = await HostProcess.StartAsync(_folder, command[0] == "watch" ? command : ["attach", "--listen", AddressOf(host), .. command]);
    }

    /// <summary>Every run is answered for by a host that is left, and soon.</summary>
    private async Task ShownAsync(IReadOnlyList<FleetSender> senders, int besides)
    {
        long died = Stopwatch.GetTimestamp();
        await Task.WhenAll(senders.Select((sender, index) => ReachAsync(() => _http.GetAsync($"{AddressOf((besides + 1 + (index % 2)) % 3)}/api/v1/runs/{sender.Id}"))));
        _takeovers.Add(Stopwatch.GetElapsedTime(died));
    }

    /// <summary>A host that stands still for longer than the others wait for it, and then goes on: it ends by itself.</summary>
    private async Task StopAsync(HostProcess host, IReadOnlyList<FleetSender> senders, string[] command)
    {
        host.Signal("STOP");
        await Task.WhenAll(ShownAsync(senders, besides: 2), Task.Delay(Takeover));
        host.Signal("CONT");
        await host.UntilAsync(line => line.Contains("this host ends", StringComparison.Ordinal));
        await StartAsync(2, command);
    }

    /// <summary>A host that has a tenth of a processor.</summary>
    private static async Task SlowAsync(HostProcess host, TimeSpan time)
    {
        for (long begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < time;)
        {
            host.Signal("STOP");
            await Task.Delay(180);
            host.Signal("CONT");
            await Task.Delay(20);
        }
    }

    private static async Task ReachAsync(Func<Task<HttpResponseMessage>> ask)
    {
        for (long begun = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                using var answer = await ask();
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // It is on its way.
            }

            // Takeovers are timed by themselves; this is for how long a busy machine may keep an answer back.
            Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromMinutes(1));
            await Task.Delay(100);
        }
    }

    /// <summary>Every host lists all runs as ended, whoever holds them.</summary>
    private async Task ListedAsync(IReadOnlyList<FleetSender> senders)
    {
        foreach (int host in new[] { 0, 2 })
        {
            await ReachAsync(async () =>
            {
                var listed = JObject.Parse(await _http.GetStringAsync($"{AddressOf(host)}/api/v1/runs"))["runs"]!.Where(run => (bool)run["ended"]!).Select(run => (string?)run["id"]).ToHashSet();
                return new HttpResponseMessage(senders.All(sender => listed.Contains(sender.Id)) ? HttpStatusCode.OK : HttpStatusCode.NotFound);
            });
        }
    }

    /// <summary>Four of twelve runs are ill, which every host knows and shows in its table.</summary>
    private async Task SummedUpAsync(IReadOnlyList<FleetSender> senders)
    {
        await ReachAsync(async () =>
        {
            var totals = JObject.Parse(await _http.GetStringAsync($"{AddressOf(0)}/api/v1/runs"))["totals"]!;
            return new HttpResponseMessage(((long)totals["runs"]!, (long)totals["running"]!, (long)totals["ill"]!) == (senders.Count, 0, 4) ? HttpStatusCode.OK : HttpStatusCode.NotFound);
        });
        string table = await _http.GetStringAsync($"{AddressOf(2)}/runs");
        Assert.All(senders, sender => Assert.Contains($"href=\"/#{sender.Id}\"", table, StringComparison.Ordinal));

        // A healthy run beside one that is ill, whose records are with no host that is left.
        string difference = await _http.GetStringAsync($"{AddressOf(2)}/api/v1/runs/{senders[1].Id}/against/{senders[0].Id}");
        Assert.Contains("run0", difference, StringComparison.Ordinal);
    }

    private async Task CheckAsync(FleetSender sender)
    {
        string[] record = await RecordAsync(0, sender.Id);
        Assert.Equal(sender.Lines, record);

        string file = Path.Combine(_folder, $"{sender.Id}.jsonl");
        await File.WriteAllLinesAsync(file, record);
        var diagnosed = await CommandLine.RunAsync("diagnose", file, "--quiet", "--output", "-", "--fail-on", "never");
        string report = await _http.GetStringAsync($"{AddressOf(2)}/api/v1/runs/{sender.Id}");
        Assert.Equal(FleetReports.Comparable(diagnosed.Output), FleetReports.Comparable(report));
    }

    private async Task<string[]> RecordAsync(int host, string id) =>
        (await _http.GetStringAsync($"{AddressOf(host)}/api/v1/runs/{id}/record")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task PushAsync(int host, string id, long firstLine, string[] lines)
    {
        using var answer = await _http.SendAsync(TelemetryLines.Push(AddressOf(host), id, firstLine, TelemetryLines.Body(lines)));
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }
}
