using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace TrainingDoctor.Readers;

/// <summary>
/// One JSON object per line. Nested objects become columns with a path; NaN and Infinity without quotes, which JSON forbids and Python writes, are read.
/// </summary>
internal sealed class JsonLineParser(LogFacts facts) : ILineParser
{
    private const int MaximumDepth = 32;

    private static readonly JsonReaderOptions ReaderOptions = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    private readonly ColumnTable _columns = facts.Columns;
    private readonly Dictionary<string, Key> _keys = new(StringComparer.Ordinal);
    private readonly List<Key> _expected = [];
    private readonly byte[] _word = new byte[64];
    private byte[] _cleaned = [];
    private int _property;
    private string? _series;
    private bool _evaluation;

    private enum KeyKind : byte
    {
        Number,
        Phase,
        Series,
    }

    public void Parse(ReadOnlySpan<byte> line, in LinePlace place, RowBatch rows)
    {
        line = line.Trim((byte)' ');
        if (line.IsEmpty)
        {
            return;
        }

        if (line[0] != (byte)'{')
        {
            if (line is not ([(byte)'['] or [(byte)']'] or [(byte)','] or [(byte)'#', ..]))
            {
                rows.Report(new LogDamage(place.ToString(), ConflictMarkers.Describe(line) ?? "expected a JSON object"));
            }

            return;
        }

        line = line[^1] == (byte)',' ? line[..^1] : line;
        if (BareNumbers.MayHave(line))
        {
            line = BareNumbers.Quote(line, ref _cleaned);
        }

        if (TryParseFlat(line, rows))
        {
            rows.EndRow();
            return;
        }

        rows.DropRow();
        _property = 0;
        _series = null;
        _evaluation = false;
        try
        {
            var reader = new Utf8JsonReader(line, ReaderOptions);
            reader.Read();
            ReadObject(ref reader, string.Empty, 0, rows);
            EndRow(rows);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What stands before the damage is whole, but a row in part would pass for one with absent values.
            rows.DropRow();
            rows.Report(new LogDamage(place.ToString(), place.IsUnfinished ? "the log ends within a row" : $"no valid JSON: {exception.Message}"));
        }
    }

    /// <summary>
    /// The common case, several times faster than a JSON reader: an object of numbers with the keys of the row before it. Anything else is left to the reader.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryParseFlat(ReadOnlySpan<byte> line, RowBatch rows)
    {
        int i = 1;
        for (int property = 0; property < _expected.Count; property++)
        {
            var key = _expected[property];
            var quoted = key.Quoted;
            i = SkipBlanks(line, i);
            if (key.Kind != KeyKind.Number || line.Length - i <= quoted.Length + 1 || !line.Slice(i, quoted.Length).SequenceEqual(quoted))
            {
                return false;
            }

            i = SkipBlanks(line, i + quoted.Length);
            if (i >= line.Length || line[i] != (byte)':')
            {
                return false;
            }

            i = SkipBlanks(line, i + 1);
            if (key.Column < 0 || _columns.IsIgnored(key.Column))
            {
                int end = line[i..].IndexOfAny((byte)',', (byte)'}');
                if (end <= 0 || line[i] is (byte)'"' or (byte)'[' or (byte)'{')
                {
                    return false;
                }

                i += end;
            }
            else if (Number.TryParsePrefix(line[i..], out double value, out int used))
            {
                rows.Add(key.Column, value);
                i = SkipBlanks(line, i + used);
            }
            else
            {
                return false;
            }

            if (i >= line.Length)
            {
                return false;
            }

            if (line[i] == (byte)'}')
            {
                return i == line.Length - 1;
            }

            if (line[i++] != (byte)',')
            {
                return false;
            }
        }

        return false;
    }

    private static int SkipBlanks(ReadOnlySpan<byte> line, int i)
    {
        while (i < line.Length && line[i] == (byte)' ')
        {
            i++;
        }

        return i;
    }

