using Newtonsoft.Json.Linq;
using TorchSharp;
using TrainingDoctor.Readers;
using TrainingDoctor.Tests.Cures;
using TrainingDoctor.Tests.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Telemetry;

/// <summary>Law 1: the report of a live run equals the report of its recorded telemetry, timestamps apart.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    public static TheoryData<double> LearningRates => [0.1, 8];

    [Theory]
    [MemberData(nameof(LearningRates))]
    public void TheReplayedReportEqualsTheLiveOne(double learningRate)
    {
        string path = Path.Combine(_folder, "run.jsonl");
        var live = Train(path, learningRate);

        var replayed = Replay(path);

        Assert.Equal(WithoutTimes(live), WithoutTimes(replayed));
    }

    [Fact]
    public void AfterAKillAllCompleteLinesAreRead()
    {
        string path = Path.Combine(_folder, "run.jsonl");
        Train(path, 0.1);
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length * 2 / 3)]);

        var replayed = Replay(path);

        Assert.InRange(replayed.Diagnosis.Facts.LastStep, 20, 260);
        Assert.Null(replayed.Run.Log);
    }

    [Fact]
    public void ADamagedLineCostsOnlyItself()
    {
        string path = Path.Combine(_folder, "run.jsonl");
        Train(path, 0.1);
        string[] lines = File.ReadAllLines(path);
        lines[10] = lines[10][..20];
        File.WriteAllLines(path, lines);

        var damage = Assert.Single(Replay(path).Run.Log!.Damage);

        Assert.Contains("run.jsonl(11)", damage.Location, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static DiagnosisReport Train(string path, double learningRate)
    {
        torch.set_num_threads(1);
        using var monitoring = new MonitoringObserver(options => options.RecordTo = path);
        TrainingLoop.Run(new DigitsTestProgram { Optimizer = model => optim.SGD(model.parameters(), learningRate) }, 1, monitoring);
        return monitoring.Report!;
    }

    private static DiagnosisReport Replay(string path)
    {
        SeriesCollector? series = null;
        var diagnosis = Assert.Single(LogDiagnosis.Diagnose(Assert.Single(LogOpener.Open(path)), RuleSet.Default, (_, scopes) => series = new SeriesCollector(scopes)));
        return DiagnosisReport.Create(diagnosis, series);
    }

    private static string WithoutTimes(DiagnosisReport report)
    {
        var json = JObject.Parse(report.ToJson());
        var run = (JObject)json["run"]!;
        run.Remove("durationSeconds");
        run.Remove("startedAt");

        // The price of an illness is told in time where it is known.
        json.Remove("summary");
        json.Remove("price");
        return json.ToString();
    }
}
