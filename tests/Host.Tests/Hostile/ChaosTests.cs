using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>A host as a process, in what hosts meet: a disk that is full, a kill in the middle of everything, and thousands of clients that never finish.</summary>
[Trait("Speed", "Slow")]
public sealed class ChaosTests : IDisposable
{
    private const int Connections = 5000;

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>What no longer fits is judged and not kept, which is said once; the next host takes up what fitted, whole lines of it.</summary>
    [Fact]
    public async Task AFullDiskCostsTheRecordAndNotTheRun()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int Blocks = 32;
        string[] lines = TelemetryLines.Of("long", steps: 200, layers: 3);
        int fitting = lines.TakeWhile((_, index) => lines.Take(index + 1).Sum(line => line.Length + 1) <= Blocks * 512).Count();
        Assert.InRange(fitting, 20, lines.Length - 50);
        await using (var host = await HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0", "--interval", "0.05", "--record", "runs"], blocks: Blocks))
        {
            for (int first = 0; first < lines.Length; first += 20)
            {
                Assert.Equal(HttpStatusCode.Accepted, await PushAsync(host.Address, "a", first, lines[first..Math.Min(lines.Length, first + 20)]));
            }

            await host.UntilAsync(line => line.Contains("judged but not kept", StringComparison.Ordinal));
            string report = await _http.GetStringAsync($"{host.Address}/api/v1/runs");
            Assert.Contains("long", report, StringComparison.Ordinal);
            Assert.Equal(1, host.Errors.Split('\n').Count(line => line.Contains("judged but not kept", StringComparison.Ordinal)));
            await host.KillAsync();
        }

        await using var next = await HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0", "--interval", "0.05", "--record", "runs"]);
        long kept = await NextLineAsync(next.Address, "a");

        Assert.InRange(kept, 1, fitting);
        Assert.Equal(HttpStatusCode.Accepted, await PushAsync(next.Address, "a", kept, lines[(int)kept..]));
        Assert.Equal(lines.Length, await NextLineAsync(next.Address, "a"));
        Assert.Equal(lines, (await File.ReadAllLinesAsync(Path.Combine(_folder, "runs", "a.jsonl"))).Take(lines.Length));
    }

    /// <summary>What was acknowledged outlives a kill while eight senders push; what was not is sent again, and each run is whole in the end.</summary>
    [Fact]
    public async Task AKillUnderLoadLosesNothingThatWasAcknowledged()
    {
        string[] command = ["attach", "--listen", "http://127.0.0.1:0", "--interval", "0.05", "--record", "runs"];
        var runs = Enumerable.Range(0, 8).Select(index => (Id: $"run{index}", Lines: TelemetryLines.Of($"run{index}", steps: 400, layers: 2))).ToList();
        var acknowledged = new int[runs.Count];
        await using (var first = await HostProcess.StartAsync(_folder, command))
        {
            var senders = runs.Select((run, index) => SendAsync(first.Address, run.Id, run.Lines, index, acknowledged)).ToList();
            SpinWait.SpinUntil(() => acknowledged.Sum() > 400, TimeSpan.FromMinutes(1));
            await first.KillAsync();
            await Task.WhenAll(senders);
        }

        await using var second = await HostProcess.StartAsync(_folder, command);
        foreach (var (index, run) in runs.Index())
        {
            long next = acknowledged[index] > 0 ? await NextLineAsync(second.Address, run.Id) : 0;
            Assert.True(next >= acknowledged[index], $"{run.Id}: {acknowledged[index]} lines were acknowledged, {next} are there");
            Assert.Equal(HttpStatusCode.Accepted, await PushAsync(second.Address, run.Id, next, run.Lines[(int)next..]));
        }

        Assert.All(runs, run => Assert.Equal(run.Lines, File.ReadAllLines(Path.Combine(_folder, "runs", $"{run.Id}.jsonl"))));
        Assert.DoesNotContain(acknowledged, count => count == 402 && acknowledged.Sum() == 8 * 402);
    }

    /// <summary>Clients that say nothing, or a byte now and then, hold a connection and nothing else.</summary>
    [Fact]
    public async Task ThousandsOfSilentAndSlowClientsHoldNobodyUp()
    {
        await using var host = await HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0", "--interval", "0.05"]);
        var address = new Uri(host.Address);
        string[] lines = TelemetryLines.Of("good");
        await PushAsync(host.Address, "good", 0, lines[..10]);
        string[] beginnings =
        [
            string.Empty, "G", "GET /api/v1/runs HTTP/1.1\r\nHost: loc", "POST /api/v1/runs/a/telemetry HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nX-First-Line: 0\r\nContent-Length: 100000\r\n\r\n{",
        ];
        var open = new List<Socket>();
        try
        {
            for (int connection = 0; connection < Math.Min(Connections, Room()); connection++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                open.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, address.Port);
                await socket.SendAsync(Encoding.ASCII.GetBytes(beginnings[connection % beginnings.Length]));
            }

            foreach (var socket in open.Where((_, index) => index % beginnings.Length == 2).Take(200))
            {
                // A byte more, as a slow one sends it.
                await socket.SendAsync("a"u8.ToArray());
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            Assert.Equal("Healthy", await _http.GetStringAsync($"{host.Address}/health", patience.Token));
            Assert.Equal(HttpStatusCode.Accepted, await PushAsync(host.Address, "good", 10, lines[10..]));
            Assert.Equal(lines.Length, await NextLineAsync(host.Address, "good"));
            Assert.InRange(host.ResidentMegabytes, 1, 700);
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }

        Assert.Equal("Healthy", await _http.GetStringAsync($"{host.Address}/health"));
        Assert.True(host.Errors.Split('\n').Length < 10, host.Errors);
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>As many connections as the system allows this process, with some for everything else.</summary>
    private static int Room()
    {
        string? limit = OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        return limit?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..] && int.TryParse(soft, CultureInfo.InvariantCulture, out int files) ? Math.Max(100, files - 500) : 1000;
    }

    private async Task SendAsync(string address, string id, string[] lines, int index, int[] acknowledged)
    {
        try
        {
            for (int first = 0; first < lines.Length; first += 5)
            {
                int end = Math.Min(lines.Length, first + 5);
                if (await PushAsync(address, id, first, lines[first..end]) == HttpStatusCode.Accepted)
                {
                    acknowledged[index] = end;
                }
            }
        }
        catch (HttpRequestException)
        {
            // The host was killed.
        }
    }

    private async Task<HttpStatusCode> PushAsync(string address, string id, long first, string[] lines)
    {
        using var request = TelemetryLines.Push(address, id, first, TelemetryLines.Body(lines));
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<long> NextLineAsync(string address, string id) => (await LiveTestHost.ReadAsync(await _http.GetAsync($"{address}/api/v1/runs/{id}/telemetry"))).NextLine!.Value;
}
