using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Times;

namespace TrainingDoctor.Readers.Printed;

/// <summary>The row that is being put together: lines below a heading that tells a step or an epoch are one, until a name comes again with another value.</summary>
/// <param name="facts">What is known of the log.</param>
internal sealed class HeldRow(LogFacts facts)
{
    private readonly List<Cell> _cells = [];

    /// <summary>Adds what a line told.</summary>
    /// <param name="cells">What it told.</param>
    /// <param name="isHeaded">Whether it stands below a heading, so that more may follow.</param>
    /// <param name="time">When it was printed; NaN where that is not told.</param>
    /// <param name="rows">Takes rows that are whole.</param>
    public void Add(List<Cell> cells, bool isHeaded, double time, RowBatch rows)
    {
        if (!isHeaded || cells.Exists(cell => _cells.Exists(other => other.Column == cell.Column && !(cell.Value == other.Value))))
        {
            Release(rows);
        }

        _cells.AddRange(cells.Where(cell => !_cells.Exists(other => other.Column == cell.Column)));
        if (double.IsFinite(time) && facts.Columns.Intern(LineClock.Column, ColumnRole.Time) is >= 0 and var clock && !_cells.Exists(cell => cell.Column == clock))
        {
            _cells.Add(new Cell(clock, time));
        }

        if (!isHeaded)
        {
            Release(rows);
        }
    }

    /// <summary>Ends the row.</summary>
    public void Release(RowBatch rows)
    {
        foreach (var cell in _cells)
        {
            rows.Add(cell.Column, cell.Value);
        }

        _cells.Clear();
        rows.EndRow();
    }
}
