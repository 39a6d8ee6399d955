using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports;

/// <summary>A run with a known illness, measured by nobody: numbers made by formula and fed through the real engine.</summary>
internal sealed class SampleRun
{
    private readonly ScopeTable _scopes = new();
    private readonly RuleEngine _engine;
    private readonly SeriesCollector _series;

    private SampleRun(RunDescription run, IEnumerable<Rule> rules)
    {
        _engine = new RuleEngine(RuleSet.Of(rules), _scopes);
        _series = new SeriesCollector(_scopes);
        Sink = new CompositeSink(_engine, _series);
        Sink.Begin(run);
    }

    private CompositeSink Sink { get; }

    /// <summary>One report of every kind, with a tried remedy and with names that try to break out among them.</summary>
    public static IEnumerable<DiagnosisReport> All()
    {
        yield return Ill();
        yield return Healthy();
        yield return NonFinite();
        yield return Tried();
        yield return Ill(layer: "<b>\u0000\ud800`|\u202e", name: "]]>\u001b[31m&\"'");
    }

    /// <summary>A run whose first remedy was tried.</summary>
    public static DiagnosisReport Tried()
    {
        var report = Ill();
        var curve = Enumerable.Range(0, 60).Select(step => new SeriesPoint(step, 2.3 * Math.Exp(-step / 20.0))).ToList();
        return report.WithTrials(new Dictionary<RemedyReference, TrialResult>
        {
            [new(report.Primary!.Id, "R1")] = new()
            {
                IsApplied = true,
                IsCured = true,
                JudgedBy = Metric.ValidationAccuracy,
                Before = 0.1,
                After = 0.94,
                VerdictAfter = Verdict.Healthy,
                Steps = 300,
                LossBefore = [.. curve.Select(point => point with { Value = 2.3 })],
                LossAfter = curve,
            },
        });
    }

    /// <summary>Layers of dead units from step 12 on, and a loss that stands still.</summary>
    public static DiagnosisReport Ill(string layer = "fc1.relu", string name = "digits", int steps = 300, int layers = 4)
    {
        var run = Describe(layer, name, layers);
        var sample = new SampleRun(run, [new SampleRule(), .. RuleCatalog.CreateDefault().Where(rule => rule.Descriptor.Id is "TD3001" or "TD8001" or "TD8002")]);
        for (int step = 0; step < steps; step++)
        {
            sample.Observe(step, Metric.Loss, 2.3 + (0.02 * Math.Sin(step)));
            sample.Observe(step, Metric.LearningRate, 0.5);
            sample.Observe(step, Metric.Epoch, step / 30.0);
            if (step % 30 == 29)
            {
                sample.Observe(step, Metric.ValidationLoss, 2.31);
                sample.Observe(step, Metric.ValidationAccuracy, 0.1);
            }

            if (step % 30 == 0)
            {
                sample.Sink.Observe(new Distribution(DistributionKind.Outputs, layer, step, 0, [step, 5, 20, 40, 20, 5]));
                sample.Sink.Observe(new Distribution(DistributionKind.Weights, "fc0.weight", step, -22, [4, 30, 4, 0, 0, 2, 40, 6]));
            }

            foreach (var (described, index) in run.Model!.Layers.Select((described, index) => (described, index)))
            {
                bool isActivation = described.Kind == LayerKind.Activation;
                sample.Observe(step, Metric.CallCount, 1, described.Path);
                sample.Observe(step, Metric.OutputMean, isActivation ? 0.4 : -0.2, described.Path);
                sample.Observe(step, Metric.OutputStandardDeviation, 1 / (1.0 + index), described.Path);
                if (isActivation)
                {
                    double dead = step < 12 ? 0 : Math.Min(0.97, (step - 11) / 20.0);
                    sample.Observe(step, Metric.DeadFraction, dead / (1 + (index / 4)), described.Path);
                    sample.Observe(step, Metric.ZeroFraction, 0.5 + (dead / 2.1), described.Path);
                }
            }

            foreach (var (parameter, index) in run.Model.Parameters.Select((parameter, index) => (parameter, index)))
            {
                sample.Observe(step, Metric.GradientNorm, Math.Pow(10, -index - (step / 100.0)), parameter.Name);
                sample.Observe(step, Metric.WeightNorm, 3 + index, parameter.Name);
                sample.Observe(step, Metric.UpdateRatio, 1e-3 * (1 + index), parameter.Name);
            }
        }

        return sample.Complete();
    }

