namespace TrainingDoctor.Readers;

/// <summary>Gives the columns that only particular kinds of training have their roles.</summary>
internal static class TaskColumns
{
    /// <summary>Gets the families of names to look in for a task, the first that knows a name holds.</summary>
    /// <param name="task">The task; null when it is not known.</param>
    public static IReadOnlyList<TaskFamily> FamiliesOf(TrainingTask? task) => task switch
    {
        TrainingTask.Reinforcement => [TaskFamily.Rewards, TaskFamily.Experts],
        TrainingTask.PolicyOptimization => [TaskFamily.Answers, TaskFamily.Rewards, TaskFamily.Experts],
        TrainingTask.Preference => [TaskFamily.Preferences, TaskFamily.Experts],
        TrainingTask.Adversarial => [TaskFamily.Adversaries],
        TrainingTask.Variational => [TaskFamily.Latents],
        TrainingTask.SelfSupervised => [TaskFamily.Views, TaskFamily.Experts],
        TrainingTask.Boosting => [],
        _ => [TaskFamily.Experts],
    };

    /// <summary>Finds what a name means in a kind of training.</summary>
    /// <param name="name">The name, as a framework logs it.</param>
    /// <param name="task">The task; null when it is not known.</param>
    /// <returns>Null when it has no such name.</returns>
    public static TaskRole? Find(string name, TrainingTask? task) => TaskVocabulary.Default.Find(name, FamiliesOf(task));

    /// <summary>Chooses for each metric, and each part of it, the column that fits best.</summary>
    /// <param name="samples">The columns that have no role yet.</param>
    /// <param name="task">The task; null when it is not known.</param>
    public static IEnumerable<(ColumnSample Sample, TaskRole Role)> Choose(IEnumerable<ColumnSample> samples, TrainingTask? task) =>
        samples.Where(sample => sample.Count > 0)
            .Select(sample => (Sample: sample, Role: Find(sample.Column.Name, task)))
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
