using System.Diagnostics;
using System.Net;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>Whoever asks a host to end waits five seconds at most, whatever it is in the middle of, and has the report of what is known.</summary>
public sealed class TerminationTests : IDisposable
{
    /// <summary>Five seconds, and what a busy machine adds to the start of a signal's sender.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(7);

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

        Assert.True(ended.Elapsed < Most, $"{ended.Elapsed}");
        Assert.Equal(exitCode, ended.ExitCode);
        Assert.Equal(reads ? "ill" : "healthy", (string?)JObject.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "report.json")))["verdict"]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
