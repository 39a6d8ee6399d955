using System.Globalization;
using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Commands;

public sealed class DiagnoseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Theory]
    [InlineData("never", 0)]
    [InlineData("error", 1)]
    public async Task ExitCodesFollowFailOn(string failOn, int expected)
    {
        string log = Write("metrics.csv", ["epoch,loss", .. Enumerable.Range(0, 30).Select(epoch => $"{epoch},{(epoch < 10 ? "0.5" : "nan")}")]);

        var outcome = await CommandLine.RunAsync("diagnose", log, "--fail-on", failOn, "--output", "-");

        Assert.Equal(expected, outcome.ExitCode);
        Assert.Contains(JObject.Parse(outcome.Output)["findings"]!, finding => (string?)finding["rule"] == "non-finite-loss");
        Assert.Empty(outcome.Error);
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

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, IEnumerable<string> lines)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
