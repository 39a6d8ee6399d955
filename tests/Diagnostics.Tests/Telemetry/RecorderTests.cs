using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Recording;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Tests.Telemetry;

/// <summary>Recordings: bounded, in parts, and readable by others.</summary>
public sealed class RecorderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Fact]
    public void NumbersComeBackBitForBit()
    {
        double[] values = [0, -0.0, 1.0 / 3, 1e-300, -1e300, double.Epsilon, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity, (double)0.1f];
        string path = Record(recorder =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                recorder.Observe(new Measurement(i, Metric.Loss, ScopeTable.Run, values[i]));
            }
        });

        var read = ReadBack(path).Select(measurement => BitConverter.DoubleToInt64Bits(measurement.Value)).ToList();

        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), read);
    }

    /// <summary>Standard input has no file behind it: what was recorded is known by its first bytes.</summary>
    [Fact]
    public void ARecordingCanBeReadFromAStream()
    {
        string path = Record(recorder => recorder.Observe(new Measurement(0, Metric.ZeroFraction, ScopeTable.Run, 0.5)));
        using var stream = File.OpenRead(path);
        var sink = new List<RunDescription>();

        LogOpener.OpenStream(stream, "-").Read((run, _) =>
        {
            sink.Add(run);
            return null;
        });

        Assert.Equal("recorded", Assert.Single(sink).Name);
        Assert.Null(sink[0].Log);
    }

    [Fact]
    public void ALongRecordingGoesOnInPartsAndStaysBelowItsLimit()
    {
        const int Steps = 60_000;
        string path = Record(recorder =>
        {
            for (int step = 0; step < Steps; step++)
            {
                recorder.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, step / 7.0));
                recorder.Observe(new Measurement(step, Metric.LearningRate, ScopeTable.Run, 0.1));
            }
        });

        var parts = RollingFile.FindParts(path);
        var steps = ReadBack(path).Where(measurement => measurement.Metric == Metric.Loss).Select(measurement => measurement.Step).ToList();

        Assert.InRange(new DirectoryInfo(_folder).EnumerateFiles().Sum(file => file.Length), 700_000, 1_200_000);
        Assert.True(parts[0].Number > 1, "old parts are dropped");
        Assert.Equal((0L, Steps - 1L), (steps[0], steps[^1]));
        Assert.Equal(steps.Order(), steps);
        Assert.Equal(steps.Distinct().Count(), steps.Count);
        Assert.Single(LogOpener.Open(_folder));
    }

    [Fact]
    public void ANewRecordingTakesNoPartsOfAnOldOne()
    {
        File.WriteAllText(Path.Combine(_folder, "run.jsonl.3"), "{}\n");

        string path = Record(recorder => recorder.Observe(new Measurement(0, Metric.Loss, ScopeTable.Run, 1)));

        Assert.Empty(RollingFile.FindParts(path));
    }

    [Fact]
    public void TensorBoardsFormReadsBackAsCurves()
    {
        var scopes = new ScopeTable();
        var recorder = new TensorBoardRecorder(_folder, 1 << 20, scopes);
        recorder.Begin(new RunDescription());
        for (int step = 0; step < 50; step++)
        {
            recorder.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, 2.0 / (step + 1)));
        }

        recorder.Complete();
        string file = Assert.Single(Directory.GetFiles(_folder, "events.out.tfevents.*"));

        var read = ReadBack(file).Where(measurement => measurement.Metric == Metric.Loss).ToList();

        Assert.Equal(50, read.Count);
        Assert.Equal(2.0 / 50, read[^1].Value, 1e-6);
    }

    [Fact]
    public void APlaceThatCannotBeWrittenIsNamedAtAttach()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "x");
        using var model = TorchSharp.torch.nn.Linear(2, 2);

        var exception = Assert.Throws<ArgumentException>(() => TrainingMonitor.Attach(model, new TrainingMonitorOptions { RecordTo = Path.Combine(file, "run.jsonl") }));

        Assert.Contains(nameof(TrainingMonitorOptions.RecordTo), exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Record(Action<TelemetryRecorder> observe)
    {
        string path = Path.Combine(_folder, "run.jsonl");
        var recorder = new TelemetryRecorder(path, 1 << 20, new ScopeTable());
        recorder.Begin(new RunDescription { Name = "recorded" });
        observe(recorder);
        recorder.Complete();
        return path;
    }

    private static List<Measurement> ReadBack(string path)
    {
        var sink = new ListSink();
        Assert.Single(LogOpener.Open(path)).Read((_, _) => sink);
        return sink.Measurements;
    }

    private sealed class ListSink : IMeasurementSink
    {
        public List<Measurement> Measurements { get; } = [];

        public void Begin(RunDescription run)
        {
        }

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement) => Measurements.Add(measurement);

        public void Complete()
        {
        }
    }
}
