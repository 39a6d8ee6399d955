#pragma warning disable IDE1006 // Naming styles: the names of these fields become the paths of layers.
using Microsoft.Extensions.Logging;
using TorchSharp;
using TrainingDoctor.Models;
using TrainingDoctor.Tests.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>What users do to a monitor never gets into their training, and costs no more of the diagnosis than what it was done to.</summary>
public sealed class MonitorFaultTests : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly optim.Optimizer _optimizer;
    private readonly nn.Module<Tensor, Tensor, Tensor> _criterion = nn.CrossEntropyLoss();
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    public MonitorFaultTests()
    {
        torch.manual_seed(1);
        _model = nn.Sequential(("fc", nn.Linear(8, 16)), ("relu", nn.ReLU()), ("out", nn.Linear(16, 3)));
        _optimizer = optim.SGD(_model.parameters(), 0.1);
    }

    [Fact]
    public void ALossThatCannotBeReadIsNoStepAndNoNaN()
    {
        using var monitor = Attach(new TrainingMonitorOptions());
        Steps(monitor, 5);
        using var lost = tensor(1f);
        lost.Dispose();
        monitor.Step(lost);
        Steps(monitor, 60);

        var report = monitor.Complete();

        Assert.Equal((65, 65L), ((int)report.Diagnosis.Facts.StepCount, report.Diagnosis.Facts.Of(Metric.Loss)?.Count));
        Assert.Equal(0, report.Diagnosis.Facts.Of(Metric.Loss)?.NonFiniteCount);
        Assert.False(monitor.StopRequested);
        Assert.Contains("reading the loss", Fault(report), StringComparison.Ordinal);
        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id == "TD4001");
    }

    [Fact]
    public void ATargetThatCannotBeReadCostsTargetsOnly()
    {
        using var monitor = Attach(new TrainingMonitorOptions { Sampling = SamplingSchedule.EveryStep });
        using var lost = tensor(1f);
        lost.Dispose();
        monitor.Step(tensor(0.5f), lost);
        Steps(monitor, 60);

        var facts = monitor.Complete().Diagnosis.Facts;

        Assert.Equal(61, facts.StepCount);
        Assert.True(facts.Of(Metric.GradientNorm, "fc.weight")!.Value.Count >= 60);
        Assert.Equal(60, facts.Of(Metric.TargetClassCount)?.Count);
    }

    /// <summary>A part that fails for ever is tried ever less often, and told of once with the number of its faults.</summary>
    [Fact]
    public void APartThatAlwaysFailsIsTriedEverLessOften()
    {
        using var monitor = Attach(new TrainingMonitorOptions { Sampling = SamplingSchedule.EveryStep });
        using var lost = tensor(1f);
        lost.Dispose();
        for (int step = 0; step < 200; step++)
        {
            monitor.Step(0.5, lost);
        }

        var report = monitor.Complete();

        Assert.Equal(200, report.Diagnosis.Facts.StepCount);
        Assert.Contains("failed 8 times", Fault(report), StringComparison.Ordinal);
    }

    [Fact]
    public void ALoggerThatThrowsIsContained()
    {
        using var monitor = Attach(new TrainingMonitorOptions { Logger = new ThrowingLogger() });
        using var lost = tensor(1f);
        lost.Dispose();
        monitor.Step(lost);
        Steps(monitor, 10);
        for (int step = 0; step < 5; step++)
        {
            monitor.Step(double.NaN);
        }

        var report = monitor.Complete();

        Assert.Equal(15, report.Diagnosis.Facts.StepCount);
        Assert.Contains(report.Findings, finding => finding.Rule.Id == "TD4001");
        Assert.Contains(report.Findings, finding => finding.Rule.Id == "TD0001" && finding.Message.ToString().Contains("logging", StringComparison.Ordinal));
    }

    [Fact]
    public void ACallbackThatThrowsIsToldOfTheNextFindingToo()
    {
        int told = 0;
        using var monitor = Attach(new TrainingMonitorOptions
        {
            OnFinding = _ =>
            {
                told++;
                throw new InvalidOperationException("A fault of the callback.");
            },
        });
        for (int step = 0; step < 60; step++)
        {
            monitor.Step(step < 5 ? 1.0 : double.NaN);
            monitor.Validation(loss: double.NaN);
        }

        var report = monitor.Complete();

        Assert.Equal(60, report.Diagnosis.Facts.StepCount);
        Assert.True(told >= 1);
        Assert.Contains("telling of findings", Fault(report), StringComparison.Ordinal);
    }

    /// <summary>A callback may wait for a thread that asks the monitor, as one that shows findings in a window does.</summary>
    [Fact]
    public void ACallbackMayWaitForAThreadThatAsksTheMonitor()
    {
        bool? answered = null;
        TrainingMonitor? asked = null;
        using var monitor = Attach(new TrainingMonitorOptions
        {
            OnFinding = _ => answered = Task.Run(() => asked!.StopRequested).Wait(TimeSpan.FromSeconds(20)),
        });
        asked = monitor;
        for (int step = 0; step < 8; step++)
        {
            monitor.Step(double.NaN);
        }

        monitor.Complete();

        Assert.True(answered);
    }

    [Fact]
    public void ATapThatThrowsIsContained()
    {
        using var monitor = Attach(new TrainingMonitorOptions { Tap = _ => new ThrowingTap() });
        Steps(monitor, 20);

        var report = monitor.Complete();

        Assert.Equal(20, report.Diagnosis.Facts.Of(Metric.Loss)?.Count);
        Assert.Contains("further taker", Fault(report), StringComparison.Ordinal);
    }

    [Fact]
    public void ARecordingThatIsDeletedMeanwhileIsSaid()
    {
        string path = Path.Combine(_folder, "run.jsonl");
        using var monitor = Attach(new TrainingMonitorOptions { RecordTo = path });
        Steps(monitor, 2);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.Delete(path);
        Steps(monitor, 100);

        Assert.Contains("was deleted while it was written", Fault(monitor.Complete()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Task")]
    [InlineData("RecordTo")]
    public void AWrongOptionIsNamed(string option)
    {
        var options = option == "Task" ? new TrainingMonitorOptions { Task = (TrainingTask)99 } : new TrainingMonitorOptions { RecordTo = "run\0.jsonl" };

        Assert.Contains(option, Assert.ThrowsAny<ArgumentException>(() => TrainingMonitor.Attach(_model, options)).Message, StringComparison.Ordinal);
    }

    /// <summary>Layers may be replaced, by ones of other shapes too, while a live cure holds copies of those before: it begins anew, and acts when it is needed.</summary>
    [Theory]
    [InlineData("fc", 16)]
    [InlineData("out", 5)]
    [InlineData("relu", 0)]
    public void ALayerThatIsReplacedLeavesALiveCureOn(string layer, int outputs)
    {
        // A list: TorchSharp's optimizers go through the sequence of parameters anew at each step, and know nothing of those that came later.
        using var optimizer = optim.SGD(_model.parameters().ToList(), 0.1);
        using var monitor = Attach(new TrainingMonitorOptions { Optimizer = optimizer, Sampling = SamplingSchedule.EveryStep });
        var cure = monitor.Cure();
        Steps(monitor, 15, optimizer);
        Assert.True(ModuleTree.Replace(_model, layer, outputs == 0 ? nn.Tanh() : nn.Linear(layer == "fc" ? 8 : 16, outputs)));
        Steps(monitor, 15, optimizer);
        using (no_grad())
        {
            _model.parameters().First()[0, 0] = float.NaN;
        }

        Steps(monitor, 5, optimizer);

        var report = monitor.Complete();

        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id == "TD0001");
        Assert.Contains(cure.Interventions, intervention => intervention.Kind == CureMode.SkipNonFiniteSteps);
        Assert.All(_model.parameters(), parameter => Assert.True(parameter.isfinite().all().item<bool>()));
    }

    [Fact]
    public void LogLinesOfFindingsWithoutAStepSayNone()
    {
        var logger = new KeepingLogger();
        using var model = nn.Sequential(("a", nn.Linear(4, 4)), ("b", nn.Linear(4, 2)));
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Logger = logger });
        monitor.Step(1.0);
        monitor.Complete();

        Assert.NotEmpty(logger.Lines);
        Assert.DoesNotContain(logger.Lines, line => line.Contains("null", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _model.Dispose();
        _optimizer.Dispose();
        _criterion.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Fault(DiagnosisReport report) => Assert.Single(report.Findings, finding => finding.Rule.Id == "TD0001").Message.ToString();

    private TrainingMonitor Attach(TrainingMonitorOptions options) => TrainingMonitor.Attach(_model, options);

    private void Steps(TrainingMonitor monitor, int count, optim.Optimizer? optimizer = null)
    {
        for (int step = 0; step < count; step++)
        {
            ObservationTests.Step(_model, optimizer ?? _optimizer, _criterion, monitor);
        }
    }

    private sealed class ThrowingLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw new IOException("No space left on device.");
    }

    private sealed class KeepingLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }

    private sealed class ThrowingTap : IMeasurementSink
    {
        public void Begin(RunDescription run) => throw new InvalidOperationException("A fault of the tap.");

        public void Update(RunDescription run) => throw new InvalidOperationException("A fault of the tap.");

        public void Observe(in Measurement measurement) => throw new InvalidOperationException("A fault of the tap.");

        public void Complete() => throw new InvalidOperationException("A fault of the tap.");
    }
}