    private void EndRow(RowBatch rows)
    {
        if (_series is { } series)
        {
            foreach (ref var cell in rows.Open)
            {
                if (RowWords.IsValueColumn(_columns[cell.Column].Name) && _columns.Intern(series) is >= 0 and var column)
                {
                    cell = cell with { Column = column };
                }
            }
        }

        if (_evaluation)
        {
            rows.EndValidationRow(_columns);
        }
        else
        {
            rows.EndRow();
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, string path, int depth, RowBatch rows)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = KeyOf(ref reader, path);
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.Number when key.Kind == KeyKind.Number && key.Column >= 0 && !_columns.IsIgnored(key.Column):
                    AddNumber(reader.ValueSpan, key.Column, rows);
                    break;
                case JsonTokenType.String:
                    ReadString(ref reader, key, rows);
                    break;
                case JsonTokenType.StartObject when depth < MaximumDepth:
                    key.Path ??= key.Name + "/";
                    ReadObject(ref reader, key.Path, depth + 1, rows);
                    break;
                case JsonTokenType.StartArray:
                    ReadArray(ref reader, key, rows);
                    break;
                case JsonTokenType.StartObject:
                    reader.Skip();
                    break;
                default:
                    break;
            }
        }
    }

    private Key KeyOf(ref Utf8JsonReader reader, string path)
    {
        // Rows of one log name the same columns in the same order: compare with the row before first.
        if (_property < _expected.Count && _expected[_property] is var expected && ReferenceEquals(expected.Parent, path) && reader.ValueTextEquals(expected.Utf8))
        {
            _property++;
            return expected;
        }

        string name = path + reader.GetString();
        if (!_keys.TryGetValue(name, out var key))
        {
            string own = reader.GetString()!;
            key = new Key(name, path, Encoding.UTF8.GetBytes(own))
            {
                Kind = RowWords.IsPhaseColumn(own) ? KeyKind.Phase : RowWords.IsSeriesColumn(own) ? KeyKind.Series : KeyKind.Number,
                Column = -1,
            };
            if (_keys.Count < ColumnTable.Maximum)
            {
                _keys.Add(name, key);
            }
        }

        if (_property < _expected.Count)
        {
            _expected[_property] = key;
        }
        else if (_expected.Count < 1000)
        {
            _expected.Add(key);
        }

        _property++;
        if (key.Column < 0 && key.Kind == KeyKind.Number)
        {
            key.Column = _columns.Intern(name);
        }

        return key;
    }

    private static void AddNumber(ReadOnlySpan<byte> text, int column, RowBatch rows)
    {
        if (Number.TryParse(text, out double value))
        {
            rows.Add(column, value);
        }
    }

    private void ReadString(ref Utf8JsonReader reader, Key key, RowBatch rows)
    {
        int length = reader.HasValueSequence ? int.MaxValue : reader.ValueSpan.Length;
        if (length > _word.Length)
        {
            return;
        }

        if (key.Kind == KeyKind.Number)
        {
            if (key.Column >= 0 && !_columns.IsIgnored(key.Column))
            {
                AddNumber(reader.ValueSpan, key.Column, rows);
            }
        }
        else if (key.Kind == KeyKind.Phase)
        {
            _evaluation |= RowWords.IsEvaluation(reader.ValueSpan);
        }
        else
        {
            _series = reader.GetString();
        }
    }

    /// <summary>Of a list the first number counts, as of learning rates per group; lists of lists are data.</summary>
    private void ReadArray(ref Utf8JsonReader reader, Key key, RowBatch rows)
    {
        bool first = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (first && reader.TokenType == JsonTokenType.Number && key.Column >= 0 && !_columns.IsIgnored(key.Column))
            {
                AddNumber(reader.ValueSpan, key.Column, rows);
            }

            first = false;
            reader.Skip();
        }
    }

    private sealed class Key(string name, string parent, byte[] utf8)
    {
        public string Name { get; } = name;

        public string Parent { get; } = parent;

        public byte[] Utf8 { get; } = utf8;

        /// <summary>Gets the key as a line has it, in quotes; empty when it stands within another object or has to be escaped.</summary>
        public byte[] Quoted { get; } = parent.Length == 0 && !name.Contains('"', StringComparison.Ordinal) && !name.Contains('\\', StringComparison.Ordinal) ? [(byte)'"', .. utf8, (byte)'"'] : [0];

        public KeyKind Kind { get; init; }

        public int Column { get; set; }

        public string? Path { get; set; }
    }
}
