using System.Collections.Frozen;

namespace TrainingDoctor.Readers;

/// <summary>Knows the columns by which ranks are compared.</summary>
internal static class RankColumns
{
    private static readonly FrozenSet<string> Durations = Lexicon.Words("ranks", "durations");

    private static readonly FrozenSet<string> WeightNorms = Lexicon.Words("ranks", "weightNorms");

    private static readonly FrozenSet<string> Units = Lexicon.Words("ranks", "units");

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
