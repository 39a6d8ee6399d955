using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>What places rows along a run.</summary>
internal enum RowAxis
{
    /// <summary>The step column.</summary>
    Step,

    /// <summary>The epoch column.</summary>
    Epoch,

    /// <summary>The order of the rows, because nothing else tells them apart.</summary>
    Ordinal,
}

/// <summary>Finds out from the first rows what places rows.</summary>
internal static class RowAxisChoice
{
    /// <summary>Share of rows that may repeat the place of the row before.</summary>
    private const double RepeatsAllowed = 0.25;

    /// <summary>The least place that is a time: microseconds of the year 1973; the longest trainings count 1e13 tokens.</summary>
    private const double TimeStamp = 1e14;

    public static RowAxis Choose(RowBatch rows, RolePlan plan, RowOrder order)
    {
        Predicate<PlannedColumn>[] kinds = [IsOfLoss, column => column.Use == ColumnUse.Metric && column.Metric == Metric.Accuracy, column => column.Use is ColumnUse.Metric];
        var places = Array.Find(kinds, kind => Enumerable.Range(0, rows.RowCount).Any(row => Places(rows[row], plan, kind))) ?? kinds[^1];
        return Fits(rows, plan, order, ColumnUse.Step, places) ? RowAxis.Step
            : Fits(rows, plan, order, ColumnUse.Epoch, places) ? RowAxis.Epoch
            : RowAxis.Ordinal;
    }

    /// <summary>Counts the rows that tell a step, or an epoch.</summary>
    public static int CountOf(RowBatch rows, RolePlan plan, ColumnUse use)
    {
        int count = 0;
        for (int row = 0; row < rows.RowCount; row++)
        {
            foreach (var cell in rows[row])
            {
                count += plan[cell.Column].Use == use ? 1 : 0;
            }
        }

        return count;
    }

    /// <summary>Gets the first epoch that a row tells; NaN when none does.</summary>
    public static double FirstEpoch(RowBatch rows, RolePlan plan)
    {
        for (int row = 0; row < rows.RowCount; row++)
        {
            foreach (var cell in rows[row])
            {
                if (plan[cell.Column].Use == ColumnUse.Epoch)
                {
                    return cell.Value;
                }
            }
        }

        return double.NaN;
    }

    /// <summary>Tells the parsers which columns nobody will use.</summary>
    public static void TellParsers(ColumnTable columns, RolePlan plan, RowOrder order)
    {
        bool[] ignored = new bool[plan.Count];
        for (int column = 0; column < ignored.Length; column++)
        {
            ignored[column] = plan[column].Use == ColumnUse.Ignore && column != order.RankColumn && order.Labels?.Has(column) != true;
        }

        columns.Ignore(ignored);
    }

    private static bool Fits(RowBatch rows, RolePlan plan, RowOrder order, ColumnUse use, Predicate<PlannedColumn> places)
    {
        int placed = 0;
        int repeats = 0;
        int fractions = 0;
        int all = 0;
        int changes = 0;
        int lastRow = -1;
        double last = double.NaN;
        for (int row = 0; row < rows.RowCount; row++)
        {
            var cells = rows[row];
            if (!Places(cells, plan, places) || order.IsOfOtherRank(cells))
            {
                continue;
            }

            all++;
            double value = double.NaN;
            foreach (var cell in cells)
            {
                value = plan[cell.Column].Use == use ? cell.Value : value;
            }

            // Microseconds and nanoseconds since 1970 are a time, and no number of steps or samples comes near them.
            if (double.IsFinite(value) && Math.Abs(value) < TimeStamp)
            {
                placed++;
                // A row that comes twice, from a logger with two handlers, is one row and no repeated place.
                repeats += value == last && !IsSame(cells, rows[lastRow], plan) ? 1 : 0;
                changes += value == last ? 0 : 1;
                lastRow = row;
                fractions += value == Math.Floor(value) ? 0 : 1;
                last = value;
            }
        }

        return placed > 0 && 2 * placed >= all && fractions == 0 && repeats <= RepeatsAllowed * placed && (changes > 1 || placed < 3);
    }

    private static bool IsSame(ReadOnlySpan<Cell> row, ReadOnlySpan<Cell> other, RolePlan plan)
    {
        int at = 0;
        foreach (var cell in row)
        {
            if (!IsAside(plan[cell.Column]))
            {
                while (at < other.Length && IsAside(plan[other[at].Column]))
                {
                    at++;
                }

                if (at >= other.Length || !other[at++].Equals(cell))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>When a row was logged makes it no other row.</summary>
    private static bool IsAside(PlannedColumn column) => column.Use is ColumnUse.Ignore or ColumnUse.Time;

    private static bool IsOfLoss(PlannedColumn column) => column.Use is ColumnUse.Part || column is { Use: ColumnUse.Metric, Metric: Metric.Loss or Metric.Reward };

    /// <summary>Rows are placed by the losses of training; where there are none, by its scores, or by whatever was measured.</summary>
    private static bool Places(ReadOnlySpan<Cell> cells, RolePlan plan, Predicate<PlannedColumn> places)
    {
        foreach (var cell in cells)
        {
            if (places(plan[cell.Column]))
            {
                return true;
            }
        }

        return false;
    }
}
