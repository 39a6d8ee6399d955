namespace TrainingDoctor;

/// <summary>One number that supports a finding, beside the limit it broke.</summary>
/// <param name="Metric">The metric's outside name, e.g. <c>dead_fraction</c>.</param>
/// <param name="Layer">The layer or parameter; null for the run.</param>
/// <param name="Step">When it was measured; null for facts of the structure.</param>
/// <param name="Value">The number.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Comparison">How the value stands to the limit: <c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>==</c>, <c>!=</c>.</param>
public sealed record Evidence(string Metric, string? Layer, long? Step, double Value, double? Limit, string Comparison);
