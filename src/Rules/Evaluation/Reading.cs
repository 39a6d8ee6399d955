namespace TrainingDoctor.Rules.Evaluation;

/// <summary>One number beside its limit, before it becomes evidence. A value, so that looking at a healthy number allocates nothing.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Value">The number.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Comparison">How an ill number stands to the limit: <c>&gt;</c>, <c>&lt;</c>, …; it also says which of two numbers is worse.</param>
/// <param name="Layer">The layer or parameter; null for the evaluator's own scope.</param>
/// <param name="Name">What the number is called where it was computed from measurements, such as a ratio of two; null when it is a measurement of the metric as it came.</param>
internal readonly record struct Reading(Metric Metric, double Value, double Limit, string Comparison, string? Layer = null, string? Name = null)
{
    public bool IsWorseThan(double other) => Comparison[0] == '<' ? Value < other : Value > other;
}
