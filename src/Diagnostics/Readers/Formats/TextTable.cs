using System.Globalization;
using System.Text;

namespace TrainingDoctor.Readers;

/// <summary>
/// A table within a text log: a line of names, and lines of numbers under them, as fastai, skorch and YOLO print it on a console. Columns stand apart by blanks or bars; a name may hold
/// single blanks itself, so that only the number of cells below tells how to take the line apart.
/// </summary>
/// <param name="facts">What is known of the log.</param>
internal sealed class TextTable(LogFacts facts)
{
    private const int MostColumns = 64;

    private static readonly char[] Blanks = [' ', '\t', '|', '│', '┃'];

    private Column[] _narrow = [];
    private Column[] _wide = [];

    /// <summary>Takes a line as names or as a row, where it is one or the other.</summary>
    /// <param name="line">The line.</param>
    /// <param name="rows">Takes the numbers of a row, which stays open.</param>
    /// <param name="epoch">The epoch of the row; left alone where it has none.</param>
    /// <returns>Whether the line was part of a table.</returns>
    public bool Take(string line, RowBatch rows, ref double epoch)
    {
        if (!MayBePart(line))
        {
            return false;
        }

        // NumPy's savetxt puts the names into a comment.
        string text = WithoutBar(line.StartsWith('#') ? line.TrimStart('#', ' ') : line, out bool isUnderway);
        string[] cells = text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        if (cells.Length is < 2 or > MostColumns)
        {
            return false;
        }

        var columns = cells.Length == _narrow.Length ? _narrow : cells.Length == _wide.Length ? _wide : [];
        return columns.Length > 0 && IsRow(columns, cells) ? isUnderway || TakeRow(columns, cells, rows, ref epoch) : TakeNames(text, cells);
    }

    /// <summary>Names begin with a letter, rows with a number or with YOLO's "all", and neither tells what its numbers are: a glance at most lines will do.</summary>
    private bool MayBePart(string line)
    {
        var start = line.AsSpan().TrimStart(Blanks);
        bool mayBeRow = _narrow.Length > 0 && (start is [>= '0' and <= '9', ..] || start.StartsWith("all"));
        bool mayBeNames = start is [var first, ..] && (char.IsLetter(first) || first == '#');
        return (mayBeRow || mayBeNames) && !line.Contains('=');
    }

    /// <summary>Cuts off the progress bar that YOLO prints behind a row.</summary>
    private static string WithoutBar(string line, out bool isUnderway)
    {
        int bar = line.IndexOf("%|", StringComparison.Ordinal);
        isUnderway = bar >= 0 && !line.AsSpan(0, bar).EndsWith("100");
        int colon = bar < 0 ? -1 : line.LastIndexOf(':', bar);
        return colon < 0 ? line : line[..colon];
    }

    private static bool IsRow(Column[] columns, string[] cells)
    {
        bool hasMetric = false;
        for (int i = 0; i < columns.Length; i++)
        {
            bool isNumber = TryCount(cells[i], out _, out _);
            if (!isNumber && (columns[i].Role.Kind != RoleKind.None || (i == 0 && cells[i] != "all")))
            {
                return false;
            }

            hasMetric |= isNumber && columns[i].Role.Kind == RoleKind.Metric;
        }

        return hasMetric;
    }

    private bool TakeRow(Column[] columns, string[] cells, RowBatch rows, ref double epoch)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            if (!TryCount(cells[i], out double value, out long? planned))
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

    /// <summary>Names are words, and at least two of them are known, one of them a metric's.</summary>
    private bool TakeNames(string text, string[] cells)
    {
        if (Array.Exists(cells, cell => (!char.IsLetter(cell[0]) && cell != "#") || cell[^1] == ':' || TryCount(cell, out _, out _)))
        {
            return false;
        }

        var narrow = Array.ConvertAll(cells, name => new Column(name));
        var wide = Array.ConvertAll(text.Split(["  ", "\t", "|", "│", "┃"], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), name => new Column(name));
        if (!IsKnown(narrow) && !IsKnown(wide))
        {
            return false;
        }

        (_narrow, _wide) = (narrow, wide);
        facts.SumsLossParts |= Array.Exists(narrow, column => column.Name == "box_loss");
        return true;
    }

    private static bool IsKnown(Column[] columns)
    {
        // YOLOv5 heads its losses with their parts alone: "Epoch gpu_mem box obj cls".
        if (Array.Exists(columns, column => column.Role.Kind == RoleKind.Epoch) && columns.Count(column => RoleLexicon.IsPart(column.Name)) > 1)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                columns[i] = RoleLexicon.IsPart(columns[i].Name) ? new Column(columns[i].Name + "_loss") : columns[i];
            }
        }

        return Array.Exists(columns, column => column.Role.Kind == RoleKind.Metric) && columns.Count(column => column.Role.Kind != RoleKind.None) > 1;
    }

    /// <summary>Reads a number, or both of <c>3/100</c>.</summary>
    private static bool TryCount(string cell, out double value, out long? planned)
    {
        int slash = cell.IndexOf('/');
        planned = slash > 0 && long.TryParse(cell.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long total) ? total : null;
        return Number.TryParse(Encoding.UTF8.GetBytes(slash > 0 ? cell[..slash] : cell), out value);
    }

    private sealed class Column(string name)
    {
        public string Name { get; } = name.Trim('(', ')', ':');

        /// <summary>Gets what it is; spaCy heads epochs and steps with <c>E</c> and <c>#</c>.</summary>
        public ColumnRole Role { get; } = ColumnClassifier.Classify(name switch { "E" => "epoch", "#" => "step", _ => name });
    }
}
