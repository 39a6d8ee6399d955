using System.Text;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers;

/// <summary>
/// Lines for people. Numbers are taken with the words before them: <c>iter 100: loss 3.2</c>, <c>Epoch [6/6], Step [10/1549], Loss: 0.05</c>, <c>lm loss: 2.1E+00 |</c>,
/// <c>{'loss': 2.07}</c>. Words that name no role count where a colon or an equals sign follows them, next to a metric; other words are passed over.
/// </summary>
/// <param name="facts">What is known of the log.</param>
/// <param name="wanted">Columns that the user gave a role, whatever they are called.</param>
internal sealed partial class TextLineParser(LogFacts facts, IReadOnlySet<string> wanted) : ILineParser
{
    private const int LongestLine = 8192;
    private const int LongestHeading = 100;
    private const int MostWordsOfHeading = 4;
    private const int LongestPhase = 10;
    private const int MaximumLabels = 4096;

    private static readonly byte[][] BestWords = ["最佳"u8.ToArray(), "最优"u8.ToArray()];

    private static readonly List<string> PlaceEndings = [".py", ".cpp", ".cc", ".cs", "cuda"];

    private readonly Dictionary<string, ColumnRole> _roles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Label> _labels = new(StringComparer.Ordinal);
    private readonly List<LabelledNumber> _numbers = [];
    private readonly List<(Label Label, double Value)> _others = [];
    private readonly LineScanner _scanner = new();
    private readonly TextTable _table = new(facts);
    private readonly ValueBox _box = new(facts);
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
        if (_box.Take(piece, rows))
        {
            return;
        }

        piece = BeforeBest(piece.Length > LongestLine ? piece[..LongestLine] : piece);
        string text = Encoding.UTF8.GetString(piece);
        text = text.Contains('\u001b') ? Colours().Replace(text, string.Empty) : text;
        if (_table.Take(text, rows, ref _epoch))
        {
            EndRow(rows);
            return;
        }

        if (piece.IndexOfAnyInRange((byte)'0', (byte)'9') < 0 && piece.IndexOf("nan"u8) < 0)
        {
            ReadHeading(piece);
            return;
        }

        if (IsAside(piece))
        {
            return;
        }

        text = DarknetLine.TurnRound(ForeignWords.PutOrdinalsLast(text));
        _numbers.Clear();
        var heading = _scanner.Scan(text, _numbers);
        bool isEvaluation = IsUnderHeading() || (IsEvaluation(heading) && !_numbers.Exists(number => IsEvaluation(number.Phase) && RoleOf(number.Label).Kind == RoleKind.Metric));
        SplitPairs();
        NameBarePhases();
        string phaseOfScores = PhaseOfScores();
        _others.Clear();
        double epoch = double.NaN;
        bool hasStep = false;
        bool hasMetric = false;
        string phase = string.Empty;
        for (int i = 0; i < _numbers.Count; i++)
        {
            var number = _numbers[i];
            var role = RoleOf(number.Label);
            bool isEvaluated = isEvaluation || IsEvaluation(number.Phase);
            phase = role.Kind == RoleKind.Metric && role.Phase != ColumnPhase.Unknown ? PrefixOf(role.Phase) : phase;
            string prefix = isEvaluated && role.Phase is ColumnPhase.Unknown or ColumnPhase.Train ? "val/"
                : role.Phase != ColumnPhase.Unknown ? string.Empty
                : IsRepeated(i) ? phase
                : IsScore(role) ? phaseOfScores
                : string.Empty;
            var label = LabelOf(number.Label, prefix);
            if (IsPlanOfEpochs(number))
            {
                facts.PlannedEpochs ??= (long)Math.Clamp(number.Value, 0, 1e15);
            }
            else if (label.Role.Kind == RoleKind.Epoch || IsEpochOfPhase(number))
            {
                epoch = number.Value;
                facts.PlannedEpochs ??= number.Total > 0 ? (long)number.Total : null;
            }
            else if (label.Role.Kind == RoleKind.Step || (number.Label.Length == 0 && number.Total > 1 && !hasStep && double.IsFinite(epoch)))
            {
                if (!hasStep && !isEvaluated)
                {
                    rows.Add(facts.Columns.Intern(LearningTask.IsOfEpisodes(number.Label) ? "episode" : "step"), number.Value);
                    facts.PlannedSteps = number.Total > 0 && double.IsNaN(epoch) ? (long)number.Total : facts.PlannedSteps;
                    hasStep = true;
                }
            }
            else if (label.Role.Kind != RoleKind.Metric)
            {
                if (number.IsAssigned && label.Name.Length > 0 && !IsPlace(label.Name))
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
            rows.Add(facts.Columns.Intern("epoch"), _epoch);
        }

        rows.EndRow();
    }

