using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers;

/// <summary>
/// A table within a text log: names in one line or two, and rows of numbers under them, as fastai, skorch, pandas, Chainer and YOLO print it. Columns stand apart by bars, tabs or blanks;
/// names may hold single blanks themselves, and rows may have gaps, so that only rows tell how to take the names apart.
/// </summary>
/// <param name="facts">What is known of the log.</param>
internal sealed partial class TextTable(LogFacts facts)
{
    private const int MostColumns = 64;

    /// <summary>The columns of results.txt, in which YOLOv5 and YOLOv7 wrote no names.</summary>
    private static readonly string[] ResultsOfYolo = Lexicon.Names("frameworks", "yoloResults", "columns");

    private readonly List<TextCell> _cells = [];
    private readonly List<TextCell> _upper = [];
    /// <summary>Gets the cells of the row that was read last, each with its column, or with what else it was used for.</summary>
    public List<(TextCell Cell, int Column, NumberUse Use)> Taken { get; } = [];

    /// <summary>Gets the part of the line that was looked at last.</summary>
    public string Text { get; private set; } = string.Empty;

    private TextColumn[] _narrow = [];
    private TextColumn[] _wide = [];
    private bool _isHeadOpen;

    /// <summary>Takes a line as names or as a row, where it is one or the other.</summary>
    /// <param name="line">The line, without decorations.</param>
    /// <param name="rows">Takes the numbers of a row, which stays open.</param>
    /// <param name="epoch">The epoch of the row; left alone where it has none.</param>
    /// <returns>Whether the line was part of a table.</returns>
    public bool Take(string line, RowBatch rows, ref double epoch)
    {
        string text = WithSingleBars(WithoutBar(LinePrefix.Remove(line), out bool isUnderway));
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

        if (!char.IsAsciiDigit(FirstOf(text)) && (TakeNames(text) || TakeRowOfPhase(text, rows, ref epoch)))
        {
            return true;
        }

        if (_narrow.Length == 0 && !IsResultsOfYolo())
        {
            return false;
        }

        _isHeadOpen = false;
        return TakeRow(text, isUnderway, rows, ref epoch);
    }

    /// <summary>A row that begins with the word for a phase, below names that it has none of: <c>Validation  1  0.5</c>.</summary>
    private bool TakeRowOfPhase(string text, RowBatch rows, ref double epoch)
    {
        int label = _cells.FindIndex(cell => char.IsLetterOrDigit(cell.Text.FirstOrDefault()));
        if (label is not (0 or 1) || _narrow.Length == 0 || RoleLexicon.PhaseOf(_cells[label].Text.TrimEnd(':').ToLowerInvariant()) is not (not ColumnPhase.Unknown and var phase))
        {
            return false;
        }

        var values = _cells.GetRange(label + 1, _cells.Count - label - 1);
        int skipped = _narrow.Length - values.Count;
        if (skipped is < 0 or > 3 || values.Count < 2 || !values.TrueForAll(cell => TextCells.TryCount(cell.Text, out _, out _)) || Array.Exists(_narrow[..skipped], column => column.Role.Kind is RoleKind.Metric or RoleKind.Epoch))
        {
            return false;
        }

        string prefix = phase switch { ColumnPhase.Validation => "val/", ColumnPhase.Test => "test/", _ => string.Empty };
        var columns = Array.ConvertAll(_narrow[skipped..], column => column.Role.Kind == RoleKind.Metric && prefix.Length > 0 ? column.As(prefix + column.Name) : column);
        Text = text;
        _isHeadOpen = false;
        return IsRow(columns, values, isBarred: true) && Add(columns, values, rows, ref epoch);
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
        return mayBeRow ? _narrow.Length > 0 || line.Contains('/') : (char.IsLetter(first) || first is '#' or '(' or '!' || line.TrimStart().StartsWith('|')) && !ColonBeforeNumber(start) && !start.ContainsAny('=', ';');
    }

