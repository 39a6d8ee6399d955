using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Treatments;

namespace TrainingDoctor.Tests.Monitoring;

/// <summary>A program that tells before its optimizer steps has its gradients measured then.</summary>
public sealed class BeforeStepTests : IDisposable
{
    private readonly TrialFolder _trial = new();

    public void Dispose() => _trial.Dispose();

    [Fact]
    public void GradientsToldBeforeTheStepAreThoseMeasured()
    {
        using var training = new TreatedTraining();
        double norm = 0;
        using var monitor = TrainingMonitor.Attach(training.Model, new TrainingMonitorOptions { Optimizer = training.Optimizer, RecordTo = Path.Combine(_trial.Folder, "run.jsonl") });
        training.Step(monitor, beforeStep: () =>
        {
            norm = training.GradientNorm();
            monitor.BeforeStep();
            training.Optimizer.zero_grad();
        });
        monitor.Complete();

        var measured = File.ReadLines(Path.Combine(_trial.Folder, "run.jsonl")).Where(line => line.StartsWith("{\"step\":0,", StringComparison.Ordinal)).SelectMany(line => JToken.Parse(line)["m"] ?? new JArray())
            .Single(item => (string?)item[0] == MetricCatalog.NameOf(Metric.GlobalGradientNorm));
        Assert.Equal(norm, (double)measured[2]!, norm * 1e-5);
    }
}
