namespace TrainingDoctor;

/// <summary>The metrics that only particular kinds of training have.</summary>
public static class TaskMetrics
{
    /// <summary>Gets them, in the order of the enumeration.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        Metric.Reward, .. Enum.GetValues<Metric>().Where(metric => metric >= Metric.RewardSpread),
    ];
}
