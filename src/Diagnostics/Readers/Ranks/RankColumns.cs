using System.Collections.Frozen;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Ranks;

/// <summary>Knows the columns by which ranks are compared.</summary>
internal static class RankColumns
{
    private static readonly FrozenSet<string> Durations = Lexicon.Words("ranks", "durations");

    private static readonly FrozenSet<string> WeightNorms = Lexicon.Words("ranks", "weightNorms");

    private static readonly FrozenSet<string> Units = Lexicon.Words("ranks", "units");

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
