using System.Globalization;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Rules.Knowledge.Frameworks;

namespace TrainingDoctor.Readers.Runs;

/// <summary>Puts what was found out about a log into the words of a run's description.</summary>
internal sealed class RunDescriber(LogFacts facts, string path, string name)
{
    private (int Names, string? Framework) _recognized = (-1, null);

    /// <summary>Describes a run by what is known by now.</summary>
    public RunDescription Describe(RolePlan plan, RowAxis axis, int number, List<LogDamage> damage, List<string> notes)
    {
        var columns = facts.Columns;
        var mapped = new Dictionary<string, string>();
        var unmapped = new List<string>();
        for (int id = 0; id < columns.Count && id < 5000; id++)
        {
            var column = plan[id];
            if (column.Use is ColumnUse.Ignore or ColumnUse.Summary)
            {
                unmapped.Add(columns[id].Name);
            }
            else
            {
                mapped[columns[id].Name] = RoleOf(column, plan);
            }
        }

        string runName = facts.RunName ?? name;
        return new RunDescription
        {
            Name = number == 1 ? runName : string.Create(CultureInfo.InvariantCulture, $"{runName} ({number})"),
            Source = facts.Format,
            Path = path,
            Framework = Framework(),
            Task = plan.Task,
            StartedAt = facts.StartedAt,
            PlannedSteps = axis switch { RowAxis.Step => facts.PlannedSteps, RowAxis.Epoch => facts.PlannedEpochs, _ => null },
            Log = new LogDescription
            {
                Format = facts.Format,
                MappedColumns = mapped,
                UnmappedColumns = unmapped,
                Damage = [.. damage],
                Notes = [.. notes, .. facts.Doubts, .. facts.LeftOut],
                LossIsAveraged = facts.LossIsAveraged ?? axis == RowAxis.Epoch,
                IsSummaryOnly = facts.IsSummaryOnly,
            },
        };
    }

    /// <summary>The framework by the columns, which programs of one framework share whatever file they log to; else by the format.</summary>
    private string? Framework()
    {
        int count = facts.Columns.Count + facts.Labels.Count;
        if (_recognized.Names != count)
        {
            var names = Enumerable.Range(0, Math.Min(facts.Columns.Count, 5000)).Select(id => facts.Columns[id].Name).Concat(facts.Labels.Keys);
            _recognized = (count, (FrameworkCatalog.Recognize(names) ?? FrameworkCatalog.Find(facts.Format))?.Name);
        }

        return _recognized.Framework;
    }

    private static string RoleOf(PlannedColumn column, RolePlan plan) => column.Use switch
    {
        ColumnUse.Step => "step",
        ColumnUse.Epoch => "epoch",
        ColumnUse.Time => "elapsed",
        ColumnUse.PlannedSteps => "planned_steps",
        ColumnUse.Part => MetricCatalog.NameOf(column.Metric) + " (part of the sum)",
        ColumnUse.Median => MetricCatalog.NameOf(column.Metric) + " (median of the groups)",
        _ when column.Scope > 0 => $"{MetricCatalog.NameOf(column.Metric)} of {plan.Scopes[column.Scope].Name}",
        _ => MetricCatalog.NameOf(column.Metric),
    };
}
