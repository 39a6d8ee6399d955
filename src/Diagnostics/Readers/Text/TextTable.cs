using System.Globalization;

namespace TrainingDoctor.Readers;

/// <summary>
/// A table within a text log: names in one line or two, and rows of numbers under them, as fastai, skorch, pandas, Chainer and YOLO print it. Columns stand apart by bars, tabs or blanks;
/// names may hold single blanks themselves, and rows may have gaps, so that only rows tell how to take the names apart.
/// </summary>
/// <param name="facts">What is known of the log.</param>
internal sealed class TextTable(LogFacts facts)
{
    private const int MostColumns = 64;

    /// <summary>The columns of results.txt, in which YOLOv5 and YOLOv7 wrote no names.</summary>
    private static readonly string[] ResultsOfYolo =
    [
        "epoch", "gpu_mem", "box_loss", "obj_loss", "cls_loss", "total_loss", "labels", "img_size", "metrics/precision", "metrics/recall", "metrics/mAP_0.5", "metrics/mAP_0.5:0.95",
        "val/box_loss", "val/obj_loss", "val/cls_loss",
    ];

    private readonly List<TextCell> _cells = [];
    private readonly List<TextCell> _upper = [];
    private TextColumn[] _narrow = [];
    private TextColumn[] _wide = [];

    /// <summary>Takes a line as names or as a row, where it is one or the other.</summary>
    /// <param name="line">The line, without decorations.</param>
    /// <param name="rows">Takes the numbers of a row, which stays open.</param>
    /// <param name="epoch">The epoch of the row; left alone where it has none.</param>
    /// <returns>Whether the line was part of a table.</returns>
    public bool Take(string line, RowBatch rows, ref double epoch)
    {
        string text = LinePrefix.Remove(line);
        if (!MayBePart(text))
        {
            return false;
        }

        // NumPy's savetxt puts the names into a comment.
        text = WithoutBar(text.StartsWith('#') ? text.TrimStart('#') : text, out bool isUnderway);
        TextCells.Split(text, isWide: false, _cells);
        if (_cells.Count is < 2 or > MostColumns)
        {
            return false;
        }

        if (!char.IsAsciiDigit(FirstOf(text)) && TakeNames(text))
        {
            return true;
        }

        if (_narrow.Length == 0 && !IsResultsOfYolo())
        {
            return false;
        }

        return TakeRow(text, isUnderway, rows, ref epoch);
    }

    /// <summary>Names begin with a letter, rows with a number or with YOLO's "all", and neither tells what its numbers are: a glance at most lines will do.</summary>
    private bool MayBePart(string line)
    {
        var start = line.AsSpan().TrimStart(" \t|│┃");
        if (start is not [var first, ..])
        {
            return false;
        }

        bool mayBeRow = first is (>= '0' and <= '9') or '-' or '.' || start.StartsWith("all") || start.StartsWith("nan", StringComparison.OrdinalIgnoreCase);
        return mayBeRow ? _narrow.Length > 0 || line.Contains('/') : (char.IsLetter(first) || first is '#' or '(' || line.TrimStart().StartsWith('|')) && !ColonBeforeNumber(start) && !start.ContainsAny('=', ';');
    }

    private static char FirstOf(string text)
    {
        var start = text.AsSpan().TrimStart(" \t|│┃");
        return start.IsEmpty ? ' ' : start[0];
    }

    /// <summary><c>epoch:1</c> tells what its number is.</summary>
    private static bool ColonBeforeNumber(ReadOnlySpan<char> text)
    {
        for (int i = text.IndexOf(':'); i >= 0; i = Next(text, i, ':'))
        {
            int next = i + 1;
            while (next < text.Length && text[next] == ' ')
            {
                next++;
            }

            if (i > 0 && (char.IsLetter(text[i - 1]) || text[i - 1] is ' ' or '"' or '\'' or ')') && next < text.Length && (char.IsAsciiDigit(text[next]) || text[next] is '-' or '['))
            {
                return true;
            }
        }

        return false;
    }

    private static int Next(ReadOnlySpan<char> text, int i, char mark) => text[(i + 1)..].IndexOf(mark) is >= 0 and var next ? i + 1 + next : -1;

    /// <summary>Cuts off the progress bar that YOLO prints behind a row.</summary>
    private static string WithoutBar(string line, out bool isUnderway)
    {
        int bar = line.IndexOf("%|", StringComparison.Ordinal);
        isUnderway = bar >= 0 && !line.AsSpan(0, bar).EndsWith("100");
        int colon = bar < 0 ? -1 : line.LastIndexOf(':', bar);
        return colon < 0 ? line : line[..colon];
    }

    private bool IsResultsOfYolo()
    {
        if (_cells.Count != ResultsOfYolo.Length || !_cells[0].Text.Contains('/') || _cells[1].Text is not [.., 'G' or 'M'] || !TextCells.TryCount(_cells[2].Text, out _, out _))
        {
            return false;
        }

        _narrow = Array.ConvertAll(ResultsOfYolo, name => new TextColumn(name, 0, 0));
        facts.SumsLossParts = true;
        return true;
    }

    private bool TakeRow(string text, bool isUnderway, RowBatch rows, ref double epoch)
    {
        if (Fit(_narrow, _cells) is { } narrow)
        {
            return isUnderway || Add(narrow, _cells, rows, ref epoch);
        }

        if (_wide.Length == 0)
        {
            return false;
        }

        if (Fit(_wide, _cells) is { } columns)
        {
            return isUnderway || Add(columns, _cells, rows, ref epoch);
        }

        TextCells.Split(text, isWide: true, _cells);
        return Fit(_wide, _cells) is { } wide && (isUnderway || Add(wide, _cells, rows, ref epoch));
    }