    /// <summary>What was best so far, and where it was saved, is no point of a curve.</summary>
    private static ReadOnlySpan<byte> BeforeBest(ReadOnlySpan<byte> piece)
    {
        int end = IndexOf(piece, "best"u8);
        foreach (var word in (ReadOnlySpan<byte[]>)BestWords)
        {
            int index = piece.IndexOf(word);
            end = index >= 0 && (end < 0 || index < end) ? index : end;
        }

        return end < 0 ? piece : piece[..end];
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
            _isEvaluating = IsEvaluation(phase);
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
        piece.IndexOf("train_runtime"u8) >= 0 || piece.IndexOf("保存"u8) >= 0 || piece.IndexOf(" - ETA: "u8) >= 0
        || piece.IndexOf("Train net output"u8) >= 0 || IndexOf(piece, "saved"u8) >= 0 || IndexOf(piece, "saving"u8) >= 0 || IndexOf(piece, "namespace("u8) >= 0 || IndexOf(piece, "improved from"u8) >= 0;

    private static int IndexOf(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> word)
    {
        for (int i = 0; i + word.Length <= piece.Length && i < 512; i++)
        {
            if ((piece[i] | 0x20) == word[0] && System.Text.Ascii.EqualsIgnoreCase(piece.Slice(i, word.Length), word))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>timm: <c>Train: 3 [ 50/1251 …]</c>.</summary>
    private static bool IsEpochOfPhase(LabelledNumber number) => number is { Label: "Train" or "train" or "Training", Total: 0 } && number.Value == Math.Floor(number.Value);

    /// <summary><c>Epochs: 200</c> among the settings, not <c>epochs 3, loss 0.5</c>.</summary>
    private bool IsPlanOfEpochs(LabelledNumber number) => number.Total == 0 && number.Label.Equals("epochs", StringComparison.OrdinalIgnoreCase)
        && !_numbers.Exists(other => RoleOf(other.Label) is { Kind: RoleKind.Metric, Metric: not Metric.LearningRate });

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

        return PrefixOf(phase);
    }

    /// <summary><c>Train Loss: 0.2 Acc: 0.9 | Val Loss: 0.3 Acc: 0.8</c>: a name that comes again is that of the phase named last.</summary>
    private bool IsRepeated(int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (_numbers[i].Label == _numbers[index].Label)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How terminals are told to change colours.</summary>
    [GeneratedRegex(@"\e\[[0-9;]*[A-Za-z]")]
    private static partial Regex Colours();

    private static bool IsEvaluation(ColumnPhase phase) => phase is ColumnPhase.Validation or ColumnPhase.Test;

    private static string PrefixOf(ColumnPhase phase) => phase switch { ColumnPhase.Validation => "val/", ColumnPhase.Test => "test/", _ => string.Empty };

    /// <summary><c>Train/Val Loss: 0.52/0.61</c> is a number for each phase.</summary>
    private void SplitPairs()
    {
        for (int i = 0; i < _numbers.Count; i++)
        {
            var number = _numbers[i];
            if (number.Total == 0 || !number.Label.Contains('/'))
            {
                continue;
            }

            var words = ColumnName.Words(number.Label);
            var phases = words.FindAll(word => RoleLexicon.PhaseOf(word) != ColumnPhase.Unknown);
            if (phases.Count == 2)
            {
                string rest = string.Join(' ', words.Except(phases));
                _numbers[i] = number with { Label = $"{phases[0]} {rest}", Total = 0 };
                _numbers.Insert(++i, number with { Label = $"{phases[1]} {rest}", Value = number.Total, Total = 0 });
            }
        }
    }

    /// <summary>
    /// <c>Epoch 3 | Train: 0.52 | Val: 0.61</c>: of phases alone, the losses are meant; beside a loss, as in <c>Loss: 0.5, Train: 0.93, Val: 0.88</c>, the scores, where they can be shares.
    /// </summary>
    private void NameBarePhases()
    {
        if (!_numbers.Exists(number => BarePhaseOf(number) != ColumnPhase.Unknown))
        {
            return;
        }

        bool isCounted = false;
        bool isTrained = false;
        bool isEvaluated = false;
        bool hasLoss = false;
        bool areShares = true;
        foreach (var number in _numbers)
        {
            var role = RoleOf(number.Label);
            isCounted |= role.Kind is RoleKind.Epoch or RoleKind.Step;
            hasLoss |= role is { Kind: RoleKind.Metric, Metric: Metric.Loss };
            var phase = BarePhaseOf(number);
            isTrained |= phase == ColumnPhase.Train;
            isEvaluated |= IsEvaluation(phase);
            areShares &= phase == ColumnPhase.Unknown || number.Value is >= 0 and <= 1;
        }

        if (!isCounted || !isTrained || !isEvaluated || (hasLoss && !areShares))
        {
            return;
        }

        for (int i = 0; i < _numbers.Count; i++)
        {
            if (BarePhaseOf(_numbers[i]) != ColumnPhase.Unknown)
            {
                _numbers[i] = _numbers[i] with { Label = _numbers[i].Label + (hasLoss ? " accuracy" : " loss") };
            }
        }
    }

    private static ColumnPhase BarePhaseOf(LabelledNumber number) =>
        number.Total > 0 || number.Label.Length is 0 or > LongestPhase ? ColumnPhase.Unknown : RoleLexicon.PhaseOf(number.Label.ToLowerInvariant());

    /// <summary><c>train.py:123</c> and <c>cuda:0</c> say where, not how much.</summary>
    private static bool IsPlace(string name) => PlaceEndings.Exists(ending => name.EndsWith(ending, StringComparison.Ordinal));

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

        if (_labels.Count >= MaximumLabels)
        {
            return Label.None;
        }

        var role = RoleOf(text);
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
