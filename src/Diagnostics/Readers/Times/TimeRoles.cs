using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Times;

/// <summary>Finds the columns of time: when rows were logged, how long steps took, and how long these waited for their data.</summary>
/// <param name="draft">The columns.</param>
internal sealed class TimeRoles(RoleDraft draft)
{
    private readonly List<(ColumnSample Sample, TimeKind Kind)> _times = Find(draft);

    /// <summary>Gives the columns their roles, where anything else is measured.</summary>
    public void Map()
    {
        if (draft.Plan.Taken.Count == 0 || _times.Count == 0)
        {
            return;
        }

        var columns = Enumerable.Range(0, draft.Plan.Count).Select(id => draft.Plan[id]).ToList();
        if (!columns.Exists(column => column.Use == ColumnUse.Time) && OfRows() is { } row)
        {
            draft.Plan.Set(row.Column.Id, new PlannedColumn(ColumnUse.Time) { Scale = TimeNames.UnitOf(row.Column.Name) });
            _times.RemoveAll(time => time.Sample == row);
        }

        // Where processes are compared, the time of a step is compared too, and judges no run.
        if (!columns.Exists(column => column is { Use: ColumnUse.Metric, Metric: Metric.StepDuration or Metric.StepTime }))
        {
            MapSteps();
        }
    }

    private static List<(ColumnSample Sample, TimeKind Kind)> Find(RoleDraft draft)
    {
        var times = new List<(ColumnSample, TimeKind)>();
        foreach (var sample in draft.Samples)
        {
            if (sample.Count > 1 && !sample.Column.HoldsWords && draft.Plan[sample.Column.Id].Use == ColumnUse.Ignore && TimeNames.KindOf(sample.Column.Name) is not TimeKind.None and var kind)
            {
                times.Add((sample, kind));
            }
        }

        return times;
    }

    /// <summary>Names that say so come first; of the others the values must.</summary>
    private ColumnSample? OfRows()
    {
        var fitting = _times.Where(time => time.Kind == TimeKind.OfRow || (time.Kind == TimeKind.Unsure && RowTimes.Fit(time.Sample))).ToList();
        int most = fitting.Select(time => time.Sample.Count).DefaultIfEmpty().Max();
        return fitting.Where(time => 2 * time.Sample.Count >= most).OrderBy(time => time.Kind).ThenByDescending(time => time.Sample.Count).Select(time => time.Sample).FirstOrDefault();
    }

    private void MapSteps()
    {
        var data = Best(TimeKind.OfData);

        // A time that does not add up, beside that of loading, is the time of a step: MMEngine and detectron2 log both.
        var step = Best(TimeKind.OfStep) ?? (data is null ? null : Best(TimeKind.Unsure));
        if (step is null)
        {
            return;
        }

        Use(step, Metric.StepTime);

        // What is longer than the step is counted in another way.
        if (data is not null && Seconds(data) <= Seconds(step))
        {
            Use(data, Metric.DataTime);
        }
    }

    private ColumnSample? Best(TimeKind kind) => _times.Where(time => time.Kind == kind && time.Sample.Minimum >= 0).Select(time => time.Sample).MaxBy(sample => sample.Count);

    private static double Seconds(ColumnSample sample) => sample.Mean * TimeNames.UnitOf(sample.Column.Name);

    private void Use(ColumnSample sample, Metric metric) => draft.Plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.Metric, metric) { Scale = TimeNames.UnitOf(sample.Column.Name) });
}