    /// <summary>A loss that goes down, and nothing else.</summary>
    public static DiagnosisReport Healthy()
    {
        var sample = new SampleRun(new RunDescription { Name = "calm", Source = "csv", Path = "runs/calm.csv" }, RuleCatalog.CreateDefault());
        for (int step = 0; step < 400; step++)
        {
            sample.Observe(step, Metric.Loss, 0.1 + (2.2 * Math.Exp(-step / 60.0)));
        }

        return sample.Complete();
    }

    /// <summary>A loss about 0.7 with one value of 900.</summary>
    public static DiagnosisReport Spiked()
    {
        var sample = new SampleRun(new RunDescription { Name = "spiked", Source = "csv" }, []);
        for (int step = 0; step < 300; step++)
        {
            sample.Observe(step, Metric.Loss, step == 100 ? 900 : 0.7 + (0.01 * Math.Sin(step)));
        }

        return sample.Complete();
    }

    /// <summary>A run of a monitor that tells its resources: a second a step, and from step 100 on two, begun anew at step 200.</summary>
    public static DiagnosisReport Timed()
    {
        var sample = new SampleRun(new RunDescription { Name = "timed" }, []);
        for (int step = 0; step < 300; step++)
        {
            sample.Observe(step, Metric.Loss, 0.1 + (2.2 * Math.Exp(-step / 60.0)));
            sample.Observe(step, Metric.StepTime, step < 100 ? 1 : 2);
            sample.Observe(step, Metric.Throughput, step < 100 ? 32 : 16);
            sample.Observe(step, Metric.ProcessMemory, 1L << 30);
            sample.Observe(step, Metric.Elapsed, step < 100 ? step + 1 : step < 200 ? (2 * step) - 98 : 2 * (step - 199));
        }

        return sample.Complete();
    }

    /// <summary>A loss that becomes infinite and then NaN.</summary>
    public static DiagnosisReport NonFinite()
    {
        var sample = new SampleRun(new RunDescription { Name = "overflow" }, [new SampleRule(), .. RuleCatalog.CreateDefault()]);
        for (int step = 0; step < 50; step++)
        {
            sample.Observe(step, Metric.Loss, step < 40 ? Math.Exp(step) : step == 40 ? double.PositiveInfinity : double.NaN);
            sample.Observe(step, Metric.GlobalGradientNorm, step < 45 ? step : double.NegativeInfinity);
        }

        return sample.Complete();
    }

    private static RunDescription Describe(string layer, string name, int layers) => new()
    {
        Name = name,
        Device = "cpu",
        Task = TrainingTask.MulticlassClassification,
        StartedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" },
        Optimizer = new OptimizerDescription { TypeName = "SGD", LearningRates = [0.5] },
        Model = new ModelDescription
        {
            TypeName = "Sequential",
            IsSequential = true,
            Layers =
            [
                .. Enumerable.Range(0, layers).Select(index => new LayerDescription
                {
                    Path = index == 1 ? layer : index % 2 == 0 ? $"fc{index}" : $"act{index}",
                    TypeName = index % 2 == 0 ? "Linear" : "ReLU",
                    Kind = index % 2 == 0 ? LayerKind.Linear : LayerKind.Activation,
                    Activation = index % 2 == 0 ? null : ActivationKind.ReLU,
                    IsLeaf = true,
                    IsHooked = true,
                }),
            ],
            Parameters =
            [
                .. Enumerable.Range(0, layers).Where(index => index % 2 == 0).Select(index => new ParameterDescription
                {
                    Name = $"fc{index}.weight",
                    LayerPath = $"fc{index}",
                    Role = ParameterRole.Weight,
                    Shape = [32, 64],
                    Count = 2048,
                }),
            ],
        },
    };

    private void Observe(long step, Metric metric, double value, string scope = "") =>
        Sink.Observe(new Measurement(step, metric, scope.Length == 0 ? ScopeTable.Run : _scopes.Intern(MetricCatalog.Describe(metric).Scope, scope), value));

    private DiagnosisReport Complete()
    {
        Sink.Complete();
        return DiagnosisReport.Create(_engine.Diagnose(), _series, TimeSpan.FromSeconds(4.2));
    }
}
