using System.Diagnostics;
using System.Globalization;
using System.Text;
using TrainingDoctor.Readers;
using TrainingDoctor.Tests.Readers;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>Folders hold more than logs: pipes that nobody writes into, links that lead back, folders that may not be read, and files by the thousand.</summary>
public sealed class FileKindTests : IDisposable
{
    private const string Log = "step,loss\n1,3\n2,2\n3,1\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    public static TheoryData<string, string> TextFormats => new()
    {
        { "metrics.csv", string.Concat(Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? "step,loss,val_loss\n" : string.Empty)}{i},{5.0 / (i + 1):R},{6.0 / (i + 1):R}\n"))) },
        { "log.jsonl", string.Concat(Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"step\": {i}, \"loss\": {5.0 / (i + 1):R}}}\n"))) },
        { "log.txt", string.Concat(Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i} train {5.0 / (i + 1):R}\n"))) },
        { "train.log", string.Concat(Enumerable.Range(1, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"Epoch [{i}/40], Loss: {5.0 / i:F4}\n"))) },
    };

    [Fact]
    public void APipeInAFolderIsLeftOut()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(Path.Combine(_folder, "good.csv"), Log);
        Pipe(Path.Combine(_folder, "x.log"));
        Pipe(Path.Combine(_folder, "y.jsonl"));

        Assert.Equal("good", Assert.Single(LogOpener.Open(_folder)).Name);
        Assert.False(TelemetryFollower.CanFollow(Path.Combine(_folder, "y.jsonl")));
        Assert.Equal(TelemetryProgress.None, new TelemetryFollower(Path.Combine(_folder, "y.jsonl"), (_, _) => null).Read());
    }

    [Fact]
    public void LinksThatLeadBackAndFoldersThatMayNotBeReadCostOnlyThemselves()
    {
        string metrics = Directory.CreateDirectory(Path.Combine(_folder, "run", "metrics")).FullName;
        File.WriteAllText(Path.Combine(_folder, "run", "meta.yaml"), "name: x\n");
        File.WriteAllText(Path.Combine(metrics, "loss"), string.Concat(Enumerable.Range(0, 20).Select(i => FormattableString.Invariant($"{1700000000000 + i} {5.0 / (i + 1)} {i}\n"))));
        string closed = Directory.CreateDirectory(Path.Combine(metrics, "closed")).FullName;
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateSymbolicLink(Path.Combine(metrics, "back"), "..");
            Directory.CreateSymbolicLink(Path.Combine(metrics, "again"), "..");
            File.CreateSymbolicLink(Path.Combine(metrics, "itself"), Path.Combine(metrics, "itself"));
            File.SetUnixFileMode(closed, UnixFileMode.None);
        }

        var run = Assert.Single(Assert.Single(LogOpener.Open(_folder)).FindRuns());

        Assert.NotNull(run);
        Assert.True(FolderFiles.Below(_folder).Count <= 2);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Each metric of MLflow is a file: thousands are read one after the other, not held open side by side.</summary>
    [Fact]
    public void ThousandsOfMetricsAreNotHeldOpen()
    {
        string metrics = Directory.CreateDirectory(Path.Combine(_folder, "metrics")).FullName;
        File.WriteAllText(Path.Combine(_folder, "meta.yaml"), "name: x\n");
        for (int metric = 0; metric < 600; metric++)
        {
            File.WriteAllText(Path.Combine(metrics, metric == 0 ? "loss" : $"m{metric}"), "1700000000000 3 0\n1700000000001 2 1\n1700000000002 1 2\n");
        }

        int before = OpenFiles();
        int most = 0;
        var run = new List<double>();
        Assert.Single(LogOpener.Open(_folder)).Read((_, _) => new Losses(run, () => most = Math.Max(most, OpenFiles())));

        Assert.Equal([3.0, 2.0, 1.0], run);
        Assert.True(most - before < 300, $"{most - before} files were open");
    }

    [Theory]
    [MemberData(nameof(TextFormats))]
    public void CarriageReturnsAloneEndLinesToo(string name, string text)
    {
        var expected = Assert.Single(ReadRun.Of(Encoding.UTF8.GetBytes(text), name)).Values(Metric.Loss);

        var actual = Assert.Single(ReadRun.Of(Encoding.UTF8.GetBytes(text.Replace('\n', '\r')), name)).Values(Metric.Loss);

        Assert.True(expected.Length >= 39);
        Assert.Equal(expected, actual);
    }

    /// <summary>A time is none of the steps, however large the numbers that a reader takes for steps may be.</summary>
    [Theory]
    [InlineData(1_700_000_000_000_000_000, 1_000_000_000)]
    [InlineData(1_700_000_000_000_000, 1_000_000)]
    public void TimeStampsOfNanosecondsAndMicrosecondsAreNoSteps(long first, long stride)
    {
        string csv = "step,loss\n" + string.Concat(Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($"{first + (i * stride)},{5.0 / (i + 1)}\n")));
        SupervisedDiagnosis? run = null;
        LogOpener.OpenStream(new MemoryStream(Encoding.UTF8.GetBytes(csv)), "ns.csv").Read((_, scopes) => run = new SupervisedDiagnosis(RuleSet.Default, scopes));

        var facts = run!.Finish().Diagnosis.Facts;

        Assert.Equal((50L, 50L), (facts.StepCount, facts.Of(Metric.Loss)!.Value.Count));
        Assert.InRange(facts.LastStep, 49, 60);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Pipe(string path)
    {
        using var made = Process.Start("mkfifo", path)!;
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }

    private static int OpenFiles() => OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : 0;

    private sealed class Losses(List<double> losses, Action looked) : IMeasurementSink
    {
        public void Begin(RunDescription run) => looked();

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.Loss)
            {
                losses.Add(measurement.Value);
            }
        }

        public void Complete()
        {
        }
    }
}
