namespace TrainingDoctor;

/// <summary>
/// One number that supports a finding, beside the limit it broke. A value told with the name of a metric and a step is the one that was measured or logged there, to the last digit, unless
/// <see cref="MeanOf"/> says that it is a mean. What is computed from measurements in any other way has a name of its own, which is no metric's.
/// </summary>
/// <param name="Metric">The metric's outside name, e.g. <c>dead_fraction</c>.</param>
/// <param name="Layer">The layer or parameter; null for the run.</param>
/// <param name="Step">When it was measured; null for facts of the structure. Of a mean, the step of the last measurement that entered it.</param>
/// <param name="Value">The number.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Comparison">How the value stands to the limit: <c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>==</c>, <c>!=</c>.</param>
public sealed record Evidence(string Metric, string? Layer, long? Step, double Value, double? Limit, string Comparison)
{
    /// <summary>Gets the number of measurements that the value is the mean of; null when it is a single one, as it was measured.</summary>
    public long? MeanOf { get; init; }

    /// <summary>Gets the step of the first measurement that entered a mean; null when the value is a single one.</summary>
    public long? FromStep { get; init; }
}
