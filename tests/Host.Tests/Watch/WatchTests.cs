using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Watch;

public sealed class WatchTests : IDisposable
{
    private static readonly string[] Ill = ["epoch,loss", .. Enumerable.Range(0, 30).Select(epoch => $"{epoch},{(epoch < 10 ? $"0.{90 - (5 * epoch)}" : "nan")}")];

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Fact]
    public async Task GivesTheReportThatDiagnoseGivesAfterwards()
    {
        string log = Path.Combine(_folder, "run.csv");
        await File.WriteAllTextAsync(log, "epoch,loss\n0,0.5\n1,0.4");
        var watching = CommandLine.RunAsync("watch", _folder, "--interval", "0.05", "--stop-when-idle", "2", "--quiet", "--output", "-");
        await File.AppendAllTextAsync(log, "5\n2,0.4\n");
        await File.AppendAllLinesAsync(log, Enumerable.Range(3, 30).Select(epoch => $"{epoch},nan"));
        var watched = await watching;

        var diagnosed = await CommandLine.RunAsync("diagnose", _folder, "--quiet", "--output", "-");

        Assert.Equal((1, 1), (watched.ExitCode, diagnosed.ExitCode));
        Assert.True(JToken.DeepEquals(JObject.Parse(diagnosed.Output), JObject.Parse(watched.Output)));
    }

    [Fact]
    public async Task StopsAtAnErrorOfARunThatAppearsLater()
    {
        var watching = CommandLine.RunAsync("watch", _folder, "--interval", "0.05", "--stop-when", "error", "--fail-on", "never");
        await File.WriteAllLinesAsync(Path.Combine(_folder, "late.csv"), Ill);

        var outcome = await watching.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("late: error TD4001 non-finite-loss", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunsTheCommandWithTheFindingOnItsInput()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await File.WriteAllLinesAsync(Path.Combine(_folder, "run.csv"), Ill);
        using var elsewhere = new TemporaryFile();

        await CommandLine.RunAsync("watch", _folder, "--interval", "0.05", "--stop-when", "error", "--notify-at", "error", "--on-finding", $"cat > '{elsewhere.Path}'");

        Assert.Equal("TD4001", (string?)JObject.Parse(await File.ReadAllTextAsync(elsewhere.Path))["ruleId"]);
    }

    [Theory]
    [InlineData("--webhook", "ftp://example.org")]
    [InlineData("--interval", "0")]
    public async Task RefusesWrongOptions(string option, string value)
    {
        var outcome = await CommandLine.RunAsync("watch", _folder, option, value);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(option, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class TemporaryFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
