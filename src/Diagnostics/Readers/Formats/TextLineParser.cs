using System.Text;

namespace TrainingDoctor.Readers;

/// <summary>
/// Lines for people. Numbers are taken with the words before them: <c>iter 100: loss 3.2</c>, <c>Epoch [6/6], Step [10/1549], Loss: 0.05</c>, <c>lm loss: 2.1E+00 |</c>,
/// <c>{'loss': 2.07}</c>. Words that name no role count where a colon or an equals sign follows them, next to a metric; other words are passed over.
/// </summary>
internal sealed class TextLineParser : ILineParser
{
    private const int LongestLine = 8192;

    private readonly TextRoles _roles;
    private readonly LinePhases _phases;
    private readonly Dictionary<string, Label> _labels = new(StringComparer.Ordinal);
    private readonly List<LabelledNumber> _numbers = [];
    private readonly List<(Label Label, double Value)> _others = [];
    private readonly LineScanner _scanner = new();
    private readonly TextTable _table;
    private readonly ValueBox _box;
    private readonly LogFacts _facts;
    private readonly IReadOnlySet<string> _wanted;
    private double _epoch = double.NaN;

    /// <summary>Makes a parser.</summary>
    /// <param name="facts">What is known of the log.</param>
    /// <param name="wanted">Columns that the user gave a role, whatever they are called.</param>
    public TextLineParser(LogFacts facts, IReadOnlySet<string> wanted)
    {
        (_facts, _wanted) = (facts, wanted);
        _roles = new TextRoles();
        _phases = new LinePhases(_roles);
        _table = new TextTable(facts);
        _box = new ValueBox(facts);
    }

    public void Parse(ReadOnlySpan<byte> line, in LinePlace place, RowBatch rows)
    {
        if (ConflictMarkers.Describe(line) is { } conflict)
        {
            rows.Report(new LogDamage(place.ToString(), conflict));
            return;
        }

        // Progress bars overwrite their line.
        while (!line.IsEmpty)
        {
            int end = line.IndexOfAny((byte)'\r', (byte)'\b');
            ParsePiece(end < 0 ? line : line[..end], rows);
            line = end < 0 ? default : line[(end + 1)..];
        }
    }

    public void Complete(RowBatch rows) => _box.End(rows);

    private void ParsePiece(ReadOnlySpan<byte> piece, RowBatch rows)
    {
        if (_box.Take(piece, rows))
        {
            return;
        }

        string text = TextAsides.WithoutColours(Encoding.UTF8.GetString(piece.Length > LongestLine ? piece[..LongestLine] : piece));
        if (_table.Take(text, rows, ref _epoch))
        {
            EndRow(rows);
            return;
        }

        text = TextAsides.BeforeBest(text);
        if (!text.AsSpan().ContainsAnyInRange('0', '9') && !text.Contains("nan"))
        {
            _phases.ReadHeading(text);
        }
        else if (!TextAsides.IsAside(text))
        {
            ReadNumbers(DarknetLine.TurnRound(ForeignWords.PutOrdinalsLast(text)), rows);
        }
    }

    private void ReadNumbers(string text, RowBatch rows)
    {
        _numbers.Clear();
        _phases.Begin(_numbers, _scanner.Scan(text, _numbers));
        _others.Clear();
        double epoch = double.NaN;
        bool hasStep = false;
        bool hasMetric = false;
        for (int i = 0; i < _numbers.Count; i++)
        {
            var number = _numbers[i];
            var label = LabelOf(number.Label, _phases.PrefixOf(i));
            if (IsPlanOfEpochs(number))
            {
                _facts.PlannedEpochs ??= (long)Math.Clamp(number.Value, 0, 1e15);
            }
            else if (label.Role.Kind == RoleKind.Epoch || IsEpochOfPhase(number))
            {
                epoch = number.Value;
                _facts.PlannedEpochs ??= number.Total > 0 ? (long)number.Total : null;
            }
            else if (label.Role.Kind == RoleKind.Step || (number.Label.Length == 0 && number.Total > 1 && !hasStep && double.IsFinite(epoch)))
            {
                if (!hasStep && !_phases.IsEvaluated(number))
                {
                    rows.Add(_facts.Columns.Intern(LearningTask.IsOfEpisodes(number.Label) ? "episode" : "step"), number.Value);
                    _facts.PlannedSteps = number.Total > 0 && double.IsNaN(epoch) ? (long)number.Total : _facts.PlannedSteps;
                    hasStep = true;
                }
            }
            else if (label.Role.Kind != RoleKind.Metric)
            {
                if (number.IsAssigned && label.Name.Length > 0 && !TextAsides.IsPlace(label.Name))
                {
                    _others.Add((label, number.Value));
                }
            }
            else if (label.ColumnOf(_facts.Columns) is >= 0 and var column && (label.Role.Metric != Metric.LearningRate || number.Value != 0))
            {
                rows.Add(column, number.Value);
                hasMetric = true;
            }
        }

        _epoch = double.IsFinite(epoch) ? epoch : _epoch;
        if (!hasMetric && !_others.Exists(other => _wanted.Contains(other.Label.Name)))
        {
            rows.DropRow();
            return;
        }

        foreach (var (label, value) in _others)
        {
            if (label.ColumnOf(_facts.Columns) is >= 0 and var column && !_facts.Columns.IsIgnored(column))
            {
                rows.Add(column, value);
            }
        }

        EndRow(rows);
    }

    private void EndRow(RowBatch rows)
    {
        if (rows.Open.IsEmpty)
        {
            return;
        }

        if (double.IsFinite(_epoch))
        {
            rows.Add(_facts.Columns.Intern("epoch"), _epoch);
        }

        rows.EndRow();
    }

    /// <summary>timm: <c>Train: 3 [ 50/1251 …]</c>.</summary>
    private static bool IsEpochOfPhase(LabelledNumber number) => number is { Label: "Train" or "train" or "Training", Total: 0 } && number.Value == Math.Floor(number.Value);

    /// <summary><c>Epochs: 200</c> among the settings, not <c>epochs 3, loss 0.5</c>.</summary>
    private bool IsPlanOfEpochs(LabelledNumber number) => number.Total == 0 && number.Label.Equals("epochs", StringComparison.OrdinalIgnoreCase)
        && !_numbers.Exists(other => _roles.Of(other.Label) is { Kind: RoleKind.Metric, Metric: not Metric.LearningRate });

    /// <summary>Tells what the numbers of some words are, where the line says of which phase.</summary>
    private Label LabelOf(string text, string prefix)
    {
        if (text.Length == 0)
        {
            return Label.None;
        }

        string name = prefix + text;
        if (_labels.TryGetValue(name, out var label))
        {
            return label;
        }

        if (_labels.Count >= TextRoles.MaximumLabels)
        {
            return Label.None;
        }

        var role = _roles.Of(text);
        label = role.Kind == RoleKind.Metric ? new Label(ColumnClassifier.Classify(name), name) : new Label(role, name);
        _labels.Add(name, label);
        return label;
    }

    /// <summary>What numbers with some words before them are.</summary>
    private sealed class Label(ColumnRole role, string name)
    {
        private int? _column;

        public static Label None { get; } = new(ColumnRole.None, string.Empty);

        public ColumnRole Role { get; } = role;

        /// <summary>Gets the name of their column; empty when they have none.</summary>
        public string Name { get; } = name;

        /// <summary>Gets their column, which there is from the first number on that counts.</summary>
        public int ColumnOf(ColumnTable columns) => _column ??= columns.Intern(Name);
    }
}