    private static char FirstOf(string text)
    {
        var start = TextCells.WithoutEdge(text);
        return start.IsEmpty ? ' ' : start[0];
    }

    /// <summary><c>epoch:1</c> tells what its number is.</summary>
    private static bool ColonBeforeNumber(ReadOnlySpan<char> text)
    {
        for (int i = text.IndexOfAny(':', '：'); i >= 0; i = Next(text, i))
        {
            int next = i + 1;
            while (next < text.Length && text[next] == ' ')
            {
                next++;
            }

            if (i > 0 && (text[i] == '：' || char.IsLetter(text[i - 1]) || text[i - 1] is ' ' or '"' or '\'' or ')') && next < text.Length && (char.IsAsciiDigit(text[next]) || text[next] is '-' or '['))
            {
                return true;
            }
        }

        return false;
    }

    private static int Next(ReadOnlySpan<char> text, int i) => text[(i + 1)..].IndexOfAny(':', '：') is >= 0 and var next ? i + 1 + next : -1;

    /// <summary><c>||grad||</c> is the norm of a gradient, and divides no columns; Jira and wikis divide some with two marks: <c>||Epoch||Loss||</c>, <c>! Epoch !! Loss</c>.</summary>
    private static string WithSingleBars(string line)
    {
        if (line.StartsWith('!') && line.Contains("!!", StringComparison.Ordinal))
        {
            return line.Replace("!!", " |", StringComparison.Ordinal).Replace('!', '|');
        }

        return !line.Contains("||", StringComparison.Ordinal) ? line
            : line.StartsWith('|') ? line.Replace("||", "|", StringComparison.Ordinal)
            : Norm().Replace(line, "${of}norm");
    }

    [GeneratedRegex(@"\|\|(?<of>[A-Za-z]+)\|\|", RegexOptions.ExplicitCapture)]
    private static partial Regex Norm();

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

    /// <summary>Finds the names that a row fits: first by the number of its cells, then by where they stand.</summary>
    private bool TakeRow(string text, bool isUnderway, RowBatch rows, ref double epoch)
    {
        bool isBarred = text.AsSpan().ContainsAny(TextCells.BarMarks);
        var fitting = Fit(_narrow, _cells, isBarred) ?? Fit(_wide, _cells, isBarred);
        if (fitting is null && _wide.Length > 0)
        {
            TextCells.Split(text, isWide: true, _cells);
            fitting = Fit(_wide, _cells, isBarred);
        }

        fitting ??= Place(_wide, text) ?? Place(_narrow, text);
        return fitting is not null && (isUnderway || Add(fitting, _cells, rows, ref epoch));
    }

