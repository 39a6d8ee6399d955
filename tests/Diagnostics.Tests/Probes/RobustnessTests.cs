#pragma warning disable IDE1006 // Naming styles: the names of these fields become the paths of layers.
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Every kind of model and loop: the monitor sees what there is, and nothing gets out of it.</summary>
public sealed class RobustnessTests
{
    [Fact]
    public void TheDevicePathGivesTheSameMeasurements()
    {
        var host = Facts(force: false);
        var device = Facts(force: true);
        foreach (var metric in Enum.GetValues<Metric>())
        {
            foreach (var (scope, expected) in host.All(metric))
            {
                var actual = device.Of(metric, device.Scopes.Find(scope.Kind, scope.Name)!.Value)!.Value;
                Assert.Equal(expected.Count, actual.Count);
                Assert.True(
                    Math.Abs(expected.Sum - actual.Sum) <= (1e-4 * Math.Abs(expected.Sum)) + 1e-5,
                    $"{metric} of '{scope.Name}': {expected.Sum:R} in memory, {actual.Sum:R} on the device");
            }
        }

        static RunFacts Facts(bool force)
        {
            torch.manual_seed(2);
            using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("norm", nn.BatchNorm1d(16)), ("tanh", nn.Tanh()), ("mid", nn.Linear(16, 16)), ("relu", nn.ReLU()), ("out", nn.Linear(16, 3)));
            using var optimizer = optim.Adam(model.parameters(), 0.01, weight_decay: 1e-3);
            using var criterion = nn.CrossEntropyLoss();
            using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Sampling = SamplingSchedule.EveryStep, ForceDevicePath = force });
            for (int step = 0; step < 20; step++)
            {
                ObservationTests.Step(model, optimizer, criterion, monitor);
            }

            var report = monitor.Complete();
            Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id == "TD0001");
            return report.Diagnosis.Facts;
        }
    }

    [Fact]
    public void OnADeviceNoTensorIsLeftBehind()
    {
        torch.manual_seed(1);
        using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("relu", nn.ReLU()), ("out", nn.Linear(16, 3)));
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = nn.CrossEntropyLoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Sampling = SamplingSchedule.EveryStep, ForceDevicePath = true });
        long after10 = 0;
        for (int step = 0; step < 100; step++)
        {
            ObservationTests.Step(model, optimizer, criterion, monitor);
            after10 = step == 10 ? LiveTensors() : after10;
        }

        Assert.Equal(after10, LiveTensors());

        // The scope's statistics lose sight of what is taken out of its scope.
        static long LiveTensors()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void EveryPrecisionIsMeasured(ScalarType type)
    {
        torch.manual_seed(1);
        using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("relu", nn.ReLU()), ("out", nn.Linear(16, 3))).to(type);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer });
        for (int step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = model.call(randn([16, 8]).to(type)).square().mean();
            loss.backward();
            optimizer.step();
            monitor.Step(loss);
        }

        var facts = monitor.Complete().Diagnosis.Facts;
        Assert.Equal(3, facts.Of(Metric.OutputStandardDeviation, "fc")!.Value.Count);
        Assert.True(facts.Of(Metric.GradientNorm, "fc.weight")!.Value.Minimum > 0);
        Assert.Equal(3, facts.Of(Metric.UpdateRatio, "fc.weight")!.Value.Count);
    }

    [Fact]
    public void OddModelsAreSeenAsFarAsTheyGo()
    {
        torch.manual_seed(1);
        using var model = new Odd();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Sampling = SamplingSchedule.EveryStep });
        for (int step = 0; step < 4; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            for (int part = 0; part < 2; part++)
            {
                var (left, right) = model.call(randn(step == 2 ? 0 : 6, 8), randint(0, 10, [step == 2 ? 0 : 6], dtype: ScalarType.Int64));
                (left.sum() + right.sum()).backward();
            }

            optimizer.step();
            monitor.Step(1.0);
        }

        var report = monitor.Complete();
        var facts = report.Diagnosis.Facts;
        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id == "TD0001");
        Assert.Equal(16, facts.Of(Metric.CallCount, "shared")!.Value.Last);
        Assert.Equal(0, facts.Of(Metric.CallCount, "unused")!.Value.Last);
        Assert.Equal(3, facts.Of(Metric.OutputMean, "shared")!.Value.Count);
        Assert.Equal(0, facts.Of(Metric.GradientPresent, "unused.weight")!.Value.Maximum);
        Assert.Null(facts.Of(Metric.GradientPresent, "frozen.weight"));
        Assert.NotNull(facts.Of(Metric.OutputMean, "embedding"));
    }

    [Fact]
    public void EvaluationInEvaluationModeIsNotTrainingEvenWithGradients()
    {
        torch.manual_seed(1);
        using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("drop", nn.Dropout(0.5)), ("out", nn.Linear(16, 3)));
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = nn.CrossEntropyLoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer });
        for (int step = 0; step < 4; step++)
        {
            ObservationTests.Step(model, optimizer, criterion, monitor);
            model.eval();
            using var input = randn(64, 8);
            using var output = model.call(input);
            monitor.Validation(loss: 1);
            model.train();
        }

        var facts = monitor.Complete().Diagnosis.Facts;
        Assert.Equal(4, facts.Of(Metric.CallCount, "fc")!.Value.Last);
        Assert.Equal(1, facts.Of(Metric.TrainingMode, "drop")!.Value.Minimum);
        Assert.Equal(0, facts.Of(Metric.ValidationTrainingMode, "drop")!.Value.Maximum);
        Assert.Equal(3, facts.LastStep);
    }

    [Fact]
    public void TrainingInEvaluationModeIsStillTraining()
    {
        using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("drop", nn.Dropout(0.5)), ("out", nn.Linear(16, 3)));
        model.eval();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = nn.CrossEntropyLoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer });
        for (int step = 0; step < 4; step++)
        {
            ObservationTests.Step(model, optimizer, criterion, monitor);
        }

        var facts = monitor.Complete().Diagnosis.Facts;
        Assert.Equal(4, facts.Of(Metric.CallCount, "fc")!.Value.Last);
        Assert.Equal(0, facts.Of(Metric.TrainingMode, "drop")!.Value.Maximum);
    }

    [Fact]
    public async Task SeveralMonitorsTrainSideBySide()
    {
        var runs = Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("relu", nn.ReLU()), ("out", nn.Linear(16, 3)));
            using var optimizer = optim.SGD(model.parameters(), 0.05);
            using var criterion = nn.CrossEntropyLoss();
            using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Name = $"run {seed}", Optimizer = optimizer, Loss = criterion });
            for (int step = 0; step < 50; step++)
            {
                ObservationTests.Step(model, optimizer, criterion, monitor);
            }

            return monitor.Complete();
        }));

        foreach (var report in await Task.WhenAll(runs))
        {
            Assert.Equal(50, report.Diagnosis.Facts.StepCount);
            Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id == "TD0001");
        }
    }

    [Fact]
    public void TheUsersCallbackHarmsNoRule()
    {
        using var model = nn.Linear(2, 2);
        int told = 0;
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions
        {
            OnFinding = finding =>
            {
                told++;
                throw new InvalidOperationException("user's fault");
            },
        });
        monitor.Step(double.NaN);
        monitor.Step(double.NaN);
        var report = monitor.Complete();
        Assert.Equal(1, told);
        Assert.Equal(RuleOutcome.Found, report.Rules.Single(status => status.Rule.Id == "TD4001").Outcome);
        Assert.Contains(report.Findings, finding => finding.Rule.Id == "TD0001");
    }

    [Fact]
    public void SwitchedOffByTheEnvironmentItDoesNothing()
    {
        Environment.SetEnvironmentVariable("TRAINDOCTOR", "off");
        try
        {
            using var model = nn.Linear(8, 3);
            using var monitor = TrainingMonitor.Attach(model);
            monitor.Step(double.NaN);
            Assert.Null(monitor.Coverage);
            Assert.Empty(monitor.Complete().Findings);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TRAINDOCTOR", null);
        }
    }

    [Fact]
    public void MovedModelsAreFollowed()
    {
        torch.manual_seed(1);
        using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("out", nn.Linear(16, 3)));
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Sampling = SamplingSchedule.EveryStep });
        model.to(ScalarType.Float64);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        for (int step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = model.call(randn([16, 8], ScalarType.Float64)).square().mean();
            loss.backward();
            optimizer.step();
            monitor.Step(loss);
        }

        var facts = monitor.Complete().Diagnosis.Facts;
        Assert.True(facts.Of(Metric.UpdateRatio, "fc.weight")!.Value.Minimum > 0);
    }

    private sealed class Odd : nn.Module<Tensor, Tensor, (Tensor, Tensor)>
    {
        private readonly TorchSharp.Modules.Linear shared = nn.Linear(8, 8);
        private readonly TorchSharp.Modules.Linear unused = nn.Linear(8, 8);
        private readonly TorchSharp.Modules.Linear frozen = nn.Linear(8, 4);
        private readonly TorchSharp.Modules.Embedding embedding = nn.Embedding(10, 4);

        public Odd()
            : base(nameof(Odd))
        {
            RegisterComponents();
            frozen.weight!.requires_grad = false;
            frozen.bias!.requires_grad = false;
        }

        public override (Tensor, Tensor) forward(Tensor input, Tensor tokens)
        {
            var x = shared.call(nn.functional.gelu(shared.call(input)));
            return (frozen.call(x), embedding.call(tokens));
        }
    }
}
