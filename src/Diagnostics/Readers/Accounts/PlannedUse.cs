using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Runs;

namespace TrainingDoctor.Readers.Accounts;

/// <summary>Says in words what a column was used for, and why.</summary>
internal static class PlannedUse
{
    /// <summary>Tells the use of a column's numbers.</summary>
    public static (NumberUse Use, string Why) Of(Column column, PlannedColumn plan)
    {
        var role = column.Given ?? ColumnClassifier.Classify(column.Name);
        return plan.Use switch
        {
            ColumnUse.Step => (NumberUse.Step, "it counts what the rows are placed by"),
            ColumnUse.Epoch => (NumberUse.Epoch, "it counts epochs"),
            ColumnUse.Time => (NumberUse.Time, "it tells when the row was logged"),
            ColumnUse.PlannedSteps => (NumberUse.Setting, "it says how many steps are planned"),
            ColumnUse.Metric => (NumberUse.Measurement, MetricCatalog.NameOf(plan.Metric)),
            ColumnUse.Part => (NumberUse.Measurement, $"a part of {MetricCatalog.NameOf(plan.Metric)}, which is their sum"),
            ColumnUse.Median => (NumberUse.Measurement, $"one of those whose middle one is {MetricCatalog.NameOf(plan.Metric)}"),
            ColumnUse.Summary => (NumberUse.Unused, "it stands in the row that sums the training up"),
            _ when column.HoldsWords || RunLabels.IsOfRuns(column.Name) => (NumberUse.Setting, "it tells runs apart, if anything"),
            _ when RunLabels.IsRank(column.Name) => (NumberUse.Setting, "it tells the processes of a run apart"),
            _ => role.Kind switch
            {
                RoleKind.Metric when IsOfTime(column.Name) => (NumberUse.Time, "its name is of a time, a size or a speed"),
                RoleKind.Metric => (NumberUse.Unused, $"another column is taken for {MetricCatalog.NameOf(role.Metric)} and the like"),
                RoleKind.Step or RoleKind.Epoch => (NumberUse.Unused, "another column places the rows"),
                _ when IsOfTime(column.Name) => (NumberUse.Time, "its name is of a time, a size or a speed"),
                _ => (NumberUse.Unused, "its name is of no metric that a rule uses; --map ROLE=COLUMN gives it a role"),
            },
        };
    }

    /// <summary>Tells whether a name is of a time, a size or a speed.</summary>
    public static bool IsOfTime(string name) => ColumnName.Words(name).Exists(word => word is "time" or "times" or "timestamp" or "duration" or "elapsed" or "eta" or "seconds" or "sec" or "ms" or "speed" or "throughput" or "runtime" or "fps" or "ips" or "memory" or "mem" or "walltime" or "dur" or "took" or "hours" or "minutes" or "date" or "ts");
}
