using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Roles;

/// <summary>The columns of a log while they are given their roles: what each shows, and what is taken already.</summary>
internal sealed class RoleDraft
{
    /// <summary>Gets what has been decided.</summary>
    public RolePlan Plan { get; } = new();

    /// <summary>Gets or sets what the first rows show of each column.</summary>
    public List<ColumnSample> Samples { get; set; } = [];

    /// <summary>Gets the names of the sets that losses were evaluated on.</summary>
    public HashSet<string> Datasets { get; } = [];

    /// <summary>Gets the metric that a metric of training has for its twin in validation.</summary>
    public static Metric ForValidation(Metric metric) => metric switch
    {
        Metric.Loss => Metric.ValidationLoss,
        Metric.Accuracy => Metric.ValidationAccuracy,
        Metric.Error => Metric.ValidationError,
        _ => metric,
    };

    /// <summary>Finds the columns that fit a metric by name, and are nobody's.</summary>
    public IEnumerable<ColumnSample> Open(Metric metric) => Samples.Where(sample =>
        sample.Role.Kind == RoleKind.Metric && sample.Role.Metric == metric && sample.Count > 0 && Plan[sample.Column.Id].Use == ColumnUse.Ignore);

    /// <summary>Gives a column a role.</summary>
    public void Use(ColumnSample sample, Metric metric, ScopeKind kind = ScopeKind.Run, string name = "", ColumnUse use = ColumnUse.Metric) =>
        Plan.Set(sample.Column.Id, new PlannedColumn(use, metric, Plan.ScopeOf(kind, name), sample.Role.Sign));

    /// <summary>Finds the best-named of columns, among those that are no rarer than a quarter of the most frequent.</summary>
    public static ColumnSample? Best(IEnumerable<ColumnSample> samples)
    {
        var list = samples.ToList();
        int most = list.Select(sample => sample.Count).DefaultIfEmpty().Max();
        return list.Where(sample => 4 * sample.Count >= most).OrderByDescending(sample => sample.Role.Rank).ThenByDescending(sample => sample.Count).FirstOrDefault();
    }

    /// <summary>Gives a metric that nobody has to the column that fits it best.</summary>
    public void TakeBest(Metric metric)
    {
        if (!Plan.Taken.Contains((metric, 0)) && Best(Open(metric)) is { } best)
        {
            Use(best, metric);
        }
    }
}
