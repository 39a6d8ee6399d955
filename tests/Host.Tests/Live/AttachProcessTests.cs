using System.Net;
using System.Net.Sockets;
using System.Text;
using Newtonsoft.Json.Linq;
using TorchSharp;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Live;

/// <summary>Hosts, training processes and consoles that come, go and are killed.</summary>
[Collection(Lanes.Alone)]
[Trait("Speed", "Slow")]
public sealed class AttachProcessTests : IDisposable
{
    private const string Token = "a token for these tests";

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    /// <summary>A monitor that trains on while its host is killed and begun anew: in the end the host has every step.</summary>
    [Fact]
    public async Task AKilledHostThatIsBegunAnewHasEveryStep()
    {
        int port = FreePort.Next();
        string[] command = ["attach", "--listen", FormattableString.Invariant($"http://127.0.0.1:{port}"), "--record", "runs"];
        await using var first = await HostProcess.StartAsync(_folder, command);
        using var model = torch.nn.Linear(4, 2);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Name = "survivor", RecordTo = first.Address });
        Step(monitor, 50);
        await ReachAsync(first.Address, 30);

        await first.KillAsync();
        Step(monitor, 50);
        await using var second = await HostProcess.StartAsync(_folder, command);
        await ReachAsync(second.Address, 90);
        Step(monitor, 20);
        var report = monitor.Complete();
        await ReachAsync(second.Address, 120, isEnded: true);

        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id == "TD0001");
        var diagnosed = await CommandLine.RunAsync("diagnose", Path.Combine(_folder, "runs"), "--quiet", "--output", "-", "--fail-on", "never");
        var steps = JObject.Parse(diagnosed.Output)["series"]!["loss"]![0]!["steps"]!.Select(step => (long)step).ToList();
        Assert.Equal(Enumerable.Range(0, 120).Select(step => (long)step), steps);
        Assert.DoesNotContain(JObject.Parse(diagnosed.Output)["findings"]!, finding => (string?)finding["ruleId"] == "TD0003");
    }

    /// <summary>A training process that dies in the middle of a request: the host keeps what was acknowledged and takes others.</summary>
    [Fact]
    public async Task AKilledTrainingCostsTheHostNothing()
    {
        await using var host = await LiveTestHost.StartAsync();
        string[] lines = TelemetryLines.Of("killed");
        await host.PushAsync("a", 0, lines[..20]);
        byte[] body = TelemetryLines.Body(lines[20..40]);
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, host.Http.BaseAddress!.Port);
            string head = FormattableString.Invariant($"POST /api/v1/runs/a/telemetry HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nX-First-Line: 20\r\nContent-Length: {body.Length}\r\n\r\n");
            await socket.SendAsync(Encoding.ASCII.GetBytes(head));
            await socket.SendAsync(body.AsMemory(0, body.Length / 2));
            socket.LingerState = new LingerOption(true, 0);
        }

        await host.PushAsync("b", 0, TelemetryLines.Of("other"));
        host.Look();

        Assert.Equal((HttpStatusCode.OK, 20L), await LiveTestHost.ReadAsync(await host.GetAsync("/api/v1/runs/a/telemetry")));
        Assert.Equal([false, true], host.Board.Runs.Select(run => run.IsEnded));
    }

    [Fact]
    public async Task AnErrorEndsTheHostWithOneAndTheReport()
    {
        await using var host = await HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0", "--interval", "0.05", "--stop-when", "error", "--output", "report.json"]);

        await PushAsync(host.Address, "a", TelemetryLines.Of("ill", illFrom: 20));
        var (exitCode, _) = await host.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("ill: error TD4001", host.Errors, StringComparison.Ordinal);
        Assert.Equal("ill", (string?)JObject.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "report.json")))["verdict"]);
    }

    [Fact]
    public async Task WatchingServesWhatItFollowsAndTakesWhatIsPushed()
    {
        await File.WriteAllLinesAsync(Path.Combine(_folder, "followed.csv"), ["step,loss", .. Enumerable.Range(1, 60).Select(step => FormattableString.Invariant($"{step},{0.2 + Math.Exp(-step / 10.0)}"))]);
        await using var host = await HostProcess.StartAsync(_folder, ["watch", "followed.csv", "--serve", "http://127.0.0.1:0", "--interval", "0.05", "--output", "report.json"]);
        await PushAsync(host.Address, "a", TelemetryLines.Of("pushed"));
        await ReachAsync(host.Address, 0, isEnded: true, name: "pushed");

        using var http = new HttpClient { BaseAddress = new Uri(host.Address) };
        var runs = JObject.Parse(await http.GetStringAsync("/api/v1/runs"))["runs"]!;
        Assert.Equal(["followed", "pushed"], runs.Select(run => (string?)run["name"]).Order());
        foreach (string id in runs.Select(run => (string)run["id"]!))
        {
            Assert.Contains("<h1", await http.GetStringAsync($"/runs/{id}"), StringComparison.Ordinal);
        }

        if (!OperatingSystem.IsWindows())
        {
            var (exitCode, _) = await host.InterruptAsync();
            Assert.Equal(0, exitCode);
            Assert.Equal(2, JObject.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "report.json")))["runs"]!.Count());
        }
    }

    [Fact]
    public async Task AConsoleFollowsAHostThatAsksForAToken()
    {
        var environment = new Dictionary<string, string> { ["TRAINDOCTOR_TOKEN"] = Token };

        // Every request is logged, and still no secret.
        await File.WriteAllTextAsync(Path.Combine(_folder, "appsettings.json"), """{ "Logging": { "LogLevel": { "Default": "Trace" }, "Console": { "FormatterName": "json" } } }""");
        await using var host = await HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0", "--interval", "0.05", "--quiet"], environment);
        var refused = await CommandLine.RunAsync("attach", "--url", host.Address, "--stop-when", "error");
        Environment.SetEnvironmentVariable("TRAINDOCTOR_TOKEN", Token);
        try
        {
            var following = CommandLine.RunAsync("attach", "--url", host.Address, "--stop-when", "error");
            await PushAsync(host.Address, "a", TelemetryLines.Of("\u001b[31mill", illFrom: 20));
            var followed = await following.WaitAsync(TimeSpan.FromMinutes(1));

            Assert.Equal((2, 1), (refused.ExitCode, followed.ExitCode));
            Assert.Contains("TRAINDOCTOR_TOKEN", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
            Assert.Contains("ill: error TD4001 non-finite-loss", followed.Output, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', followed.Output);
            Assert.Contains("/api/v1/events", host.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain(Token, host.Errors + refused.Error + followed.Error, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TRAINDOCTOR_TOKEN", null);
        }
    }

    [Fact]
    public async Task AConsoleWaitsForAHostThatIsAway()
    {
        int port = FreePort.Next();
        string address = FormattableString.Invariant($"http://127.0.0.1:{port}");
        var following = CommandLine.RunAsync("attach", "--url", address, "--stop-when", "error");
        await using var host = await HostProcess.StartAsync(_folder, ["attach", "--listen", address, "--interval", "0.05"]);
        await PushAsync(host.Address, "a", TelemetryLines.Of("ill", illFrom: 20));

        var followed = await following.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1, followed.ExitCode);
        Assert.Contains("cannot be reached", followed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attach")]
    [InlineData("attach", "--listen", "http://127.0.0.1:0", "--url", "http://127.0.0.1:1")]
    [InlineData("attach", "--url", "nowhere")]
    [InlineData("attach", "--url", "http://user:secret@127.0.0.1:1")]
    [InlineData("attach", "--listen", "nowhere")]
    public async Task WrongUsageIsSaidInOneLine(params string[] arguments)
    {
        var outcome = await CommandLine.RunAsync(arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.DoesNotContain("secret", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    /// <summary>As a process, since a log would go past the terminal of a test.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("http://192.0.2.1:5173")]
    public async Task AnAddressThatCannotBeListenedAtIsSaidInOneLine(string? address)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        address ??= FormattableString.Invariant($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");

        var (exitCode, errors) = await HostProcess.FailAsync(_folder, ["attach", "--listen", address], new Dictionary<string, string> { ["TRAINDOCTOR_TOKEN"] = Token });

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"traindoctor: '{address}' cannot be listened at: ", Assert.Single(errors), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Step(TrainingMonitor monitor, int count)
    {
        for (int step = 0; step < count; step++)
        {
            monitor.Step(0.5);
        }
    }

    private static async Task PushAsync(string address, string id, string[] lines)
    {
        using var http = new HttpClient();
        using var request = TelemetryLines.Push(address, id, 0, TelemetryLines.Body(lines));
        string? token = Environment.GetEnvironmentVariable("TRAINDOCTOR_TOKEN");
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        Assert.Equal(HttpStatusCode.Accepted, (await http.SendAsync(request)).StatusCode);
    }

    /// <summary>Follows a host's events until a run has come so far.</summary>
    private static async Task ReachAsync(string address, long step, bool isEnded = false, string? name = null)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        using var events = new StreamReader(await http.GetStreamAsync("/api/v1/events", deadline.Token));
        while (await events.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal)
                && JObject.Parse(line[6..])["runs"]!.Any(run => (long?)run["step"] + 1 >= step && (!isEnded || (bool)run["ended"]!) && (name is null || (string?)run["name"] == name)))
            {
                return;
            }
        }

        Assert.Fail("The host ended.");
    }
}
