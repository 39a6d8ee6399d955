using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Roles;

/// <summary>Gives the columns that only particular kinds of training have their roles.</summary>
internal static class TaskColumns
{
    /// <summary>Chooses for each metric, and each part of it, the column that fits best.</summary>
    /// <param name="samples">The columns that have no role yet.</param>
    /// <param name="task">The task; null when it is not known.</param>
    public static IEnumerable<(ColumnSample Sample, TaskRole Role)> Choose(IEnumerable<ColumnSample> samples, TrainingTask? task) =>
        samples.Where(sample => sample.Count > 0)
            .Select(sample => (Sample: sample, Role: TaskVocabulary.Default.Find(sample.Column.Name, task)))
            .Where(pair => pair.Role is not null)
            .GroupBy(pair => (pair.Role!.Metric, pair.Role.Part))
            .Select(group => Best([.. group.Select(pair => (pair.Sample, pair.Role!))]));

    /// <summary>A column with next to no values, such as a closing summary, must not stand for the curve.</summary>
    private static (ColumnSample Sample, TaskRole Role) Best(List<(ColumnSample Sample, TaskRole Role)> pairs)
    {
        int most = pairs.Max(pair => pair.Sample.Count);
        var (sample, role) = pairs.Where(pair => 4 * pair.Sample.Count >= most).OrderByDescending(pair => pair.Role.Rank).ThenByDescending(pair => pair.Sample.Count).First();
        return (sample, role.Sign == NumberSign.OppositeWhereNegative ? role with { Sign = sample.First < 0 ? NumberSign.Opposite : NumberSign.AsIs } : role);
    }
}
