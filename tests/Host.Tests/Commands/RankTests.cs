using System.Globalization;
using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Commands;

public sealed class RankTests : IDisposable
{
    private const int Steps = 200;

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    public static TheoryData<Layout> Layouts => new(Enum.GetValues<Layout>());

    public enum Layout
    {
        JsonLines,
        Csv,
        Telemetry,
        Folders,
        OneFile,
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task FindsTheRankThatDiverges(Layout layout)
    {
        Write(layout, (rank, step) => rank == 2 && step > 100 ? 1.01 : 1, (_, _) => 0.1);

        var report = await DiagnoseAsync("diagnose");

        var finding = Assert.Single(report["findings"]!, finding => (string?)finding["ruleId"] == "TD8001");
        Assert.Equal(["2"], finding["layers"]!.Values<string>());
        Assert.InRange((long)finding["firstStep"]!, 101, 105);
        Assert.DoesNotContain(report["findings"]!, finding => (string?)finding["ruleId"] == "TD8002");
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task FindsTheRankThatIsLate(Layout layout)
    {
        Write(layout, (_, _) => 1, (rank, _) => rank == 3 ? 0.2 : 0.1);

        var report = await DiagnoseAsync("diagnose");

        var finding = Assert.Single(report["findings"]!, finding => (string?)finding["ruleId"] == "TD8002");
        Assert.Equal(["3"], finding["layers"]!.Values<string>());
        Assert.DoesNotContain(report["findings"]!, finding => (string?)finding["ruleId"] == "TD8001");
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task FindsNothingInRanksThatAgree(Layout layout)
    {
        Write(layout, (_, _) => 1, (_, _) => 0.1);

        var report = await DiagnoseAsync("diagnose");

        // That the loss still falls at the end may be told.
        Assert.DoesNotContain(report["findings"]!, finding => (string?)finding["severity"] != "info");
        foreach (string rule in new[] { "TD8001", "TD8002" })
        {
            Assert.Equal("passed", (string?)report["rules"]!.Single(entry => (string?)entry["ruleId"] == rule)["status"]);
        }
    }

    [Fact]
    public async Task WatchesRanksAsOneRun()
    {
        Write(Layout.JsonLines, (rank, step) => rank == 2 && step > 100 ? 1.01 : 1, (_, _) => 0.1);

        var outcome = await CommandLine.RunAsync("watch", _folder, "--interval", "0.05", "--stop-when", "error", "--output", "-");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("error TD8001 rank-divergence", outcome.Error, StringComparison.Ordinal);
        var diagnosed = await CommandLine.RunAsync("diagnose", _folder, "--output", "-");
        Assert.Equal(diagnosed.Output, outcome.Output);
    }

    [Fact]
    public async Task JudgesTheRanksThoughTheLogOfOneIsDamaged()
    {
        Write(Layout.Csv, (_, _) => 1, (_, _) => 0.1);
        await File.WriteAllTextAsync(Path.Combine(_folder, "train_rank1.csv"), "step,loss\n0,1\n\u0001\u0002");

        var outcome = await CommandLine.RunAsync("diagnose", _folder, "--output", "-");

        Assert.Equal(0, outcome.ExitCode);
        var report = JObject.Parse(outcome.Output);
        Assert.Equal("train", (string?)report["run"]!["name"]);
        Assert.All(new[] { "TD8001", "TD8002" }, rule => Assert.Equal("passed", (string?)report["rules"]!.Single(entry => (string?)entry["ruleId"] == rule)["status"]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<JObject> DiagnoseAsync(string command)
    {
        var outcome = await CommandLine.RunAsync(command, _folder, "--output", "-", "--fail-on", "never");
        Assert.Equal((0, string.Empty), (outcome.ExitCode, outcome.Error));
        return JObject.Parse(outcome.Output);
    }

    private void Write(Layout layout, Func<int, int, double> weight, Func<int, int, double> time)
    {
        if (layout == Layout.OneFile)
        {
            File.WriteAllLines(Path.Combine(_folder, "metrics.jsonl"), Enumerable.Range(0, Steps).SelectMany(step => Enumerable.Range(0, 4).Select(rank => string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"rank\":{rank},\"step\":{step},\"loss\":{(2 * Math.Exp(-step / 40.0)) + 0.2 + (0.02 * Math.Sin((step * 7) + rank)):R},\"weight_norm\":{(10 + (0.01 * step)) * weight(rank, step):R},\"step_time\":{time(rank, step) * (1 + (0.02 * Math.Sin(step + rank))):R}}}"))));
            return;
        }

        for (int rank = 0; rank < 4; rank++)
        {
            var rows = Enumerable.Range(0, Steps).Select(step => (
                Step: step,
                Loss: (2 * Math.Exp(-step / 40.0)) + 0.2 + (0.02 * Math.Sin((step * 7) + rank)),
                Norm: (10 + (0.01 * step)) * weight(rank, step),
                Time: time(rank, step) * (1 + (0.02 * Math.Sin(step + rank)))));
            string file = Path.Combine(_folder, layout switch
            {
                Layout.Csv => $"train_rank{rank}.csv",
                Layout.Folders => $"rank-{rank}/metrics.csv",
                _ => $"rank{rank}.jsonl",
            });
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllLines(file, layout switch
            {
                Layout.JsonLines => rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{row.Step},\"loss\":{row.Loss:R},\"weight_norm\":{row.Norm:R},\"step_time\":{row.Time:R}}}")),
                Layout.Telemetry => [
                    $"{{\"telemetry\":\"1.0\",\"run\":{{\"name\":\"ranked\",\"source\":\"live\"}}}}",
                    .. rows.Select(row => string.Create(
                        CultureInfo.InvariantCulture,
                        $"{{\"step\":{row.Step},\"m\":[[\"loss\",\"\",{row.Loss:R}],[\"global_weight_norm\",\"\",{row.Norm:R}],[\"step_duration\",\"{rank}\",{row.Time:R}]]}}")),
                    "{\"complete\":true}"],
                _ => ["step,loss,weight_norm,step_time", .. rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Step},{row.Loss:R},{row.Norm:R},{row.Time:R}"))],
            });
        }
    }
}
