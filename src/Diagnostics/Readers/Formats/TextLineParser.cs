using System.Text;

namespace TrainingDoctor.Readers;

/// <summary>
/// Lines for people. Numbers are taken with the words before them: <c>iter 100: loss 3.2</c>, <c>Epoch [6/6], Step [10/1549], Loss: 0.05</c>, <c>lm loss: 2.1E+00 |</c>,
/// <c>{'loss': 2.07}</c>. Words that name no role are passed over.
/// </summary>
internal sealed class TextLineParser(LogFacts facts) : ILineParser
{
    private const int LongestLine = 8192;
    private const int MaximumLabels = 4096;

    private readonly Dictionary<string, Label> _labels = new(StringComparer.Ordinal);
    private readonly List<LabelledNumber> _numbers = [];
    private readonly LineScanner _scanner = new();
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
        if (piece.IsEmpty || piece.IndexOfAnyInRange((byte)'0', (byte)'9') < 0 && piece.IndexOf("nan"u8) < 0 || IsAside(piece))
        {
            return;
        }

        string text = Encoding.Latin1.GetString(piece.Length > LongestLine ? piece[..LongestLine] : piece);
        _numbers.Clear();
        bool evaluation = _scanner.Scan(text, _numbers);
        double epoch = double.NaN;
        bool hasStep = false;
        bool hasMetric = false;
        foreach (var number in _numbers)
        {
            var label = LabelOf(number.Label, evaluation);
            if (label.Role.Kind == RoleKind.Epoch || IsEpochOfPhase(number))
            {
                epoch = number.Value;
                facts.PlannedEpochs ??= number.Total > 0 ? (long)number.Total : null;
            }
            else if (label.Role.Kind == RoleKind.Step || (number.Label.Length == 0 && number.Total > 1 && !hasStep && double.IsFinite(epoch)))
            {
                if (!hasStep && !evaluation)
                {
                    rows.Add(facts.Columns.Intern("step"), number.Value);
                    facts.PlannedSteps = number.Total > 0 && double.IsNaN(epoch) ? (long)number.Total : facts.PlannedSteps;
                    hasStep = true;
                }
            }
            else if (label.Column >= 0 && !(label.Role is { Kind: RoleKind.Metric, Metric: Metric.LearningRate } && number.Value == 0))
            {
                rows.Add(label.Column, number.Value);
                hasMetric |= label.Role.Kind == RoleKind.Metric;
            }
        }

        _epoch = double.IsFinite(epoch) ? epoch : _epoch;
        if (!hasMetric)
        {
            rows.DropRow();
            return;
        }

        if (double.IsFinite(_epoch))
        {
            rows.Add(facts.Columns.Intern("epoch"), _epoch);
        }

        rows.EndRow();
    }

    /// <summary>Progress half-way through an epoch, closing sums and announcements are no points of a curve.</summary>
    private static bool IsAside(ReadOnlySpan<byte> piece) =>
        piece.IndexOf("train_runtime"u8) >= 0 || piece.IndexOf(" - ETA: "u8) >= 0 || Has(piece, "saved"u8) || Has(piece, "saving"u8) || Has(piece, "best"u8) || Has(piece, "namespace("u8) || Has(piece, "improved from"u8);

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

    private Label LabelOf(string label, bool evaluation)
    {
        if (label.Length == 0)
        {
            return Label.None;
        }

        string key = evaluation ? "val/" + label : label;
        if (!_labels.TryGetValue(key, out var known))
        {
            if (_labels.Count >= MaximumLabels)
            {
                return Label.None;
            }

            var role = ColumnClassifier.Classify(label);
            if (role.Kind == RoleKind.Metric && evaluation && role.Phase is ColumnPhase.Unknown or ColumnPhase.Train)
            {
                role = ColumnClassifier.Classify(key);
            }
            else if (role.Kind == RoleKind.Metric)
            {
                key = label;
            }

            known = new Label(role, role.Kind == RoleKind.Metric ? facts.Columns.Intern(key) : -1);
            _labels.Add(evaluation ? "val/" + label : label, known);
        }

        return known;
    }

    private sealed record Label(ColumnRole Role, int Column)
    {
        public static Label None { get; } = new(ColumnRole.None, -1);
    }
}
