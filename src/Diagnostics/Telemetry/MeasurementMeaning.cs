using TrainingDoctor.Names;

namespace TrainingDoctor.Telemetry;

/// <summary>What the names before a number in a line of measurements mean.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Scope">The scope, as <see cref="TelemetryJson.ScopeName"/> spells it.</param>
/// <param name="Told">What a program told by a name of its own; null where the metric's name stands there.</param>
internal readonly record struct MeasurementMeaning(Metric Metric, string Scope, ReportedNumber? Told)
{
    /// <summary>Gets a value indicating whether this is a reward, and nothing else.</summary>
    public bool IsReward => Told?.IsReward ?? Metric is Metric.Reward or Metric.HeldOutReward;

    /// <summary>Finds it.</summary>
    /// <param name="metric">The metric's name.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="task">What the run is trained for, which decides between meanings of names that a program told; null when it is not known.</param>
    /// <returns>Null where this program has no word for it.</returns>
    public static MeasurementMeaning? Of(string metric, string scope, TrainingTask? task)
    {
        if (MetricCatalog.TryParse(metric, out var known))
        {
            return new MeasurementMeaning(known, scope, null);
        }

        return scope.Length == 0 && ReportedNumber.Find(metric, task) is { } told
            ? new MeasurementMeaning(told.Metric, TelemetryJson.ScopeName(new Scope(ScopeTable.Run, told.Scope, told.Part), told.Metric), told)
            : null;
    }

    /// <summary>Returns the measurement that a number stands for.</summary>
    /// <param name="number">The number.</param>
    public double Measured(double number) => Told is { } told ? told.Measured(number) : number;
}