    /// <summary>Finds the column of each cell: one each, or with an index before or a remark behind them, or by where they stand.</summary>
    private static TextColumn[]? Fit(TextColumn[] columns, List<TextCell> cells)
    {
        if (columns.Length == 0 || cells.Count < 2)
        {
            return null;
        }

        TextColumn[]? fitting = null;
        if (cells.Count == columns.Length)
        {
            fitting = columns;
        }
        else if (cells.Count == columns.Length + 1)
        {
            bool isIndexed = long.TryParse(cells[0].Text, NumberStyles.None, CultureInfo.InvariantCulture, out _) && !Array.Exists(columns, column => column.Role.Kind == RoleKind.Epoch);
            fitting = isIndexed && TextCells.TryCount(cells[^1].Text, out _, out _) ? [TextColumn.Index, .. columns] : TextCells.TryCount(cells[^1].Text, out _, out _) ? null : [.. columns, TextColumn.None];
        }

        return fitting is not null && IsRow(fitting, cells) ? fitting : cells.Count < columns.Length && ByPlace(columns, cells) is { } placed && IsRow(placed, cells) ? placed : null;
    }

    private static TextColumn[]? ByPlace(TextColumn[] columns, List<TextCell> cells)
    {
        var placed = new TextColumn[cells.Count];
        int next = 0;
        for (int i = 0; i < cells.Count; i++)
        {
            int best = -1;
            int overlap = 0;
            for (int column = next; column < columns.Length; column++)
            {
                int common = Math.Min(cells[i].End, columns[column].End) - Math.Max(cells[i].Start, columns[column].Start);
                (best, overlap) = common > overlap ? (column, common) : (best, overlap);
            }

            if (best < 0)
            {
                return null;
            }

            placed[i] = columns[best];
            next = best + 1;
        }

        return placed;
    }

    private static bool IsRow(TextColumn[] columns, List<TextCell> cells)
    {
        bool hasMetric = false;
        for (int i = 0; i < columns.Length; i++)
        {
            bool isNumber = TextCells.TryCount(cells[i].Text, out _, out _);
            if (!isNumber && !TextCells.IsAbsent(cells[i].Text) && (columns[i].Role.Kind != RoleKind.None || (i == 0 && cells[i].Text != "all")))
            {
                return false;
            }

            hasMetric |= isNumber && columns[i].Role.Kind == RoleKind.Metric;
        }

        return hasMetric;
    }

    private bool Add(TextColumn[] columns, List<TextCell> cells, RowBatch rows, ref double epoch)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i].Name.Length == 0 || !TextCells.TryCount(cells[i].Text, out double value, out long? planned))
            {
                continue;
            }

            if (columns[i].Role.Kind == RoleKind.Epoch)
            {
                epoch = value;
                facts.PlannedEpochs ??= planned;
            }
            else if (facts.Columns.Intern(columns[i].Role.Kind == RoleKind.Step ? "step" : columns[i].Name) is >= 0 and var column && !facts.Columns.IsIgnored(column))
            {
                rows.Add(column, value);
            }
        }

        return true;
    }

    /// <summary>Names are words, and at least two of them are known, one of them a metric's; they may go on in a second line.</summary>
    private bool TakeNames(string text)
    {
        if (!AreNames(_cells))
        {
            _upper.Clear();
            return false;
        }

        var narrow = Columns(_cells);
        if (_upper.Count == _cells.Count)
        {
            var both = new TextColumn[_cells.Count];
            for (int i = 0; i < both.Length; i++)
            {
                both[i] = new TextColumn($"{_upper[i].Text} {_cells[i].Text}".Trim(), Math.Min(_upper[i].Start, _cells[i].Start), Math.Max(_upper[i].End, _cells[i].End));
            }

            if (Array.Exists(both, column => column.Role.Kind == RoleKind.Metric))
            {
                _upper.Clear();
                (_narrow, _wide) = (both, []);
                return true;
            }
        }

        _upper.Clear();
        _upper.AddRange(_cells);
        TextCells.Split(text, isWide: true, _cells);
        var wide = AreNames(_cells) ? Columns(_cells) : [];
        if (!IsKnown(narrow) && !IsKnown(wide))
        {
            return false;
        }

        _upper.Clear();
        (_narrow, _wide) = (narrow, wide);
        facts.SumsLossParts |= Array.Exists(narrow, column => column.Name == "box_loss");
        return true;
    }

    private static TextColumn[] Columns(List<TextCell> cells) => [.. cells.Select(cell => new TextColumn(cell.Text, cell.Start, cell.End))];

    private static bool AreNames(List<TextCell> cells)
    {
        foreach (var cell in cells)
        {
            if (cell.Text.Length == 0)
            {
                continue;
            }

            bool isWord = char.IsLetter(cell.Text[0]) || cell.Text[0] is '#' or '(' or '_';
            if (!isWord || cell.Text[^1] is ':' or ',' || TextCells.TryCount(cell.Text, out _, out _) || TextCells.EndsInNumber(cell.Text))
            {
                return false;
            }
        }

        return cells.Count > 1;
    }

    private static bool IsKnown(TextColumn[] columns)
    {
        // YOLOv5 heads its losses with their parts alone: "Epoch gpu_mem box obj cls".
        if (Array.Exists(columns, column => column.Role.Kind == RoleKind.Epoch) && columns.Count(column => RoleLexicon.IsPart(column.Name)) > 1)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                columns[i] = RoleLexicon.IsPart(columns[i].Name) ? columns[i].As(columns[i].Name + "_loss") : columns[i];
            }
        }

        return Array.Exists(columns, column => column.Role.Kind == RoleKind.Metric) && columns.Count(column => column.Role.Kind != RoleKind.None) > 1;
    }
}
