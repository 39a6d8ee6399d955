using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Tests.Commands;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Receiving;

/// <summary>Hosts that start again on the folder of an earlier one.</summary>
public sealed class SnapshotFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Fact]
    public async Task ALongRunIsKeptBesideItsRecordAndAShortOneIsNot()
    {
        string[] lines = TelemetryLines.Of("long", steps: 1500, illFrom: 700, layers: 3);
        await using (var first = await LiveTestHost.StartAsync(folder: _folder))
        {
            await first.PushAsync("long", 0, lines[..1200]);
            await first.PushAsync("short", 0, TelemetryLines.Of("short")[..30]);
            first.Look();
            first.Received.Dispose();
        }

        Assert.Equal(["long.snapshot"], Snapshots());
        await using var second = await LiveTestHost.StartAsync(folder: _folder);
        await second.PushAsync("long", 1200, lines[1200..]);
        second.Look();
        var (reports, _) = second.Received.Finish();
        second.Received.Dispose();
        var diagnosed = await CommandLine.RunAsync("diagnose", Path.Combine(_folder, "long.jsonl"), "--quiet", "--output", "-", "--fail-on", "never");
        Assert.Equal(Comparable(diagnosed.Output), Comparable(reports.Single(report => report.Run.Name == "long").ToJson()));
    }

    [Fact]
    public async Task SnapshotsGoWithTheirRecords()
    {
        foreach (string name in (string[])["gone.snapshot", "killed.snapshot.new", "notes.txt", "a b.snapshot"])
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, name), "x");
        }

        await using var host = await LiveTestHost.StartAsync(folder: _folder);

        Assert.Equal(["a b.snapshot"], Snapshots());
        Assert.True(File.Exists(Path.Combine(_folder, "notes.txt")));
    }

    [Fact]
    public async Task ThatNoneCanBeWrittenIsSaidOnce()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a.snapshot.new"));
        await using var host = await LiveTestHost.StartAsync(folder: _folder);
        string[] lines = TelemetryLines.Of("a", steps: 1500, layers: 3);
        foreach (string id in (string[])["a", "b"])
        {
            await host.PushAsync(id, 0, lines[..1200]);
            host.Look();
        }

        Assert.Contains("snapshots cannot be written", Assert.Single(host.Complaints), StringComparison.Ordinal);
        Assert.Empty(Snapshots());
        Assert.Equal(2, host.Board.Runs.Count);
    }

    /// <summary>
    /// Another process, with other hash codes and another place for everything. What was pushed and is no telemetry stands in no record: that the second host tells of it shows that it went on from the
    /// first one's state.
    /// </summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task AnotherProcessGoesOnWithTheSameReport()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string[] command = ["attach", "--listen", "http://127.0.0.1:0", "--record", "runs", "--interval", "0.05", "--quiet", "--output", "report.json"];
        string[] lines = TelemetryLines.Of("whole", steps: 3000, illFrom: 1500, layers: 4);
        await using (var first = await HostProcess.StartAsync(_folder, command))
        {
            await PushAsync(first.Address, "whole", 0, lines[..2000]);
            await PushAsync(first.Address, "told", 0, [.. lines[..100], "nonsense"]);
            await PushAsync(first.Address, "told", 100, lines[100..2000]);
            await first.TerminateAsync();
        }

        Assert.Equal(["told.snapshot", "whole.snapshot"], Snapshots("runs"));
        await using (var second = await HostProcess.StartAsync(_folder, command))
        {
            await PushAsync(second.Address, "whole", 2000, lines[2000..]);
            await PushAsync(second.Address, "told", 2000, lines[2000..]);
            await second.InterruptAsync();
        }

        var runs = JObject.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "report.json")))["runs"]!.ToDictionary(run => run["findings"]!.Any(finding => (string?)finding["ruleId"] == "TD0003") ? "told" : "whole");
        var diagnosed = await CommandLine.RunAsync("diagnose", Path.Combine(_folder, "runs", "whole.jsonl"), "--quiet", "--output", "-", "--fail-on", "never");
        Assert.Equal(2, runs.Count);
        Assert.Contains("line 100", runs["told"].ToString(), StringComparison.Ordinal);
        Assert.Equal(Comparable(diagnosed.Output), Comparable(runs["whole"].ToString()));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task PushAsync(string address, string id, long firstLine, string[] lines)
    {
        using var http = new HttpClient();
        for (int at = 0; at < lines.Length; at += 500)
        {
            using var request = TelemetryLines.Push(address, id, firstLine + at, TelemetryLines.Body(lines[at..Math.Min(lines.Length, at + 500)]));
            using var response = await http.SendAsync(request);
        }
    }

    private static string Comparable(string json)
    {
        var report = JObject.Parse(json);
        ((JObject)report["run"]!).Remove("path");
        ((JObject)report["run"]!).Remove("source");
        return report.ToString();
    }

    private IEnumerable<string> Snapshots(string below = "") => Directory.EnumerateFiles(Path.Combine(_folder, below), "*" + SnapshotFolder.Ending + "*").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);
}
