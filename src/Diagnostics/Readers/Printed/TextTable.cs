using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>
/// A table within a text log: names in one line or two, and rows of numbers under them, as fastai, skorch, pandas, Chainer and YOLO print it. Columns stand apart by bars, tabs or blanks;
/// names may hold single blanks themselves, and rows may have gaps, so that only rows tell how to take the names apart.
/// </summary>
/// <param name="facts">What is known of the log.</param>
internal sealed class TextTable(LogFacts facts)
{
    private const int MostColumns = 64;

    /// <summary>The columns of results.txt, in which YOLOv5 and YOLOv7 wrote no names.</summary>
    private static readonly string[] ResultsOfYolo = Lexicon.Names("frameworks", "yoloResults", "columns");

    private readonly List<TextCell> _cells = [];
    private readonly TableHead _head = new(facts);

    /// <summary>Gets the cells of the row that was read last, each with its column, or with what else it was used for.</summary>
    public List<(TextCell Cell, int Column, NumberUse Use)> Taken { get; } = [];

    /// <summary>Gets the part of the line that was looked at last.</summary>
    public string Text { get; private set; } = string.Empty;

    /// <summary>Takes a line as names or as a row, where it is one or the other.</summary>
    /// <param name="line">The line, without decorations.</param>
    /// <param name="rows">Takes the numbers of a row, which stays open.</param>
    /// <param name="epoch">The epoch of the row; left alone where it has none.</param>
    /// <returns>Whether the line was part of a table.</returns>
    public bool Take(string line, RowBatch rows, ref double epoch)
    {
        string text = TableText.WithSingleBars(TableText.WithoutBar(LinePrefix.Remove(line), out bool isUnderway));
        if (!MayBePart(text))
        {
            return false;
        }

        // NumPy's savetxt puts the names into a comment.
        text = text.StartsWith('#') ? text.TrimStart('#') : text;
        Text = text;
        Taken.Clear();
        TextCells.Split(text, isWide: false, _cells);
        if (_cells.Count is < 2 or > MostColumns)
        {
            return false;
        }

        if (!char.IsAsciiDigit(FirstOf(text)) && (_head.Take(text, _cells) || TakeRowOfPhase(text, rows, ref epoch)))
        {
            return true;
        }

        if (_head.Narrow.Length == 0 && !IsResultsOfYolo())
        {
            return false;
        }

        _head.End();
        return TakeRow(text, isUnderway, rows, ref epoch);
    }

    /// <summary>A row that begins with the word for a phase, below names that it has none of: <c>Validation  1  0.5</c>.</summary>
    private bool TakeRowOfPhase(string text, RowBatch rows, ref double epoch)
    {
        int label = _cells.FindIndex(cell => char.IsLetterOrDigit(cell.Text.FirstOrDefault()));
        if (label is not (0 or 1) || _head.Narrow.Length == 0 || RoleLexicon.PhaseOf(_cells[label].Text.TrimEnd(':').ToLowerInvariant()) is not (not ColumnPhase.Unknown and var phase))
        {
            return false;
        }

        var values = _cells.GetRange(label + 1, _cells.Count - label - 1);
        int skipped = _head.Narrow.Length - values.Count;
        if (skipped is < 0 or > 3 || values.Count < 2 || !values.TrueForAll(cell => TextCells.TryCount(cell.Text, out _, out _)) || Array.Exists(_head.Narrow[..skipped], column => column.Role.Kind is RoleKind.Metric or RoleKind.Epoch))
        {
            return false;
        }

        string prefix = phase switch { ColumnPhase.Validation => "val/", ColumnPhase.Test => "test/", _ => string.Empty };
        var columns = Array.ConvertAll(_head.Narrow[skipped..], column => column.Role.Kind == RoleKind.Metric && prefix.Length > 0 ? column.As(prefix + column.Name) : column);
        Text = text;
        _head.End();
        return TableRows.IsRow(columns, values, isBarred: true) && Add(columns, values, rows, ref epoch);
    }

    /// <summary>Names begin with a letter, rows with a number or with YOLO's "all", and neither tells what its numbers are: a glance at most lines will do.</summary>
    private bool MayBePart(string line)
    {
        var start = TextCells.WithoutEdge(line);
        if (start is not [var first, ..])
        {
            return false;
        }

        bool mayBeRow = first is (>= '0' and <= '9') or '-' or '.' || start.StartsWith("all") || start.StartsWith("nan", StringComparison.OrdinalIgnoreCase);
        return mayBeRow ? _head.Narrow.Length > 0 || line.Contains('/') : (char.IsLetter(first) || first is '#' or '(' or '!' || line.TrimStart().StartsWith('|')) && !TableText.ColonBeforeNumber(start) && !start.ContainsAny('=', ';');
    }

    private static char FirstOf(string text)
    {
        var start = TextCells.WithoutEdge(text);
        return start.IsEmpty ? ' ' : start[0];
    }

    private bool IsResultsOfYolo()
    {
        if (_cells.Count != ResultsOfYolo.Length || !_cells[0].Text.Contains('/') || _cells[1].Text is not [.., 'G' or 'M'] || !TextCells.TryCount(_cells[2].Text, out _, out _))
        {
            return false;
        }

        _head.Put(Array.ConvertAll(ResultsOfYolo, name => new TextColumn(name, 0, 0)));
        facts.SumsLossParts = true;
        return true;
    }

    /// <summary>Finds the names that a row fits: first by the number of its cells, then by where they stand.</summary>
    private bool TakeRow(string text, bool isUnderway, RowBatch rows, ref double epoch)
    {
        bool isBarred = text.AsSpan().ContainsAny(TextCells.BarMarks);
        var fitting = TableRows.Fit(_head.Narrow, _cells, isBarred) ?? TableRows.Fit(_head.Wide, _cells, isBarred) ?? TableRows.Fit(_head.Earlier, _cells, isBarred);
        if (fitting is null && _head.Wide.Length > 0)
        {
            TextCells.Split(text, isWide: true, _cells);
            fitting = TableRows.Fit(_head.Wide, _cells, isBarred);
        }

        fitting ??= Place(_head.Wide, text) ?? Place(_head.Narrow, text);
        return fitting is not null && (isUnderway || Add(fitting, _cells, rows, ref epoch));
    }

    private TextColumn[]? Place(TextColumn[] columns, string text)
    {
        if (columns.Length == 0 || text.AsSpan().ContainsAny(TextCells.BarMarks))
        {
            return null;
        }

        TextCells.Split(text, isWide: false, _cells);
        return _cells.Count > 1 && TableRows.ByPlace(columns, _cells) is { } placed && TableRows.IsRow(placed, _cells, isBarred: false) ? placed : null;
    }

    private bool Add(TextColumn[] columns, List<TextCell> cells, RowBatch rows, ref double epoch)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i].Name.Length == 0 || !TextCells.TryCount(cells[i].Text, out double value, out long? planned))
            {
                Taken.Add((cells[i], -1, NumberUse.Unused));
                continue;
            }

            if (columns[i].Role.Kind == RoleKind.Epoch)
            {
                epoch = value;
                facts.PlannedEpochs ??= planned;
                Taken.Add((cells[i], -1, NumberUse.Epoch));
            }
            else if (facts.Columns.Intern(columns[i].Role.Kind == RoleKind.Step ? "step" : columns[i].Name) is >= 0 and var column && !facts.Columns.IsIgnored(column))
            {
                rows.Add(column, value);
                Taken.Add((cells[i], column, NumberUse.Measurement));
            }
        }

        return true;
    }
}
