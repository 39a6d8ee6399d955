using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>
/// Joins the rows of a table that holds one number per row: those of one run and step become one row. Runs are told apart by the columns that name them, and by series that begin anew.
/// </summary>
internal static class SeriesJoiner
{
    /// <summary>Joins all rows of a log.</summary>
    /// <returns>The rows as they came where nothing places them.</returns>
    public static RowBatch Join(RowBatch rows, ColumnTable columns)
    {
        var kinds = Enumerable.Range(0, columns.Count).Select(id => columns[id].HoldsWords ? RoleKind.None : (columns[id].Given ?? ColumnClassifier.Classify(columns[id].Name)).Kind).ToList();
        int axis = AxisOf(rows, kinds, RoleKind.Step) is >= 0 and var step ? step : AxisOf(rows, kinds, RoleKind.Epoch);
        if (axis < 0)
        {
            return rows;
        }

        var labels = RunLabels.Named(rows, columns);
        var lasts = new Dictionary<(long Label, int Column), (int Part, double Place)>();
        var runs = new List<(long Label, int Part)>();
        var placed = new Dictionary<(long Label, int Part), SortedDictionary<double, List<int>>>();
        for (int row = 0; row < rows.RowCount; row++)
        {
            long label = labels.KeyOf(rows[row]);
            double place = double.NaN;
            int series = -1;
            foreach (var cell in rows[row])
            {
                place = cell.Column == axis ? cell.Value : place;
                bool better = cell.Column != axis && !labels.Has(cell.Column) && (series < 0 || kinds[series] != RoleKind.Metric);
                series = better ? cell.Column : series;
            }

            if (!double.IsFinite(place) || series < 0)
            {
                continue;
            }

            (int Part, double Place) last = lasts.TryGetValue((label, series), out var before) ? before : (0, double.NegativeInfinity);
            int part = place < last.Place ? last.Part + 1 : last.Part;
            lasts[(label, series)] = (part, place);
            if (!placed.TryGetValue((label, part), out var run))
            {
                placed.Add((label, part), run = []);
                runs.Add((label, part));
            }

            if (!run.TryGetValue(place, out var same))
            {
                run.Add(place, same = []);
            }

            same.Add(row);
        }

        var joined = new RowBatch();
        foreach (var run in runs)
        {
            joined.MarkNext(RowMark.Run);
            foreach (var same in placed[run].Values)
            {
                Put(rows, same, labels, joined);
            }
        }

        return joined.RowCount > 0 ? joined : rows;
    }

    private static int AxisOf(RowBatch rows, List<RoleKind> kinds, RoleKind kind)
    {
        var counts = new int[kinds.Count];
        for (int row = 0; row < rows.RowCount; row++)
        {
            foreach (var cell in rows[row])
            {
                counts[cell.Column]++;
            }
        }

        int best = Enumerable.Range(0, kinds.Count).Where(id => kinds[id] == kind).OrderByDescending(id => counts[id]).FirstOrDefault(-1);
        return best >= 0 && 2 * counts[best] >= rows.RowCount ? best : -1;
    }

    private static void Put(RowBatch rows, List<int> same, RunLabels labels, RowBatch joined)
    {
        var taken = new HashSet<int>();
        foreach (int row in same)
        {
            foreach (var cell in rows[row])
            {
                if (!labels.Has(cell.Column) && taken.Add(cell.Column))
                {
                    joined.Add(cell.Column, cell.Value);
                }
            }
        }

        joined.EndRow();
    }
}
