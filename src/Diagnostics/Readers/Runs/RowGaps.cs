using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>
/// The columns in which NaN stands for "not measured in this row", as pandas writes it where it joins tables: much of the column is NaN, numbers come behind NaN again, and the rows of NaN measure something else.
/// A loss that became NaN does not come back row by row.
/// </summary>
internal sealed class RowGaps
{
    /// <summary>Share of NaN from which on it may stand for gaps: fewer are measurements that failed.</summary>
    private const double LeastShare = 0.3;

    /// <summary>How often numbers have to come back behind NaN: a norm that is NaN while mixed precision finds its scale comes back once.</summary>
    private const int LeastReturns = 2;

    private readonly bool[] _measures;
    private readonly bool[] _gapped;

    private RowGaps(bool[] measures, bool[] gapped)
    {
        _measures = measures;
        _gapped = gapped;
    }

    /// <summary>Finds the columns with gaps.</summary>
    /// <returns>Null when there are none.</returns>
    public static RowGaps? Find(RowBatch rows, ColumnTable columns)
    {
        int count = columns.Count;
        bool[] measures = [.. Enumerable.Range(0, count).Select(id => Measures(columns[id]))];
        var nan = new int[count];
        var finite = new int[count];
        var returns = new int[count];
        var company = new int[count];
        var isNan = new bool[count];
        for (int row = 0; row < rows.RowCount; row++)
        {
            bool measured = MeasuresSomething(rows[row], measures);
            foreach (var cell in rows[row])
            {
                bool gap = double.IsNaN(cell.Value);
                nan[cell.Column] += gap ? 1 : 0;
                finite[cell.Column] += gap ? 0 : 1;
                company[cell.Column] += gap && measured ? 1 : 0;
                returns[cell.Column] += isNan[cell.Column] && !gap ? 1 : 0;
                isNan[cell.Column] = gap;
            }
        }

        bool[] gapped = [.. Enumerable.Range(0, count).Select(id => returns[id] >= LeastReturns && nan[id] >= LeastShare * (nan[id] + finite[id]) && 10 * company[id] >= 9 * nan[id])];
        SpareNorms(rows, columns, gapped, nan);
        return Array.Exists(gapped, gap => gap) ? new RowGaps(measures, gapped) : null;
    }

    /// <summary>Copies rows without their gaps.</summary>
    public RowBatch Without(RowBatch rows)
    {
        var copy = new RowBatch();
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (rows.MarkAt(row) is not RowMark.None and var mark)
            {
                copy.MarkNext(mark);
            }

            Fill(rows[row], copy);
        }

        return copy;
    }

    /// <summary>Copies one row without its gaps.</summary>
    public void Fill(ReadOnlySpan<Cell> row, RowBatch into)
    {
        bool measured = MeasuresSomething(row, _measures);
        foreach (var cell in row)
        {
            if (!measured || !double.IsNaN(cell.Value) || cell.Column >= _gapped.Length || !_gapped[cell.Column])
            {
                into.Add(cell.Column, cell.Value);
            }
        }

        into.EndRow();
    }

    /// <summary>A norm of gradients may well be NaN again and again; it was not measured only where the loss was not either.</summary>
    private static void SpareNorms(RowBatch rows, ColumnTable columns, bool[] gapped, int[] nan)
    {
        bool[] norms = [.. gapped.Select((gap, id) => gap && ColumnClassifier.Classify(columns[id].Name).Metric is Metric.GlobalGradientNorm or Metric.GradientNorm)];
        var together = new int[norms.Length];
        for (int row = 0; row < rows.RowCount; row++)
        {
            bool others = false;
            foreach (var cell in rows[row])
            {
                others |= double.IsNaN(cell.Value) && gapped[cell.Column] && !norms[cell.Column];
            }

            foreach (var cell in rows[row])
            {
                together[cell.Column] += others && double.IsNaN(cell.Value) ? 1 : 0;
            }
        }

        for (int id = 0; id < norms.Length; id++)
        {
            gapped[id] &= !norms[id] || together[id] == nan[id];
        }
    }

    private static bool Measures(Column column) =>
        !column.HoldsWords && (column.Given ?? ColumnClassifier.Classify(column.Name)).Kind == RoleKind.Metric;

    private static bool MeasuresSomething(ReadOnlySpan<Cell> row, bool[] measures)
    {
        foreach (var cell in row)
        {
            if (cell.Column < measures.Length && measures[cell.Column] && double.IsFinite(cell.Value))
            {
                return true;
            }
        }

        return false;
    }
}
