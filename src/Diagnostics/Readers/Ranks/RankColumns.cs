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

    /// <summary>Tells whether a name is of how long a whole step takes.</summary>
    /// <param name="words">Its words.</param>
    public static bool IsOfStep(List<string> words) => IsDuration(words, out string bare) && bare is not ("compute time" or "forward backward time");

    /// <summary>Tells which metric of a rank a column is; null for none.</summary>
    /// <param name="name">The column's name.</param>
    public static Metric? MetricOf(string name)
    {
        var words = ColumnName.Words(name);
        return IsDuration(words, out string bare) ? Metric.StepDuration : WeightNorms.Contains(bare) ? Metric.GlobalWeightNorm : null;
    }

    private static bool IsDuration(List<string> words, out string bare)
    {
        bare = string.Join(' ', words.Where(word => !Units.Contains(word)));
        return Durations.Contains(bare) || Durations.Contains(string.Join(' ', words));
    }
}
