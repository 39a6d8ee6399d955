using System.Text;

namespace TrainingDoctor.Readers;

/// <summary>
/// Lines for people. Numbers are taken with the words before them: <c>iter 100: loss 3.2</c>, <c>Epoch [6/6], Step [10/1549], Loss: 0.05</c>, <c>lm loss: 2.1E+00 |</c>,
/// <c>{'loss': 2.07}</c>. Words that name no role count where a colon or an equals sign follows them, next to a metric; other words are passed over.
/// </summary>
/// <param name="facts">What is known of the log.</param>
/// <param name="wanted">Columns that the user gave a role, whatever they are called.</param>
internal sealed class TextLineParser(LogFacts facts, IReadOnlySet<string> wanted) : ILineParser
{
    private const int LongestLine = 8192;
    private const int LongestHeading = 100;
    private const int MostWordsOfHeading = 4;
    private const int MaximumLabels = 4096;

    private readonly Dictionary<string, ColumnRole> _roles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Label> _labels = new(StringComparer.Ordinal);
    private readonly List<LabelledNumber> _numbers = [];
    private readonly List<(Label Label, double Value)> _others = [];
    private readonly LineScanner _scanner = new();
    private readonly HashSet<string> _underHeading = new(StringComparer.Ordinal);
    private bool _isEvaluating;
    private double _epoch = double.NaN;

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

    private void ParsePiece(ReadOnlySpan<byte> piece, RowBatch rows)
    {
        if (piece.IndexOfAnyInRange((byte)'0', (byte)'9') < 0 && piece.IndexOf("nan"u8) < 0)
        {
            ReadHeading(piece);
            return;
        }

        if (IsAside(piece))
        {
            return;
        }

        string text = ForeignWords.PutOrdinalsLast(Encoding.UTF8.GetString(piece.Length > LongestLine ? piece[..LongestLine] : piece));
        _numbers.Clear();
        string phase = _scanner.Scan(text, _numbers) || IsUnderHeading() ? "val/" : string.Empty;
        string scores = phase.Length > 0 ? phase : PhaseOfScores();
        _others.Clear();
        double epoch = double.NaN;
        bool hasStep = false;
        bool hasMetric = false;
        foreach (var number in _numbers)
        {
            var label = LabelOf(number.Label, phase, scores);
            if (label.Role.Kind == RoleKind.Epoch || IsEpochOfPhase(number))
            {
                epoch = number.Value;
                facts.PlannedEpochs ??= number.Total > 0 ? (long)number.Total : null;
            }
            else if (label.Role.Kind == RoleKind.Step || (number.Label.Length == 0 && number.Total > 1 && !hasStep && double.IsFinite(epoch)))
            {
                if (!hasStep && phase.Length == 0)
                {
                    rows.Add(facts.Columns.Intern("step"), number.Value);
                    facts.PlannedSteps = number.Total > 0 && double.IsNaN(epoch) ? (long)number.Total : facts.PlannedSteps;
                    hasStep = true;
                }
            }
            else if (label.Role.Kind != RoleKind.Metric)
            {
                if (number.IsAssigned && label.Name.Length > 0)
                {
                    _others.Add((label, number.Value));
                }
            }
            else if (label.ColumnOf(facts.Columns) is >= 0 and var column && (label.Role.Metric != Metric.LearningRate || number.Value != 0))
            {
                rows.Add(column, number.Value);
                hasMetric = true;
            }
        }

        _epoch = double.IsFinite(epoch) ? epoch : _epoch;
        if (!hasMetric && !_others.Exists(other => wanted.Contains(other.Label.Name)))
        {
            rows.DropRow();
            return;
        }

        foreach (var (label, value) in _others)
        {
            if (label.ColumnOf(facts.Columns) is >= 0 and var column && !facts.Columns.IsIgnored(column))
            {
                rows.Add(column, value);
            }
        }

        if (double.IsFinite(_epoch))
        {
            rows.Add(facts.Columns.Intern("epoch"), _epoch);
        }

        rows.EndRow();
    }

    /// <summary><c>Validation:</c> or <c>testing in eval mode ...</c> on a line of its own is about the lines that follow.</summary>
    private void ReadHeading(ReadOnlySpan<byte> piece)
    {
        if (piece.Length is 0 or > LongestHeading)
        {
            return;
        }

        var words = ColumnName.Words(Encoding.UTF8.GetString(piece));
        if (words.Count is > 0 and <= MostWordsOfHeading && RoleLexicon.PhaseOf(words[0]) is not ColumnPhase.Unknown and var phase)
        {
            _isEvaluating = phase is ColumnPhase.Validation or ColumnPhase.Test;
            _underHeading.Clear();
        }
    }

