using System.Diagnostics;
using System.Globalization;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Readers;
using TrainingDoctor.Reports;
using TrainingDoctor.Tests.Commands;
using TrainingDoctor.Tests.Live;
using TrainingDoctor.Tests.Watch;

namespace TrainingDoctor.Tests.Watch;

/// <summary>Logs that come, go, turn into something else or fail while they are watched cost themselves, and what was judged of them stands.</summary>
public sealed class WatchHostileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Theory]
    [InlineData("run.csv")]
    [InlineData("run.jsonl")]
    public void ALogThatGoesAwayKeepsItsReport(string name)
    {
        string path = Write(name, "gone");
        var watcher = Watch(path);
        _ = watcher.Look(CancellationToken.None).ToList();
        File.Delete(path);
        _ = watcher.Look(CancellationToken.None).ToList();

        var (reports, _) = watcher.Finish();

        Assert.Equal(60, Assert.Single(reports).Diagnosis.Facts.Of(Metric.Loss)?.Count);
    }

    [Fact]
    public void APipeInThePlaceOfALogIsNotWaitedFor()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = Write("run.csv", "pipe");
        var watcher = Watch(path);
        _ = watcher.Look(CancellationToken.None).ToList();
        File.Delete(path);
        using (var made = Process.Start("mkfifo", path)!)
        {
            made.WaitForExit();
        }

        _ = watcher.Look(CancellationToken.None).ToList();

        Assert.Equal(60, Assert.Single(watcher.Finish().Reports).Diagnosis.Facts.Of(Metric.Loss)?.Count);
    }

    [Fact]
    public void ABadRecordingInAFolderEndsTheWatchingOfNoOther()
    {
        File.WriteAllText(Path.Combine(_folder, "bad.jsonl"), "{\"telemetry\":\"1.0\",\"run\":{\"name\":\"x\",\"model\":{}}}\n{\"step\":9,\"m\":[[\"loss\",\"\",1]]}\n{\"step\":1,\"m\":[[\"loss\",\"\",1]]}\n");
        File.WriteAllText(Path.Combine(_folder, "back.jsonl"), "{\"telemetry\":\"1.0\",\"run\":{\"name\":\"back\"}}\n{\"step\":9,\"m\":[[\"loss\",\"\",1]]}\n{\"step\":1,\"m\":[[\"loss\",\"\",1]]}\n");
        for (int index = 0; index < 20; index++)
        {
            Write(FormattableString.Invariant($"run{index}.jsonl"), FormattableString.Invariant($"run{index}"));
        }

        var board = new RunBoard();
        _ = Watch(_folder, board).Look(CancellationToken.None).ToList();

        Assert.Equal(20, board.Runs.Count(run => run.Report.Verdict == Verdict.Healthy));
        Assert.Contains(board.Runs, run => run.Name == "back" && run.Report.Run.Log is null);
        Assert.DoesNotContain(board.Runs, run => run.Report.Findings.Any(finding => finding.Rule.Id == "TD0001"));
    }

    [Fact]
    public void LinksThatLeadBackAreNotFollowed()
    {
        Write("run.csv", "one");
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateSymbolicLink(Path.Combine(_folder, "a"), ".");
            Directory.CreateSymbolicLink(Path.Combine(_folder, "b"), ".");
        }

        Assert.Equal(1, FileMark.Of(_folder).Files);
        Assert.Single(new SourceList(_folder, new LogReadOptions()).Find());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static LogWatcher Watch(string path, RunBoard? board = null)
    {
        var request = new ReportRequest([], null, FailPolicy.Parse("error", hasBaseline: false, onInconclusive: false, []), IsQuiet: true, HasSeries: true, RuleSet.Default, ReportLanguage.English, Baseline: null);
        return new LogWatcher(path, new LogReadOptions(), request, board ?? new RunBoard(), new StillTime());
    }

    private string Write(string name, string run)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, name.EndsWith(".csv", StringComparison.Ordinal)
            ? ["step,loss", .. Enumerable.Range(0, 60).Select(step => string.Create(CultureInfo.InvariantCulture, $"{step},{0.2 + Math.Exp(-step / 20.0):R}"))]
            : Live.TelemetryLines.Of(run));
        return path;
    }
}
