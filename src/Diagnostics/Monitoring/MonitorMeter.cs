using System.Diagnostics.Metrics;
using TrainingDoctor.Configuration;

namespace TrainingDoctor.Monitoring;

/// <summary>Publishes the run's figures through <c>System.Diagnostics.Metrics</c>, for OpenTelemetry and <c>dotnet-counters monitor --counters TrainingDoctor</c>.</summary>
/// <param name="name">The name of the run, the tag of all its figures.</param>
internal sealed class MonitorMeter(string name) : IMeasurementSink
{
    private static readonly Meter Meter = new(DoctorMeter.Name);
    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("training_doctor.steps", "{step}", "Optimisation steps.");
    private static readonly Counter<long> Findings = Meter.CreateCounter<long>("training_doctor.findings", "{finding}", "Findings that opened.");
    private static readonly Gauge<int> FindingsSoFar = Meter.CreateGauge<int>("training_doctor.findings.open", "{finding}", "Findings of the run so far, by severity.");
    private static readonly Dictionary<Metric, Gauge<double>> Gauges = new()
    {
        [Metric.Loss] = Gauge("training_doctor.loss", Metric.Loss),
        [Metric.LearningRate] = Gauge("training_doctor.learning_rate", Metric.LearningRate),
        [Metric.GlobalGradientNorm] = Gauge("training_doctor.gradient_norm", Metric.GlobalGradientNorm),
        [Metric.GlobalUpdateRatio] = Gauge("training_doctor.update_ratio", Metric.GlobalUpdateRatio),
        [Metric.ValidationLoss] = Gauge("training_doctor.validation.loss", Metric.ValidationLoss),
        [Metric.ValidationAccuracy] = Gauge("training_doctor.validation.accuracy", Metric.ValidationAccuracy),
    };

    private readonly int[] _findings = new int[Enum.GetValues<Severity>().Length];

    /// <summary>Counts a finding that opened.</summary>
    public void Count(Finding finding)
    {
        var severity = new KeyValuePair<string, object?>("severity", KebabCase.Of(finding.Severity));
        Findings.Add(1, Tag(), new KeyValuePair<string, object?>("rule", finding.Rule.Id), severity);
        FindingsSoFar.Record(Interlocked.Increment(ref _findings[(int)finding.Severity]), Tag(), severity);
    }

    /// <inheritdoc/>
    public void Begin(RunDescription run)
    {
    }

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
    }

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        if (measurement.Scope != ScopeTable.Run)
        {
            return;
        }

        if (measurement.Metric == Metric.Loss && Steps.Enabled)
        {
            Steps.Add(1, Tag());
        }

        if (Gauges.TryGetValue(measurement.Metric, out var gauge) && gauge.Enabled)
        {
            gauge.Record(measurement.Value, Tag());
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
    }

    private static Gauge<double> Gauge(string name, Metric metric) => Meter.CreateGauge<double>(name, unit: null, MetricCatalog.Describe(metric).Meaning);

    private KeyValuePair<string, object?> Tag() => new("run", name);
}
