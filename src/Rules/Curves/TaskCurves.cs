using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Curves;

/// <summary>Looks into the curves of a run, for the rules on particular kinds of training.</summary>
internal static class TaskCurves
{
    /// <summary>Gets the series of a metric; null before its first finite value.</summary>
    public static CompactedSeries? Series(this RunFacts facts, Metric metric, int scope = ScopeTable.Run) => facts.Curves.Of(metric, scope)?.Series is { BlockCount: > 0 } series ? series : null;

    /// <summary>Gets the series of the parts of a metric by their names.</summary>
    public static IEnumerable<(string Part, CompactedSeries Series)> Parts(this RunFacts facts, Metric metric)
    {
        foreach (var (scope, _) in facts.All(metric))
        {
            if (facts.Series(metric, scope.Id) is { } series)
            {
                yield return (scope.Name, series);
            }
        }
    }

    /// <summary>Tells that a metric was not measured often enough; null when it was.</summary>
    public static Text? Fewer(this RunFacts facts, Metric metric, int least)
    {
        long count = facts.Parts(metric).Select(part => part.Series.Count).DefaultIfEmpty().Max();
        return count >= least ? null : (Text)$"needs {least} values of {MetricCatalog.NameOf(metric)}, had {count}";
    }

    /// <summary>Gets the step at which the block at a share of the series begins.</summary>
    public static long StepAt(this CompactedSeries series, double share) => series.Steps[Math.Clamp((int)(share * series.BlockCount), 0, series.BlockCount - 1)];

    /// <summary>Gets the share of the blocks of a part of the series that meet a condition.</summary>
    public static double ShareOf(this CompactedSeries series, double from, double to, Func<double, bool> condition)
    {
        var (first, end) = series.Part(from, to);
        int met = 0;
        for (int i = first; i < end; i++)
        {
            met += condition(series.Means[i]) ? 1 : 0;
        }

        return (double)met / (end - first);
    }

    /// <summary>Gets the longest stretch of blocks that meet a condition, as a share of the series, and where it begins.</summary>
    public static (double Share, int First) Longest(this CompactedSeries series, Func<double, bool> condition)
    {
        var best = (Length: 0, First: 0);
        int length = 0;
        for (int i = 0; i < series.BlockCount; i++)
        {
            length = condition(series.Means[i]) ? length + 1 : 0;
            best = length > best.Length ? (length, i - length + 1) : best;
        }

        return ((double)best.Length / series.BlockCount, best.First);
    }

    /// <summary>Evidence for a level over the last part of a series: the mean of what was measured there.</summary>
    /// <param name="series">The series.</param>
    /// <param name="name">A name of its own, which is no metric's: the mean is that of blocks.</param>
    /// <param name="from">Where the part begins, as a share of the series.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="comparison">How the value stands to it.</param>
    public static Evidence Level(this CompactedSeries series, string name, double from, double limit, string comparison) =>
        new(name, null, series.LastStep, series.MeanOf(from, 1), limit, comparison);
}
