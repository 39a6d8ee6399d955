namespace TrainingDoctor.Readers.Rows;

/// <summary>One number of a row.</summary>
/// <param name="Column">Its column.</param>
/// <param name="Value">The number; NaN and infinities are values like any other.</param>
internal readonly record struct Cell(int Column, double Value);

/// <summary>Some rows of a log, in its order. Absent cells are absent, never zero.</summary>
internal sealed class RowBatch
{
    private Cell[] _cells = new Cell[256];
    private int _cellCount;
    private int[] _ends = new int[64];
    private int _rowStart;

    private readonly List<(int Row, RowMark Mark)> _marks = [];
    private readonly List<(int Row, long Line)> _lines = [];

    public int RowCount { get; private set; }

    public int CellCount => _cellCount;

    /// <summary>Gets the places of this part of the log that could not be read.</summary>
    public List<LogDamage> Damage { get; } = [];

    /// <summary>Gets or sets how many damaged places there were beyond those kept.</summary>
    public long FurtherDamage { get; set; }

    /// <summary>Gets or sets a value indicating whether another file of the same log begins with this batch.</summary>
    public bool BeginsFile { get; set; }

    /// <summary>Gets or sets what the log tells besides its rows from here on; done by whoever takes the batch, since others may have been read ahead of it.</summary>
    public Action? Tells { get; set; }

    public ReadOnlySpan<Cell> this[int row]
    {
        get
        {
            int start = row == 0 ? 0 : _ends[row - 1];
            return _cells.AsSpan(start, _ends[row] - start);
        }
    }

    /// <summary>Gets the cells of the row that is being filled.</summary>
    public Span<Cell> Open => _cells.AsSpan(_rowStart, _cellCount - _rowStart);

    public void Add(int column, double value)
    {
        if (_cellCount == _cells.Length)
        {
            Array.Resize(ref _cells, 2 * _cellCount);
        }

        _cells[_cellCount++] = new Cell(column, value);
    }

    /// <summary>Marks the row that comes next.</summary>
    public void MarkNext(RowMark mark) => _marks.Add((RowCount, mark));

    /// <summary>Tells the line of the rows from here on, where somebody asks for it.</summary>
    public void MarkLine(long line) => _lines.Add((RowCount, line));

    /// <summary>Finds the line of a row; 0 where nobody marked it.</summary>
    public long LineAt(int row)
    {
        int index = _lines.FindLastIndex(mark => mark.Row <= row);
        return index < 0 ? 0 : _lines[index].Line;
    }

    /// <summary>Tells what the log says of the runs at a row.</summary>
    public RowMark MarkAt(int row) => _marks.Count == 0 ? RowMark.None : _marks.Where(mark => mark.Row == row).Select(mark => mark.Mark).DefaultIfEmpty().Max();

    /// <summary>Ends the row; one without cells is none.</summary>
    public void EndRow()
    {
        if (_cellCount == _rowStart)
        {
            return;
        }

        if (RowCount == _ends.Length)
        {
            Array.Resize(ref _ends, 2 * RowCount);
        }

        _ends[RowCount++] = _cellCount;
        _rowStart = _cellCount;
    }

    /// <summary>Ends a row that says it is of an evaluation: its columns are not those of training, whatever their names.</summary>
    public void EndValidationRow(ColumnTable columns)
    {
        for (int i = _rowStart; i < _cellCount; i++)
        {
            _cells[i] = _cells[i] with { Column = columns.ValidationTwin(_cells[i].Column) };
        }

        EndRow();
    }

    /// <summary>Copies another batch's row.</summary>
    public void AddRow(ReadOnlySpan<Cell> row)
    {
        foreach (var cell in row)
        {
            Add(cell.Column, cell.Value);
        }

        EndRow();
    }

    /// <summary>Forgets the row that is being filled.</summary>
    public void DropRow() => _cellCount = _rowStart;

    public void Clear()
    {
        _cellCount = 0;
        _rowStart = 0;
        RowCount = 0;
        _marks.Clear();
        _lines.Clear();
        Damage.Clear();
        FurtherDamage = 0;
        BeginsFile = false;
        Tells = null;
    }

    public void Report(LogDamage damage)
    {
        if (Damage.Count < 20)
        {
            Damage.Add(damage);
        }
        else
        {
            FurtherDamage++;
        }
    }
}