    /// <summary>Tells whether a heading holds for a line: until a name comes up again, which is that of the training that went on, or one says "train".</summary>
    private bool IsUnderHeading()
    {
        for (int i = 0; _isEvaluating && i < _numbers.Count; i++)
        {
            var role = RoleOf(_numbers[i].Label);
            _isEvaluating = role.Kind != RoleKind.Metric || (role.Phase != ColumnPhase.Train && _underHeading.Add(_numbers[i].Label));
        }

        return _isEvaluating;
    }

    /// <summary>Progress half-way through an epoch, closing sums and announcements are no points of a curve.</summary>
    private static bool IsAside(ReadOnlySpan<byte> piece) =>
        piece.IndexOf("train_runtime"u8) >= 0 || piece.IndexOf("保存"u8) >= 0 || piece.IndexOf("最佳"u8) >= 0 || piece.IndexOf("最优"u8) >= 0 || piece.IndexOf(" - ETA: "u8) >= 0 || Has(piece, "saved"u8) || Has(piece, "saving"u8) || Has(piece, "best"u8) || Has(piece, "namespace("u8) || Has(piece, "improved from"u8);

    private static bool Has(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> word)
    {
        for (int i = 0; i + word.Length <= piece.Length && i < 512; i++)
        {
            if ((piece[i] | 0x20) == word[0] && System.Text.Ascii.EqualsIgnoreCase(piece.Slice(i, word.Length), word))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>timm: <c>Train: 3 [ 50/1251 …]</c>.</summary>
    private static bool IsEpochOfPhase(LabelledNumber number) => number is { Label: "Train" or "train" or "Training", Total: 0 } && number.Value == Math.Floor(number.Value);

    /// <summary><c>Val loss: 2.4, Acc: 31 %</c>: scores of no phase are of that of the loss before them, where the line speaks of no other.</summary>
    private string PhaseOfScores()
    {
        var phase = ColumnPhase.Unknown;
        foreach (var number in _numbers)
        {
            var role = RoleOf(number.Label);
            bool isLoss = role.Metric == Metric.Loss;
            if (role.Kind != RoleKind.Metric || !(isLoss || IsScore(role)))
            {
                continue;
            }

            bool begins = phase == ColumnPhase.Unknown;
            if (role.Phase == ColumnPhase.Unknown ? begins || isLoss : !begins && role.Phase != phase)
            {
                return string.Empty;
            }

            phase = role.Phase == ColumnPhase.Unknown ? phase : role.Phase;
        }

        return phase switch { ColumnPhase.Validation => "val/", ColumnPhase.Test => "test/", _ => string.Empty };
    }

    private static bool IsScore(ColumnRole role) => role is { Kind: RoleKind.Metric, Metric: Metric.Accuracy or Metric.Error };

    private ColumnRole RoleOf(string label)
    {
        if (label.Length == 0)
        {
            return ColumnRole.None;
        }

        if (!_roles.TryGetValue(label, out var role))
        {
            role = ColumnClassifier.Classify(label);

            // "LSTM_2 Epoch 3": whatever stands before it, it counts epochs, unless it is about another one.
            if (role.Kind == RoleKind.None && ColumnName.Words(label) is [.. var before, "epoch"] && !before.Exists(RoleLexicon.IsOfAnotherEpoch))
            {
                role = new ColumnRole(RoleKind.Epoch);
            }

            if (_roles.Count < MaximumLabels)
            {
                _roles.Add(label, role);
            }
        }

        return role;
    }

    /// <summary>Tells what a number is, in a line of a phase and with scores of a phase.</summary>
    private Label LabelOf(string text, string phase, string scores)
    {
        if (text.Length == 0)
        {
            return Label.None;
        }

        string key = scores + text;
        if (_labels.TryGetValue(key, out var label))
        {
            return label;
        }

        if (_labels.Count >= MaximumLabels)
        {
            return Label.None;
        }

        var role = RoleOf(text);
        bool isOpen = role.Phase is ColumnPhase.Unknown || (phase.Length > 0 && role.Phase is ColumnPhase.Train);
        string name = !isOpen ? text : IsScore(role) ? key : phase + text;
        label = new Label(role.Kind == RoleKind.Metric ? ColumnClassifier.Classify(name) : role, name);
        _labels.Add(key, label);
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
