using TrainingDoctor.Cures;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Trials.Evidence;

/// <summary>The curves of one run that trials are compared by, point for point.</summary>
internal sealed class RunCurves : IMeasurementSink
{
    private static readonly Metric[] Kept = [Metric.Loss, Metric.ValidationLoss, Metric.Accuracy, Metric.ValidationAccuracy, Metric.Epoch];
    private readonly Dictionary<Metric, List<SeriesPoint>> _points = Kept.ToDictionary(metric => metric, _ => new List<SeriesPoint>());

    /// <summary>Gets the first step that was measured; null before any.</summary>
    public long? FirstStep { get; private set; }

    /// <summary>Gets the last step that was measured; null before any.</summary>
    public long? LastStep { get; private set; }

    /// <summary>Gets the number of points: what a log holds of a training.</summary>
    public int Count => _points.Sum(entry => entry.Key == Metric.Epoch ? 0 : entry.Value.Count);

    /// <summary>Gets the points of a metric for the run as a whole.</summary>
    /// <param name="metric">The metric.</param>
    public IReadOnlyList<SeriesPoint> Of(Metric metric) => _points[metric];

    /// <summary>Returns what trials compare of the run.</summary>
    public TrialCurve ToCurve()
    {
        var loss = Of(Metric.Loss);
        return new TrialCurve(
            TrialCurve.Thin(loss),
            FirstStep is { } first && LastStep is { } last ? last - first + 1 : 0,
            loss.Count > 0 ? loss[^1].Value : null,
            Of(Metric.ValidationLoss) is { Count: > 0 } validation ? validation[^1].Value : null);
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
        FirstStep ??= measurement.Step;
        LastStep = measurement.Step;
        if (measurement.Scope == ScopeTable.Run && _points.TryGetValue(measurement.Metric, out var points))
        {
            points.Add(new SeriesPoint(measurement.Step, measurement.Value));
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
    }
}
