using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>The names of a printed table, in one line or two: rows tell how to take them apart, since names may hold blanks.</summary>
/// <param name="facts">What is known of the log.</param>
internal sealed class TableHead(LogFacts facts)
{
    private readonly List<TextCell> _upper = [];
    private bool _isOpen;
    private bool _isUpperKnown;

    /// <summary>Gets the names, taken apart at every blank.</summary>
    public TextColumn[] Narrow { get; private set; } = [];

    /// <summary>Gets the names, taken apart where there are two blanks or more; none where that gives no names.</summary>
    public TextColumn[] Wide { get; private set; } = [];

    /// <summary>Gets the names of the table before, whose rows may go on by turns with those of this one.</summary>
    public TextColumn[] Earlier { get; private set; } = [];

    /// <summary>Takes note of a row: names cannot go on below it.</summary>
    public void End()
    {
        _isOpen = _isUpperKnown = false;
        _upper.Clear();
    }

    /// <summary>Takes names that a framework never prints.</summary>
    public void Put(TextColumn[] columns) => (Narrow, Wide) = (columns, []);

    /// <summary>Names are words, and at least two of them are known, one of them a metric's; they may go on in a second line.</summary>
    public bool Take(string text, List<TextCell> cells)
    {
        if (!AreNames(cells))
        {
            _upper.Clear();
            return false;
        }

        if (_isOpen && cells.Count == Narrow.Length && cells.Exists(cell => cell.Text.Length == 0) && cells.Exists(cell => cell.Text.Length > 0))
        {
            // Names that go on below some of them, with nothing below the others.
            (Narrow, Wide) = ([.. Narrow.Select((column, i) => column.As($"{column.Name} {cells[i].Text}".Trim()))], []);
            _isOpen = false;
            return true;
        }

        var narrow = Columns(cells);
        if (BelowGroups(narrow) is { } grouped)
        {
            _upper.Clear();
            (Narrow, Wide) = (grouped, []);
            return true;
        }

        if (_upper.Count == cells.Count && !_isUpperKnown)
        {
            var both = new TextColumn[cells.Count];
            for (int i = 0; i < both.Length; i++)
            {
                both[i] = new TextColumn($"{_upper[i].Text} {cells[i].Text}".Trim(), Math.Min(_upper[i].Start, cells[i].Start), Math.Max(_upper[i].End, cells[i].End));
            }

            if (Array.Exists(both, column => column.Role.Kind == RoleKind.Metric))
            {
                _upper.Clear();
                (Narrow, Wide) = (both, []);
                return true;
            }
        }

        _upper.Clear();
        _upper.AddRange(cells);
        TextCells.Split(text, isWide: true, cells);
        var wide = AreNames(cells) ? Columns(cells) : [];
        _isUpperKnown = IsKnown(narrow) || IsKnown(wide);
        if (!_isUpperKnown)
        {
            return false;
        }

        _isOpen = true;
        Earlier = Array.Exists(narrow, column => Array.TrueForAll(Narrow, other => other.Name != column.Name)) ? Narrow : Earlier;
        (Narrow, Wide) = (narrow, wide);
        facts.SumsLossParts |= Array.Exists(narrow, column => column.Name == "box_loss");
        return true;
    }

    /// <summary>
    /// Groups above names, <c>train  valid</c> over <c>epoch  loss  acc  loss  acc</c>, or <c>loss  acc</c> over <c>epoch  train  valid  train  valid</c>: a name that stands there once for each group is of one after the other.
    /// Null where it is not so.
    /// </summary>
    private TextColumn[]? BelowGroups(TextColumn[] names)
    {
        var groups = _upper.FindAll(cell => cell.Text.Length > 0);
        bool arePhases = groups.TrueForAll(cell => FieldLine.IsPhase(cell.Text));
        bool areMetrics = groups.TrueForAll(cell => ColumnClassifier.Classify(cell.Text).Kind == RoleKind.Metric);
        if (groups.Count < 2 || !(arePhases || areMetrics) || !Array.Exists(names, name => IsInEach(name) && (arePhases ? name.Role.Kind == RoleKind.Metric : FieldLine.IsPhase(name.Name))))
        {
            return null;
        }

        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return Array.ConvertAll(names, name => IsInEach(name) && groups[seen[name.Name] = seen.GetValueOrDefault(name.Name, -1) + 1].Text is var group ? name.As(arePhases ? $"{group} {name.Name}" : $"{name.Name} {group}") : name);

        bool IsInEach(TextColumn name) => names.Count(other => other.Name == name.Name) == groups.Count;
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
        // YOLOv5 heads its losses with their parts alone: "Epoch gpu_mem box obj cls"; others with the total beside them.
        if (Array.Exists(columns, column => column.Role.Kind == RoleKind.Epoch) && columns.Count(IsPart) > 1)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                columns[i] = IsPart(columns[i]) || (columns[i].Role.Kind == RoleKind.None && RoleLexicon.IsWhole(columns[i].Name.ToLowerInvariant())) ? columns[i].As(columns[i].Name + "_loss") : columns[i];
            }
        }

        NameBarePhases(columns);
        return Array.Exists(columns, column => column.Role.Kind == RoleKind.Metric) && columns.Count(column => column.Role.Kind != RoleKind.None) > 1;
    }

    private static bool IsPart(TextColumn column) => column.Role.Kind == RoleKind.None && RoleLexicon.IsPart(column.Name.ToLowerInvariant());

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
