using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Text;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Demo;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Demo;

/// <summary>What the tool shows where it cannot train: the demos' telemetry, recorded once. TRAINDOCTOR_UPDATE_RECORDINGS=1 records it anew.</summary>
[Collection(Lanes.Alone)]
[Trait("Speed", "Slow")]
public sealed partial class DemoRecordingTests : IDisposable
{
    /// <summary>Sampled thinly: a recording shows how a diagnosis looks, and every user downloads it.</summary>
    private static readonly SamplingSchedule Sampling = new() { DenseSteps = 30, Interval = 15, AlarmedSteps = 10, KeepsBudget = false };

    private static readonly string Recordings = Path.Combine(Repository.Root, "src", "Host", "Demo", "Recordings");

    private readonly string _folder = Directory.CreateTempSubdirectory("recordings-").FullName;

    public static TheoryData<string> Demos => new(DemoCatalog.Names);

    [Fact]
    public void RecordingsAreMadeWhereTheEnvironmentAsks()
    {
        if (TestEnvironment.Read("UPDATE_RECORDINGS") != "1")
        {
            return;
        }

        Directory.CreateDirectory(Recordings);
        foreach (string demo in DemoCatalog.Names)
        {
            string path = Path.Combine(_folder, $"{demo}.jsonl");
            using (var monitoring = new MonitoringObserver(options => (options.RecordTo, options.Sampling) = (path, Sampling)))
            {
                TrainingLoop.Run(DemoCatalog.Find(demo), seed: 1, monitoring);
            }

            using var packed = File.Create(Path.Combine(Recordings, $"{demo}.jsonl.br"));
            using var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize);
            brotli.Write(Encoding.UTF8.GetBytes(string.Concat(Thinned([.. File.ReadLines(path)]).Select(line => Shorten(line, demo) + "\n"))));
        }
    }

    /// <summary>The layers that a demo's finding names are shown over time, as those of a training are.</summary>
    [Fact]
    public async Task ARecordingHoldsTheDistributionsOfItsTroubledLayers()
    {
        var replayed = await CommandLine.RunAsync("demo", "dead-relu", "--replay", "--output", "-", "--quiet");

        Assert.Contains(JObject.Parse(replayed.Output)["distributions"]!, distribution => (string?)distribution["kind"] == "outputs" && ((string?)distribution["scope"] ?? (string?)distribution["name"])?.Contains("relu1", StringComparison.Ordinal) == true);
    }

    [Theory]
    [MemberData(nameof(Demos))]
    public async Task ARecordingTellsTheStoryOfItsTraining(string demo)
    {
        var replayed = await CommandLine.RunAsync("demo", demo, "--replay", "--output", "-");
        var trained = await CommandLine.RunAsync("demo", demo, "--output", "-", "--quiet");

        Assert.True(replayed.ExitCode == 0, replayed.Error);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("replayed", Assert.Single(replayed.ErrorLines), StringComparison.Ordinal);
        var (recording, training) = (JObject.Parse(replayed.Output), JObject.Parse(trained.Output));
        Assert.Equal((string?)training["verdict"], (string?)recording["verdict"]);
        Assert.Equal(RuleOfPrimary(training), RuleOfPrimary(recording));
        Assert.Equal((long)training["run"]!["steps"]!, (long)recording["run"]!["steps"]!);
        Assert.Equal($"recording of demo {demo}", (string?)recording["run"]!["path"]);
        Assert.Equal(demo, (string?)recording["run"]!["name"]);
    }

    [Fact]
    public void AllOfThemAreSmall() => Assert.InRange(Directory.EnumerateFiles(Recordings).Sum(file => new FileInfo(file).Length), 1, 180_000);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string? RuleOfPrimary(JObject report) => (string?)report["findings"]!.FirstOrDefault(finding => (string?)finding["id"] == (string?)report["primary"])?["rule"];

    /// <summary>Of the steps at which distributions were counted a third is kept: a map of eleven columns shows how they move, and takes 20 of 170 kB.</summary>
    private static IEnumerable<string> Thinned(List<string> lines)
    {
        var steps = lines.Where(IsDistribution).Select(StepOf).Distinct().Where((_, index) => index % 3 == 0).ToHashSet();
        return lines.Where(line => !IsDistribution(line) || steps.Contains(StepOf(line)));

        static bool IsDistribution(string line) => line.Contains("\"h\":[[", StringComparison.Ordinal);

        static long StepOf(string line) => (long)JObject.Parse(line)["step"]!;
    }

    /// <summary>Four digits are as many as a report shows; where it was recorded does not matter.</summary>
    private static string Shorten(string line, string demo)
    {
        if (line.Contains("\"run\"", StringComparison.Ordinal))
        {
            var row = JObject.Parse(line);
            ((JObject)row["run"]!)["path"]?.Parent!.Remove();
            row["run"]!["name"] = demo;
            return row.ToString(Newtonsoft.Json.Formatting.None);
        }

        return LongNumber().Replace(line, match => double.Parse(match.Value, CultureInfo.InvariantCulture).ToString("G4", CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"-?[0-9]+\.[0-9]+([eE][-+]?[0-9]+)?")]
    private static partial Regex LongNumber();
}
