using System.Diagnostics;
using System.Net;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Shell;

/// <summary>
/// Whoever asks a host to end waits five seconds at most, whatever it is in the middle of, and has the report of what is known. How long it takes is the deadlines', which are looked at here without a clock:
/// a machine that has more to do than it can may make any process late.
/// </summary>
public sealed class TerminationTests : IDisposable
{
    private static readonly Interruption.Deadlines Soon = new(TimeSpan.Zero, TimeSpan.FromMilliseconds(5), TimeSpan.FromMinutes(1));

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    /// <summary>A pipe into which nobody writes cannot be read to its end, nor can the reading be stopped; the run that was pushed meanwhile is known all the same.</summary>
    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task AHostEndsInTimeWithWhatIsKnown(bool reads, int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using (var made = Process.Start("mkfifo", Path.Combine(_folder, "pipe.csv"))!)
        {
            await made.WaitForExitAsync();
        }

        string[] command = reads ? ["watch", "pipe.csv", "--serve", "http://127.0.0.1:0"] : ["attach", "--listen", "http://127.0.0.1:0"];
        await using var host = await HostProcess.StartAsync(_folder, [.. command, "--interval", "0.05", "--output", "report.json"]);
        using var http = new HttpClient();
        var pushed = await http.SendAsync(TelemetryLines.Push(host.Address, "a", 0, TelemetryLines.Body(reads ? TelemetryLines.Of("ill", illFrom: 20) : TelemetryLines.Of("well"))));
        Assert.Equal(HttpStatusCode.Accepted, pushed.StatusCode);
        if (reads)
        {
            await host.UntilAsync(line => line.Contains("TD4001", StringComparison.Ordinal));
        }

        var ended = await host.TerminateAsync();

        Assert.True(exitCode == ended.ExitCode, $"{ended.ExitCode} after {ended.Elapsed}\n{host.Errors}");
        Assert.Equal(reads ? "ill" : "healthy", (string?)JObject.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "report.json")))["verdict"]);
    }

    [Fact]
    public void AnOrderlyEndAndAReportThatStandsStillHaveFiveSecondsTogether() =>
        Assert.InRange(Interruption.Deadlines.Usual.Order + Interruption.Deadlines.Usual.Writing, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));

    /// <summary>A report that waits for a disk that is away uses no processor, and is given up.</summary>
    [Fact]
    public async Task AReportThatStandsStillIsGivenUp()
    {
        using var never = new ManualResetEventSlim();
        var exit = new TaskCompletionSource<int>();
        using var interruption = new Interruption(Soon, () => TimeSpan.Zero, exit.SetResult, CancellationToken.None);
        interruption.InTime(() =>
        {
            never.Wait();
            return ExitCode.Clean;
        });

        interruption.Terminate();

        Assert.Equal(ExitCode.Internal, await exit.Task);
        Assert.True(interruption.Token.IsCancellationRequested);
        never.Set();
    }

    /// <summary>A report that is still worked on, on a machine that has too much to do, is waited for: here until it had three times its moment.</summary>
    [Fact]
    public async Task AReportThatIsWorkedOnIsWaitedFor()
    {
        using var late = new ManualResetEventSlim();
        int asked = 0;
        var exit = new TaskCompletionSource<int>();
        using var interruption = new Interruption(Soon, Used, exit.SetResult, CancellationToken.None);
        interruption.InTime(() =>
        {
            late.Wait();
            return ExitCode.Findings;
        });

        interruption.Terminate();

        Assert.Equal(ExitCode.Findings, await exit.Task);

        TimeSpan Used()
        {
            if (++asked == 4)
            {
                late.Set();
            }

            return TimeSpan.FromSeconds(asked);
        }
    }

    /// <summary>A report that is being written in order when the time is over ends the program itself, with its own exit code.</summary>
    [Fact]
    public void AnOrderlyReportIsNotCutOff()
    {
        int asked = 0;
        int? exited = null;
        using var looked = new ManualResetEventSlim();
        using (var interruption = new Interruption(Soon, Used, code => exited = code, CancellationToken.None))
        {
            interruption.Conclude();
            interruption.Terminate();
            looked.Wait();
        }

        Assert.Null(exited);

        TimeSpan Used()
        {
            if (++asked == 3)
            {
                looked.Set();
            }

            return TimeSpan.FromSeconds(asked);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
