using System.Globalization;
using System.Text;
using TrainingDoctor.Tests.Commands;
using TrainingDoctor.Tests.Readers;

namespace TrainingDoctor.Tests.Watch;

/// <summary>Logs that grow byte by byte while they are watched: what comes out at the end is what <c>diagnose</c> finds in them.</summary>
public sealed class FollowingTests : IDisposable
{
    private const int Steps = 120;

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

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
        var watching = CommandLine.RunAsync("watch", _folder, "--interval", "0.02", "--stop-when-idle", "1.5", "--output", "-");
        foreach (var (name, bytes) in Files(format, ill))
        {
            await GrowAsync(Path.Combine(_folder, name), bytes, whole: format == Format.TrainerState);
        }

        var watched = await watching.WaitAsync(TimeSpan.FromMinutes(2));

        var diagnosed = await CommandLine.RunAsync("diagnose", _folder, "--quiet", "--output", "-");
        Assert.Equal(diagnosed.Output, watched.Output);
        Assert.Equal((ill ? 1 : 0, ill ? 1 : 0), (diagnosed.ExitCode, watched.ExitCode));

        // One line a finding and severity; none for a healthy run, whatever half-written lines looked like.
        Assert.Equal(ill, watched.Error.Contains("TD4001", StringComparison.Ordinal));
        Assert.DoesNotContain("TD0003", watched.Error, StringComparison.Ordinal);
        Assert.Equal(watched.ErrorLines.Distinct(), watched.ErrorLines);
    }

    [Fact]
    public async Task KeepsWhatWasFoundBeforeALogWasCopiedAndTruncated()
    {
        string log = Path.Combine(_folder, "run.csv");
        await File.WriteAllTextAsync(log, Csv(0, 60, ill: true));
        var watching = CommandLine.RunAsync("watch", _folder, "--interval", "0.02", "--stop-when-idle", "3", "--output", "-", "--on-finding", $"cat >> '{_folder}/told'; echo >> '{_folder}/told'");
        await UntilAsync(() => File.Exists(Path.Combine(_folder, "told")));

        File.Copy(log, log + ".1");
        await File.WriteAllTextAsync(log, string.Empty);
        await GrowAsync(log, Encoding.UTF8.GetBytes(Csv(0, Steps, ill: false)), whole: false);
        var watched = await watching.WaitAsync(TimeSpan.FromMinutes(2));

        var diagnosed = await CommandLine.RunAsync("diagnose", _folder, "--quiet", "--output", "-");
        Assert.Equal(diagnosed.Output, watched.Output);
        Assert.Contains("TD4001", watched.Error, StringComparison.Ordinal);
        Assert.Equal(0, watched.ExitCode);
    }

    [Fact]
    public async Task ReadsARunThatWasRecordedAnewAsAnother()
    {
        string log = Path.Combine(_folder, "run.jsonl");
        await File.WriteAllTextAsync(log, Telemetry("first", ill: true));
        var watching = CommandLine.RunAsync("watch", _folder, "--interval", "0.02", "--stop-when-idle", "1.5", "--quiet", "--output", "-", "--notify-at", "error", "--on-finding", $"cat > '{_folder}/told'");
        await UntilAsync(() => File.Exists(Path.Combine(_folder, "told")));

        await File.WriteAllTextAsync(log, Telemetry("second", ill: false));
        var watched = await watching.WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Contains("\"name\": \"second\"", watched.Output, StringComparison.Ordinal);
        Assert.Equal(0, watched.ExitCode);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>Appends in pieces that end anywhere, as a buffer that runs full does; or replaces the whole, as a document that is rewritten.</summary>
    private static async Task GrowAsync(string path, byte[] bytes, bool whole)
    {
        int piece = Math.Max(7, bytes.Length / 12);
        for (int start = 0; start < bytes.Length; start += piece)
        {
            int end = Math.Min(bytes.Length, start + piece);
            if (!whole)
            {
                await using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                await stream.WriteAsync(bytes.AsMemory(start, end - start));
            }
            else if (end == bytes.Length)
            {
                await File.WriteAllBytesAsync(path, bytes);
            }

            await Task.Delay(30);
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
                    Format.Csv => ("run.csv", Csv(0, Steps, ill)),
                    Format.JsonLines => ("metrics.jsonl", string.Concat(Rows(ill).Select(row => $"{{\"step\": {row.Step}, \"loss\": {row.Loss}, \"lr\": 0.001}}\n"))),
                    Format.TrainerState => ("trainer_state.json", $"{{\"log_history\": [{string.Join(",\n", Rows(ill).Select(row => $"{{\"step\": {row.Step}, \"loss\": {row.Loss}, \"epoch\": {row.Step}}}"))}]}}"),
                    _ => ("train.log", string.Concat(Rows(ill).Select(row => $"2024-01-01 12:00:00 INFO step {row.Step} loss: {row.Loss} lr: 0.001\n"))),
                };
                return [(name, Encoding.UTF8.GetBytes(text))];
        }
    }

    private static byte[] Lines(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    private static string Csv(int first, int count, bool ill) =>
        "step,loss,lr\n" + string.Concat(Rows(ill).Skip(first).Take(count).Select(row => $"{row.Step},{row.Loss},0.001\n"));

    private static string Telemetry(string name, bool ill) =>
        $"{{\"telemetry\":\"1.0\",\"run\":{{\"name\":\"{name}\",\"source\":\"live\"}}}}\n"
        + string.Concat(Rows(ill).Select(row => $"{{\"step\":{row.Step},\"m\":[[\"loss\",\"\",{(row.Loss == "NaN" ? "\"NaN\"" : row.Loss)}],[\"learning_rate\",\"\",0.001]]}}\n"))
        + "{\"complete\":true}\n";

    private static IEnumerable<(int Step, string Loss)> Rows(bool ill) => Enumerable.Range(0, Steps).Select(step => (step, Loss(step, ill).ToString("R", CultureInfo.InvariantCulture)));

    private static double Loss(int step, bool ill) => ill && step > 30 ? double.NaN : (2 * Math.Exp(-step / 30.0)) + 0.2 + (0.03 * Math.Sin(step * 7));
}
