using System.Collections.Frozen;

namespace TrainingDoctor.Readers;

/// <summary>Knows the columns by which ranks are compared.</summary>
internal static class RankColumns
{
    private static readonly FrozenSet<string> Durations = new[]
    {
        "step time", "step duration", "step seconds", "iter time", "iteration time", "batch time", "time per step", "time per iter", "time per iteration", "time per batch",
        "seconds per step", "sec per step", "seconds per iter", "sec per iter", "seconds per iteration", "iter duration", "iteration duration", "batch duration", "compute time",
        "forward backward time", "elapsed time per iteration", "dt",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> WeightNorms = new[]
    {
        "weight norm", "weights norm", "param norm", "params norm", "parameter norm", "parameters norm", "model norm", "global weight norm", "global param norm", "total weight norm",
        "weight norm l2", "l2 weight norm", "norm weights", "norm params",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Units = new[] { "s", "ms", "sec", "secs", "seconds", "train", "training", "perf", "timing" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Tells which metric of a rank a column is; null for none.</summary>
    /// <param name="name">The column's name.</param>
    public static Metric? MetricOf(string name)
    {
        var words = ColumnName.Words(name);
        string joined = string.Join(' ', words);
        string bare = string.Join(' ', words.Where(word => !Units.Contains(word)));
        return WeightNorms.Contains(bare) ? Metric.GlobalWeightNorm
            : Durations.Contains(joined) || Durations.Contains(bare) ? Metric.StepDuration
            : null;
    }
}
