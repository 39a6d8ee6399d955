using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Roles;

/// <summary>Finds the columns that place rows: steps, epochs, or an index.</summary>
/// <param name="draft">The columns.</param>
internal sealed class AxisRoles(RoleDraft draft)
{
    /// <summary>Gives the columns their roles.</summary>
    public void Map()
    {
        var given = draft.Samples.Select(sample => draft.Plan[sample.Column.Id].Use).ToHashSet();
        if (!given.Contains(ColumnUse.Step) && Widest(RoleKind.Step) is { } step)
        {
            draft.Plan.Set(step.Column.Id, new PlannedColumn(ColumnUse.Step));
        }

        if (!given.Contains(ColumnUse.Epoch) && Widest(RoleKind.Epoch) is { } epoch)
        {
            draft.Plan.Set(epoch.Column.Id, new PlannedColumn(ColumnUse.Epoch));
        }

        NestedAxis();

        // pandas writes its index into a column without a name.
        if (!Enumerable.Range(0, draft.Plan.Count).Any(id => draft.Plan[id].Use is ColumnUse.Step or ColumnUse.Epoch) && draft.Samples.Find(IsNamelessIndex) is { } index)
        {
            draft.Plan.Set(index.Column.Id, new PlannedColumn(ColumnUse.Step));
        }

        foreach (var sample in draft.Samples.Where(sample => sample.Role.Kind == RoleKind.PlannedSteps))
        {
            draft.Plan.Set(sample.Column.Id, new PlannedColumn(ColumnUse.PlannedSteps));
        }
    }

    /// <summary>Where nothing else places the rows, a counter does that stands within a member of each: <c>{"_source": {"epoch": 3, "loss": 0.5}}</c>.</summary>
    private void NestedAxis()
    {
        if (Enumerable.Range(0, draft.Plan.Count).Any(id => draft.Plan[id].Use is ColumnUse.Step or ColumnUse.Epoch))
        {
            return;
        }

        var nested = draft.Samples.Where(sample => sample.Count > 0 && sample.Role.Kind == RoleKind.None && sample.Column.Name.LastIndexOf('/') is > 0)
            .Select(sample => (Sample: sample, Role: ColumnClassifier.Classify(sample.Column.Name[(sample.Column.Name.LastIndexOf('/') + 1)..]))).ToList();
        foreach (var (kind, use) in new[] { (RoleKind.Step, ColumnUse.Step), (RoleKind.Epoch, ColumnUse.Epoch) })
        {
            foreach (var (sample, _) in nested.Where(item => item.Role.Kind == kind).OrderByDescending(item => item.Sample.Count).ThenByDescending(item => item.Role.Rank).Take(1))
            {
                draft.Plan.Set(sample.Column.Id, new PlannedColumn(use));
            }
        }
    }

    private static bool IsNamelessIndex(ColumnSample sample) =>
        sample is { Count: > 1, First: 0 or 1 } && sample.Last >= sample.First && (sample.Column.Name.Trim() is "" or "index" or "idx" || sample.Column.Name.StartsWith("Unnamed: ", StringComparison.Ordinal));

    /// <summary>The best-named column among those that most rows have.</summary>
    private ColumnSample? Widest(RoleKind kind)
    {
        var candidates = draft.Samples.Where(sample => sample.Role.Kind == kind && sample.Count > 0).ToList();
        int most = candidates.Select(sample => sample.Count).DefaultIfEmpty().Max();
        return candidates.Where(sample => 2 * sample.Count >= most).MaxBy(sample => sample.Role.Rank);
    }
}
