using System.Globalization;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Commands;

public sealed class DiagnoseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Theory]
    [InlineData("never", 0)]
    [InlineData("error", 1)]
    public async Task ExitCodesFollowFailOn(string failOn, int expected)
    {
        string log = Write("metrics.csv", ["epoch,loss", .. Enumerable.Range(0, 30).Select(epoch => $"{epoch},{(epoch < 10 ? $"0.{90 - (5 * epoch)}" : "nan")}")]);

        var outcome = await CommandLine.RunAsync("diagnose", log, "--fail-on", failOn, "--output", "-");

        Assert.Equal(expected, outcome.ExitCode);
        Assert.Contains(JObject.Parse(outcome.Output)["findings"]!, finding => (string?)finding["rule"] == "non-finite-loss");
        Assert.Equal(failOn == "never" ? [] : ["traindoctor: failed: 1 error: TD4001"], outcome.ErrorLines);
    }

    [Fact]
    public async Task AHealthyLogIsHealthy()
    {
        string log = Write("metrics.csv", ["epoch,loss,val_loss", .. Enumerable.Range(0, 40).Select(Row)]);

        var outcome = await CommandLine.RunAsync("diagnose", log, "--output", "-");

        Assert.Equal((0, "healthy"), (outcome.ExitCode, (string?)JObject.Parse(outcome.Output)["verdict"]));

        static string Row(int epoch) => string.Create(
            CultureInfo.InvariantCulture,
            $"{epoch},{(2.3 * Math.Exp(-epoch / 12.0)) + 0.1 + (0.01 * Math.Sin(epoch * 7))},{(2.3 * Math.Exp(-epoch / 12.0)) + 0.15 + (0.015 * Math.Sin(epoch * 5))}");
    }

    [Fact]
    public async Task AShortLogIsInconclusive()
    {
        string log = Write("metrics.csv", ["epoch,loss", "0,2.3", "1,2.2", "2,2.1"]);

        var outcome = await CommandLine.RunAsync("diagnose", log, "--output", "-");

        Assert.Equal((0, "inconclusive"), (outcome.ExitCode, (string?)JObject.Parse(outcome.Output)["verdict"]));
    }

    [Fact]
    public async Task TellsWhatWasReadOtherwiseThanTheLogHasItAndWhatWasNotUsed()
    {
        string log = Write("metrics.csv", ["step,loss,gpu_temperature", .. Enumerable.Range(1, 30).Concat(Enumerable.Range(25, 30)).Select(step => FormattableString.Invariant($"{step},{3.0 / step},70"))]);

        var text = await CommandLine.RunAsync("diagnose", log);
        var json = await CommandLine.RunAsync("diagnose", log, "--output", "-");

        Assert.Contains("resumed at 25 after 30", text.Output, StringComparison.Ordinal);
        Assert.Contains("Columns that no rule could use: gpu_temperature", text.Output, StringComparison.Ordinal);
        Assert.Equal("resumed at 25 after 30", (string?)JObject.Parse(json.Output)["log"]!["notes"]![0]);
    }

    [Fact]
    public void ProgressCountsTheBytesOfAllLogsAndFilesOnce()
    {
        string whole = Write("a.csv", ["epoch,loss", .. Enumerable.Range(0, 600_000).Select(epoch => FormattableString.Invariant($"{epoch},{1.0 / (1 + epoch)}"))]);
        string part = Write("b.csv", ["epoch,loss", "0,1"]);
        var logs = new[] { whole, part }.SelectMany(path => LogOpener.Open(path)).ToList();
        var progress = new ReadingProgress(logs);
        var told = new List<long>();

        logs[0].With(logs[0].Options with { Progress = progress.Of(0) }).Read((_, _) =>
        {
            told.Add(progress.Read);
            return null;
        });
        told.Add(progress.Read);
        progress.Finish(0);
        progress.Finish(1);

        Assert.Equal(new FileInfo(whole).Length + new FileInfo(part).Length, progress.Size);
        Assert.True(told[0] < told[1]);
        Assert.InRange(told[1], 1, new FileInfo(whole).Length);
        Assert.Equal(progress.Size, progress.Read);

        var files = progress.Of(1);
        files.Report(5);
        files.Report(3);
        Assert.Equal(progress.Size, progress.Read);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, IEnumerable<string> lines)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
