using System.Globalization;
using System.Text;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Readers;
using TrainingDoctor.Reports;
using TrainingDoctor.Tests.Commands;
using TrainingDoctor.Tests.Readers;

namespace TrainingDoctor.Tests.Watch;

/// <summary>Logs that grow byte by byte while they are watched: what comes out at the end is what <c>diagnose</c> finds in them.</summary>
[Trait("Speed", "Slow")]
public sealed class FollowingTests : IDisposable
{
    private const int Steps = 120;
    private const int MostLooks = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;
    private readonly RunBoard _board = new();
    private readonly List<WatchedFinding> _told = [];
    private readonly LogWatcher _watcher;

    public FollowingTests()
    {
        var request = new ReportRequest([], null, FailPolicy.Parse("error", hasBaseline: false, onInconclusive: false, []), IsQuiet: true, HasSeries: true, RuleSet.Default, ReportLanguage.English, Baseline: null);
        _watcher = new LogWatcher(_folder, new LogReadOptions(), request, _board, new StillTime());
    }

    public enum Format
    {
        Telemetry,
        RotatedTelemetry,
        Csv,
        JsonLines,
        EventFile,
        TrainerState,
        Text,
    }

    public static TheoryData<Format, bool> Logs
    {
        get
        {
            var logs = new TheoryData<Format, bool>();
            foreach (var format in Enum.GetValues<Format>())
            {
                logs.Add(format, false);
                logs.Add(format, true);
            }

            return logs;
        }
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task GivesTheReportOfDiagnose(Format format, bool ill)
    {
        foreach (var (name, bytes) in Files(format, ill))
        {
            Grow(Path.Combine(_folder, name), bytes, isRewritten: format == Format.TrainerState);
        }

        if (ill)
        {
            // Not only at the end.
            UntilTold("TD4001");
        }

        var reports = Finish();
        var diagnosed = await CommandLine.RunAsync("diagnose", _folder, "--quiet", "--output", "-");
        Assert.Equal(diagnosed.Output, Assert.Single(reports));
        Assert.Equal(ill, _told.Exists(found => found.Finding.Rule.Id == "TD4001"));

        // Half-written lines and records are no findings, and nothing is told twice.
        Assert.DoesNotContain(_told, found => found.Finding.Rule.Id == "TD0003");
        Assert.All(_told.GroupBy(found => (found.RunId, found.Finding.Rule.Id, found.Finding.Severity)), same => Assert.Single(same));
        Assert.True(Assert.Single(_board.Runs).IsEnded);
    }

    [Fact]
    public async Task KeepsWhatWasFoundBeforeALogWasCopiedAndTruncated()
    {
        string log = Path.Combine(_folder, "run.csv");
        await File.WriteAllTextAsync(log, Csv(ill: true));
        UntilTold("TD4001");

        File.Copy(log, log + ".1");
        await File.WriteAllTextAsync(log, string.Empty);
        Look();
        Grow(log, Encoding.UTF8.GetBytes(Csv(ill: false)), isRewritten: false);

        Assert.Equal((await CommandLine.RunAsync("diagnose", _folder, "--quiet", "--output", "-")).Output, Assert.Single(Finish()));
        Assert.Equal([Verdict.Ill, Verdict.Healthy], _board.Runs.Select(run => run.Report.Verdict));
    }

    [Fact]
    public async Task ReadsARunThatWasRecordedAnewAsAnother()
    {
        string log = Path.Combine(_folder, "run.jsonl");
        await File.WriteAllTextAsync(log, Telemetry("first", ill: true));
        UntilTold("TD4001");

        await File.WriteAllTextAsync(log, Telemetry("second", ill: false));
        Until(() => _board.Runs.Count == 2);

        Finish();
        Assert.Equal([("first", Verdict.Ill), ("second", Verdict.Healthy)], _board.Runs.Select(run => (run.Name, run.Report.Verdict)));
    }

    [Fact]
    public async Task FindsRunsThatAppearLaterAndEndsThoseThatGo()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "a", "metrics.csv"), Csv(ill: false));
        Until(() => _board.Runs.Count == 1);

        Directory.CreateDirectory(Path.Combine(_folder, "b"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "b", "run.jsonl"), Telemetry("b", ill: true));
        UntilTold("TD4001");
        Directory.Delete(Path.Combine(_folder, "a"), recursive: true);

        Until(() => _board.Runs[0].IsEnded);
        Assert.Equal(["a", "b"], _board.Runs.Select(run => run.Name));
    }

    [Fact]
    public async Task AFindingOnceToldStaysInTheReport()
    {
        // Grow by single lines: every prefix of the log is a log of its own.
        string log = Path.Combine(_folder, "metrics.jsonl");
        foreach (string line in Csv(ill: true).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            string[] cells = line.Split(',');
            await File.AppendAllTextAsync(log, $"{{\"step\": {cells[0]}, \"loss\": {cells[1]}}}\n");
            Look();
            Assert.All(_told, told => Assert.Contains(_board.Find(told.RunId)!.Report.Findings, finding => finding.Rule.Id == told.Finding.Rule.Id));
        }

        UntilTold("TD4001");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private List<string> Finish()
    {
        var (reports, found) = _watcher.Finish();
        _told.AddRange(found);
        return [.. reports.Select(report => report.ToJson())];
    }

    private void Look() => _told.AddRange(_watcher.Look(CancellationToken.None));

    private void UntilTold(string rule) => Until(() => _told.Exists(found => found.Finding.Rule.Id == rule));

    private void Until(Func<bool> condition)
    {
        Look();
        for (int looks = 1; !condition(); looks++)
        {
            Assert.True(looks < MostLooks, "what a few looks do not see is never seen");
            Look();
        }
    }

    /// <summary>Appends in pieces that end anywhere, as a buffer that runs full does, or rewrites the whole; each piece is looked at.</summary>
    private void Grow(string path, byte[] bytes, bool isRewritten)
    {
        int piece = Math.Max(7, bytes.Length / 40);
        for (int start = 0; start < bytes.Length; start += piece)
        {
            using (var stream = new FileStream(path, isRewritten ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            {
                int from = isRewritten ? 0 : start;
                stream.Write(bytes, from, Math.Min(bytes.Length, start + piece) - from);
            }

            Look();
        }
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Files(Format format, bool ill)
    {
        switch (format)
        {
            case Format.EventFile:
                var events = new EventFileWriter();
                for (int step = 0; step < Steps; step++)
                {
                    events.Scalar(step, "loss", (float)Loss(step, ill));
                }

                return [("events.out.tfevents.1700000000.host.1.0", events.ToArray())];
            case Format.RotatedTelemetry:
                string[] lines = Telemetry("run", ill).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                string Part(int number) => $"{{\"part\":{number},{lines[0][1..]}";
                return [
                    ("run.jsonl", Lines(lines[..50])),
                    ("run.jsonl.1", Lines([Part(1), .. lines[50..90]])),
                    ("run.jsonl.2", Lines([Part(2), .. lines[90..]]))];
            default:
                var (name, text) = format switch
                {
                    Format.Telemetry => ("run.jsonl", Telemetry("run", ill)),
                    Format.Csv => ("run.csv", Csv(ill)),
                    Format.JsonLines => ("metrics.jsonl", string.Concat(Rows(ill).Select(row => $"{{\"step\": {row.Step}, \"loss\": {row.Loss}, \"lr\": 0.001}}\n"))),
                    Format.TrainerState => ("trainer_state.json", $"{{\"log_history\": [{string.Join(",\n", Rows(ill).Select(row => $"{{\"step\": {row.Step}, \"loss\": {row.Loss}, \"epoch\": {row.Step}}}"))}]}}"),
                    _ => ("train.log", string.Concat(Rows(ill).Select(row => $"2024-01-01 12:00:00 INFO step {row.Step} loss: {row.Loss} lr: 0.001\n"))),
                };
                return [(name, Encoding.UTF8.GetBytes(text))];
        }
    }

    private static byte[] Lines(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    private static string Csv(bool ill) =>
        "step,loss,lr\n" + string.Concat(Rows(ill).Select(row => $"{row.Step},{row.Loss},0.001\n"));

    private static string Telemetry(string name, bool ill) =>
        $"{{\"telemetry\":\"1.0\",\"run\":{{\"name\":\"{name}\",\"source\":\"live\"}}}}\n"
        + string.Concat(Rows(ill).Select(row => $"{{\"step\":{row.Step},\"m\":[[\"loss\",\"\",{(row.Loss == "NaN" ? "\"NaN\"" : row.Loss)}],[\"learning_rate\",\"\",0.001]]}}\n"))
        + "{\"complete\":true}\n";

    private static IEnumerable<(int Step, string Loss)> Rows(bool ill) => Enumerable.Range(0, Steps).Select(step => (step, Loss(step, ill).ToString("R", CultureInfo.InvariantCulture)));

    private static double Loss(int step, bool ill) => ill && step > 30 ? double.NaN : (2 * Math.Exp(-step / 30.0)) + 0.2 + (0.03 * Math.Sin(step * 7));
}
