using TorchSharp;
using TrainingDoctor.Probes;
using TrainingDoctor.Reports;
using TrainingDoctor.Telemetry;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>How weights, gradients and outputs are spread: taken now and then, recorded, replayed, and shown for the layers that findings name.</summary>
public sealed class DistributionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Fact]
    public void WhatIsCountedIsWhatTheTensorsHold()
    {
        var taken = new Taker();
        using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("relu", nn.ReLU()), ("out", nn.Linear(16, 3)));
        Train(model, 1, taken);

        Assert.Equal(
            ["gradients fc.bias", "gradients fc.weight", "gradients out.bias", "gradients out.weight", "outputs (output)", "outputs fc", "outputs out", "outputs relu", "weights fc.bias", "weights fc.weight", "weights out.bias", "weights out.weight"],
            taken.All.Select(one => $"{KebabCase.Of(one.Kind)} {one.Scope}").Order(StringComparer.Ordinal));
        var weights = taken.All.Single(one => one is { Kind: DistributionKind.Weights, Scope: "fc.weight" });
        float[] values = [.. model.state_dict()["fc.weight"].data<float>()];
        Assert.Equal(values.Length, weights.Counts.Sum());
        for (int i = 0; i < weights.Counts.Count; i++)
        {
            Assert.Equal(values.Count(value => Bucket(value) == weights.First + i), weights.Counts[i]);
        }

        // No output of a ReLU is below zero.
        Assert.Equal(0, taken.All.Single(one => one is { Kind: DistributionKind.Outputs, Scope: "relu" }).First);
    }

    [Fact]
    public void ALongRunHasFewOfThem()
    {
        var schedule = new DistributionSchedule(["a"], []);
        int count = 0;
        for (long step = 0; step < 1_000_000; step++)
        {
            if (schedule.Wants(step))
            {
                count++;
                schedule.Took(step);
            }
        }

        Assert.InRange(count, 100, 250);
    }

    [Fact]
    public void OfVeryManyParametersSomeAreChosenAndThoseThatAFindingNames()
    {
        string[] names = [.. Enumerable.Range(0, 1000).Select(index => $"layer{index}.weight")];
        var schedule = new DistributionSchedule(names, []);
        Assert.Equal(64, names.Count(schedule.Wants));
        Assert.False(schedule.Wants("layer501.weight"));

        schedule.Choose(["layer501"]);

        Assert.True(schedule.Wants("layer501.weight"));
        Assert.Equal(65, names.Count(schedule.Wants));
    }

    [Fact]
    public void ARecordingGivesTheReportOfTheLiveRunWithItsDistributions()
    {
        string path = Path.Combine(_folder, "run.jsonl");
        using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("relu", nn.ReLU()), ("out", nn.Linear(16, 3)));
        using (no_grad())
        {
            // No unit is ever active.
            model.state_dict()["fc.bias"].fill_(-1e3);
        }

        var live = Train(model, 60, null, path).ToDocument();
        SupervisedDiagnosis? replayed = null;
        var replay = new TelemetryReplay((_, scopes) => replayed = new SupervisedDiagnosis(RuleSet.Default, scopes));
        foreach (string line in File.ReadLines(path))
        {
            replay.Add(line);
        }

        replay.Complete();
        var report = replayed!.Finish();

        Assert.Contains(live.Distributions!, one => one is { Kind: DistributionKind.Outputs, Scope: "relu" });
        var again = report.ToDocument();
        Assert.Equal(ReportJson.Serialize(live with { Run = again.Run, Summary = again.Summary, Price = again.Price }), ReportJson.Serialize(again));
        using var page = new StringWriter();
        report.WriteTo(new HtmlReportExporter(), page);
        Assert.Contains("Outputs of relu, by power of two", page.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"step":1,"h":[["weights","fc",-42,[1]]]}""")]
    [InlineData("""{"step":1,"h":[["weights","fc",0,[-1]]]}""")]
    [InlineData("""{"step":1,"h":[["weights","fc",0,["1"]]]}""")]
    [InlineData("""{"step":1,"h":[["weights","fc",0]]}""")]
    [InlineData("""{"step":1,"h":{}}""")]
    [InlineData("""{"h":[]}""")]
    public void WhatIsNoDistributionIsRefused(string line)
    {
        var replay = new TelemetryReplay((_, _) => null);
        Assert.Throws<FormatException>(() => replay.Add(line));
    }

    [Fact]
    public void KindsAndBucketsOfLaterVersionsAreLeftOut()
    {
        var taken = new Taker();
        var replay = new TelemetryReplay((_, _) => taken);
        replay.Add("""{"telemetry":"1.0","run":{"name":"a"}}""");
        replay.Add("""{"step":1,"h":[["momenta","fc",0,[1]],["weights","fc",40,[1,2,3]],["weights","fc",-41,[7]]]}""");

        Assert.Equal((-41, 7L), (taken.All.Single().First, taken.All.Single().Counts.Single()));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int Bucket(float value) => value == 0 || Math.ILogB(value) < -24 ? 0 : Math.Sign(value) * (Math.Min(Math.ILogB(value) + 24, 40) + 1);

    private static DiagnosisReport Train(nn.Module<Tensor, Tensor> model, int steps, IMeasurementSink? taker, string? path = null)
    {
        torch.manual_seed(1);
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        using var criterion = nn.CrossEntropyLoss();
        var options = new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, RecordTo = path, Sampling = SamplingSchedule.EveryStep, Tap = taker is null ? null : _ => taker };
        using var monitor = TrainingMonitor.Attach(model, options);
        for (int step = 0; step < steps; step++)
        {
            ObservationTests.Step(model, optimizer, criterion, monitor);
        }

        return monitor.Complete();
    }

    private sealed class Taker : IMeasurementSink
    {
        public List<Distribution> All { get; } = [];

        public void Begin(RunDescription run)
        {
        }

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement)
        {
        }

        public void Observe(Distribution distribution) => All.Add(distribution);

        public void Complete()
        {
        }
    }
}
