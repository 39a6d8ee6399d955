using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Commands;

/// <summary><c>traindoctor learn</c> and <c>--normal</c> as a user meets them.</summary>
public sealed class LearnTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Fact]
    public async Task ARunThatLeavesWhatGoodRunsDoIsToldOf()
    {
        var learnt = await CommandLine.RunAsync("learn", Log("a.csv", 40, 1), Log("b.csv", 40, 2), Log("c.csv", 40, 3), "--output", At("normal.json"));
        Assert.Equal((0, string.Empty), (learnt.ExitCode, learnt.Error));
        Assert.StartsWith("Learnt 3 series of 3 runs of up to 201 steps.", learnt.Output, StringComparison.Ordinal);

        var good = await CommandLine.RunAsync("diagnose", Log("d.csv", 40, 4), "--normal", At("normal.json"), "--fail-on", "warning", "-o", At("good.json"));
        Assert.Equal((0, "passed"), (good.ExitCode, Status("good.json")));

        // Half as fast is no fault that rules for everybody's trainings could name.
        var slow = await CommandLine.RunAsync("diagnose", Log("e.csv", 90, 5), "--normal", At("normal.json"), "--fail-on", "warning", "-o", At("slow.json"));
        Assert.Equal((1, "found"), (slow.ExitCode, Status("slow.json")));
        Assert.Contains("TD8521", slow.Output, StringComparison.Ordinal);
        Assert.Equal("compare-runs", (string?)JObject.Parse(File.ReadAllText(At("slow.json"))).SelectToken("findings[0].remedies[0].actions[0].kind"));

        var without = await CommandLine.RunAsync("diagnose", Log("e.csv", 90, 5), "--fail-on", "warning", "-o", At("without.json"));
        Assert.Equal((0, "not-evaluated"), (without.ExitCode, Status("without.json")));
    }

    [Fact]
    public async Task AWatchedRunIsHeldAgainstItToo()
    {
        await CommandLine.RunAsync("learn", Log("a.csv", 40, 1), Log("b.csv", 40, 2), Log("c.csv", 40, 3), "--output", At("normal.json"));

        var watched = await CommandLine.RunAsync("watch", Log("e.csv", 90, 5), "--normal", At("normal.json"), "--interval", "0.05", "--stop-when-idle", "1", "--fail-on", "warning", "-o", At("slow.json"));

        Assert.Equal((1, "found"), (watched.ExitCode, Status("slow.json")));
        Assert.Contains("TD8521", watched.Error + watched.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnIllRunThatIsLearntFromIsNoted()
    {
        string log = At("ill.csv");
        File.WriteAllLines(log, ["step,loss", .. Enumerable.Range(0, 100).Select(step => FormattableString.Invariant($"{step},{(step < 50 ? "1.5" : "nan")}"))]);

        var outcome = await CommandLine.RunAsync("learn", log, "-o", At("normal.json"));

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("TD4001", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--output", "learn", "{0}")]
    [InlineData("no such file", "learn", "nowhere.csv", "-o", "{1}")]
    [InlineData("normal.json", "diagnose", "{0}", "--normal", "{1}")]
    [InlineData("missing.json", "diagnose", "{0}", "--normal", "missing.json")]
    public async Task WrongUseExitsWith2AndOneLine(string said, params string[] words)
    {
        File.WriteAllText(At("normal.json"), "{\n  \"schemaVersion\": \"1.0\",\n  \"runs\": }");

        var outcome = await CommandLine.RunAsync([.. words.Select(word => word.Replace("{0}", Log("a.csv", 40, 1), StringComparison.Ordinal).Replace("{1}", At("normal.json"), StringComparison.Ordinal))]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(said, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string? Status(string report) => (string?)JObject.Parse(File.ReadAllText(At(report)))["rules"]!.Single(rule => (string?)rule["ruleId"] == "TD8521")["status"];

    private string At(string name) => Path.Combine(_folder, name);

    private string Log(string name, double pace, int seed)
    {
        var random = new Random(seed);
        string path = At(name);
        File.WriteAllLines(path, ["step,loss,val_loss", .. Enumerable.Range(1, 200).Select(step =>
        {
            double loss = (2 * Math.Exp(-step / pace)) + 0.1;
            return FormattableString.Invariant($"{step},{loss * (1 + (0.05 * (random.NextDouble() - 0.5))):R},{loss * 1.1 * (1 + (0.05 * (random.NextDouble() - 0.5))):R}");
        })]);
        return path;
    }
}