    /// <summary>Finds the column of each cell where there are as many, or one more: an index before or a remark behind them.</summary>
    private static TextColumn[]? Fit(TextColumn[] columns, List<TextCell> cells, bool isBarred)
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
            // R and pandas print the index left of all names.
            bool isIndexed = long.TryParse(cells[0].Text, NumberStyles.None, CultureInfo.InvariantCulture, out _) && (cells[0].End <= columns[0].Start || !Array.Exists(columns, column => column.Role.Kind == RoleKind.Epoch));
            fitting = isIndexed && TextCells.TryCount(cells[^1].Text, out _, out _) ? [TextColumn.IndexOf(columns), .. columns] : TextCells.TryCount(cells[^1].Text, out _, out _) ? null : [.. columns, TextColumn.None];
        }

        return fitting is not null && IsRow(fitting, cells, isBarred) ? fitting : null;
    }

    private TextColumn[]? Place(TextColumn[] columns, string text)
    {
        if (columns.Length == 0 || text.AsSpan().ContainsAny(TextCells.BarMarks))
        {
            return null;
        }

        TextCells.Split(text, isWide: false, _cells);
        return _cells.Count > 1 && ByPlace(columns, _cells) is { } placed && IsRow(placed, _cells, isBarred: false) ? placed : null;
    }

    /// <summary>Finds the column of each cell by where it stands: under its name, or, as an index, before all of them. Several cells under one name, as of a date and a time, are words.</summary>
    private static TextColumn[]? ByPlace(TextColumn[] columns, List<TextCell> cells)
    {
        var placed = new TextColumn[cells.Count];
        for (int i = 0; i < cells.Count; i++)
        {
            int best = -1;
            int overlap = 0;
            for (int column = 0; column < columns.Length; column++)
            {
                int common = Math.Min(cells[i].End, columns[column].End) - Math.Max(cells[i].Start, columns[column].Start);
                (best, overlap) = common > overlap ? (column, common) : (best, overlap);
            }

            bool isIndex = best < 0 && i == 0 && cells[i].End <= columns[0].Start;
            int ending = best < 0 && !isIndex ? Array.FindIndex(columns, column => column.Start >= cells[i].End) : -1;
            if (best < 0 && !isIndex && ending < 0)
            {
                return null;
            }

            placed[i] = isIndex ? TextColumn.None : columns[best < 0 ? ending : best];
        }

        for (int i = 1; i < placed.Length; i++)
        {
            if (placed[i] == placed[i - 1] || (i > 1 && placed[i - 1] == TextColumn.None && placed[i - 2] == placed[i]))
            {
                if (placed[i].Role.Kind != RoleKind.None)
                {
                    return null;
                }

                placed[i - 1] = TextColumn.None;
            }
        }

        return placed;
    }

    private static bool IsRow(TextColumn[] columns, List<TextCell> cells, bool isBarred)
    {
        bool hasMetric = false;
        for (int i = 0; i < columns.Length; i++)
        {
            bool isNumber = TextCells.TryCount(cells[i].Text, out _, out _);
            if (!isNumber && !TextCells.IsAbsent(cells[i].Text) && (columns[i].Role.Kind != RoleKind.None || (i == 0 && cells[i].Text != "all" && !isBarred)))
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

    /// <summary>Names are words, and at least two of them are known, one of them a metric's; they may go on in a second line.</summary>
    private bool TakeNames(string text)
    {
        if (!AreNames(_cells))
        {
            _upper.Clear();
            return false;
        }

        if (_isHeadOpen && _cells.Count == _narrow.Length && _cells.Exists(cell => cell.Text.Length == 0) && _cells.Exists(cell => cell.Text.Length > 0))
        {
            // Names that go on below some of them, with nothing below the others.
            (_narrow, _wide) = ([.. _narrow.Select((column, i) => column.As($"{column.Name} {_cells[i].Text}".Trim()))], []);
            _isHeadOpen = false;
            return true;
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
        _isHeadOpen = true;
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

        NameBarePhases(columns);
        return Array.Exists(columns, column => column.Role.Kind == RoleKind.Metric) && columns.Count(column => column.Role.Kind != RoleKind.None) > 1;
    }

    /// <summary><c>Epoch | Train | Val</c>: of phases alone, the losses are meant, or, beside a loss, the scores.</summary>
    private static void NameBarePhases(TextColumn[] columns)
    {
        bool trains = Array.Exists(columns, column => PhaseOf(column) == ColumnPhase.Train);
        bool evaluates = Array.Exists(columns, column => PhaseOf(column) is ColumnPhase.Validation or ColumnPhase.Test);
        if (trains && evaluates && Array.Exists(columns, column => column.Role.Kind is RoleKind.Epoch or RoleKind.Step))
        {
            string metric = Array.Exists(columns, column => column.Role is { Kind: RoleKind.Metric, Metric: Metric.Loss }) ? " accuracy" : " loss";
            for (int i = 0; i < columns.Length; i++)
            {
                columns[i] = PhaseOf(columns[i]) == ColumnPhase.Unknown ? columns[i] : columns[i].As(columns[i].Name + metric);
            }
        }
    }

    private static ColumnPhase PhaseOf(TextColumn column) => column.Name.Length is > 0 and <= 10 ? RoleLexicon.PhaseOf(column.Name.ToLowerInvariant()) : ColumnPhase.Unknown;
}
