using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Demo;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Live;

/// <summary>A run has one learning rate to go on with: the live page says the same while it trains as the report says at its end.</summary>
public sealed partial class AdviceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Fact]
    public async Task ThePageAdvisesTheRateThatTheReportAdvises()
    {
        string[] lines = await RecordingAsync("nan-learning-rate");
        int middle = lines.Length / 2;
        await using var host = await LiveTestHost.StartAsync();

        await host.PushAsync("a", 0, lines[..middle]);
        host.Look();
        var (pageMidway, apiMidway) = await ServedAsync(host);
        await host.PushAsync("a", middle, lines[middle..]);
        host.Look();
        var (pageAtTheEnd, apiAtTheEnd) = await ServedAsync(host);

        double rate = Assert.Single(await ReportedAsync(lines));
        Assert.Equal([rate], await ReportedAsync(lines[..middle]));
        Assert.Equal([rate], pageMidway);
        Assert.Equal([rate], apiMidway);
        Assert.Equal([rate], pageAtTheEnd);
        Assert.Equal([rate], apiAtTheEnd);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<(IReadOnlyList<double> Page, IReadOnlyList<double> Api)> ServedAsync(LiveTestHost host)
    {
        string page = await host.Http.GetStringAsync("/runs/a");
        return ([.. RateInWords().Matches(page).Select(match => double.Parse(match.Groups["rate"].Value, System.Globalization.CultureInfo.InvariantCulture)).Distinct()], Rates(await host.Http.GetStringAsync("/api/v1/runs/a")));
    }

    private async Task<IReadOnlyList<double>> ReportedAsync(string[] lines)
    {
        string log = Path.Combine(_folder, $"{lines.Length}.jsonl");
        await File.WriteAllLinesAsync(log, lines);
        return Rates((await CommandLine.RunAsync("diagnose", log, "--report", "json")).Output);
    }

    private static IReadOnlyList<double> Rates(string report) =>
    [
        .. JObject.Parse(report)["findings"]!.SelectMany(finding => finding["remedies"]!).SelectMany(remedy => remedy["actions"]!)
            .Where(action => (string?)action["kind"] == "set-learning-rate").Select(action => (double)action["value"]!).Distinct(),
    ];

    private static async Task<string[]> RecordingAsync(string demo)
    {
        using var reader = new StreamReader(DemoRecording.Open(demo));
        return (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"learning rate to (?<rate>\d+(?:\.\d+)?(?:E[+-]?\d+)?)")]
    private static partial Regex RateInWords();
}
