using System.Text;
using System.Text.Json;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Times;

namespace TrainingDoctor.Readers.Formats;

/// <summary>
/// One JSON object per line. Nested objects become columns with a path; NaN and Infinity without quotes, which JSON forbids and Python writes, are read.
/// </summary>
internal sealed class JsonLineParser(LogFacts facts) : ILineParser
{
    private const int MaximumDepth = 32;

    /// <summary>Kinds of rows that a log mixes: those of training, of evaluation, and of a summary.</summary>
    private const int Layouts = 3;

    private static readonly JsonReaderOptions ReaderOptions = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    private readonly ColumnTable _columns = facts.Columns;
    private readonly JsonLineKeys _keys = new(facts.Columns);
    private readonly JsonRowLayout[] _layouts = [.. Enumerable.Range(0, Layouts).Select(_ => new JsonRowLayout(facts.Columns))];
    private readonly byte[] _word = new byte[64];
    private byte[] _cleaned = [];
    private string? _series;
    private JsonLineKey? _seriesKey;
    private bool _evaluation;
    private bool _isFlat;
    private long _line;

    public void Parse(ReadOnlySpan<byte> line, in LinePlace place, RowBatch rows)
    {
        if (line is [(byte)' ', ..] or [.., (byte)' '])
        {
            line = line.Trim((byte)' ');
        }

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

        _line = place.Line;
        line = line[^1] == (byte)',' ? line[..^1] : line;
        if (TryReadAlike(line, rows))
        {
            rows.EndRow();
            return;
        }

        if (BareNumbers.MayHave(line))
        {
            line = BareNumbers.Quote(line, ref _cleaned);
        }

        _keys.Begin();
        _series = null;
        _evaluation = false;
        _isFlat = true;
        var layout = _layouts[Layouts - 1];
        layout.Begin();
        try
        {
            var reader = new Utf8JsonReader(line, ReaderOptions);
            reader.Read();
            ReadObject(ref reader, line, string.Empty, 0, rows);
            EndRow(rows);
            if (_isFlat)
            {
                layout.End(line);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What stands before the damage is whole, but a row in part would pass for one with absent values.
            rows.DropRow();
            rows.Report(new LogDamage(place.ToString(), place.IsUnfinished ? "the log ends within a row" : JsonFault.DescribeLine(exception)));
        }
    }

    /// <summary>Reads a row that is laid out as one before it: as the last one, or as one of another kind.</summary>
    private bool TryReadAlike(ReadOnlySpan<byte> line, RowBatch rows)
    {
        for (int i = 0; i < Layouts; i++)
        {
            if (_layouts[i].TryRead(line, rows))
            {
                if (i > 0)
                {
                    (_layouts[0], _layouts[i]) = (_layouts[i], _layouts[0]);
                }

                return true;
            }

            rows.DropRow();
        }

        return false;
    }

    private void EndRow(RowBatch rows)
    {
        bool isLong = false;
        if (_series is { } series)
        {
            foreach (ref var cell in rows.Open)
            {
                string name = _columns[cell.Column].Name;
                name = name.StartsWith(_seriesKey!.Parent, StringComparison.Ordinal) ? name[_seriesKey.Parent.Length..] : name;
                if (RowWords.IsValueColumn(name) && _columns.Intern(_evaluation ? "val/" + series : series) is >= 0 and var column)
                {
                    cell = cell with { Column = column };
                    isLong = true;
                }
            }

            facts.ListsSeriesApart |= isLong;
            if (!isLong && _columns.InternWords(_seriesKey!.Name) is >= 0 and var words)
            {
                rows.Add(words, RowWords.NumberOf(Encoding.UTF8.GetBytes(series)));
            }
        }

        if (_evaluation && !isLong)
        {
            rows.EndValidationRow(_columns);
        }
        else
        {
            rows.EndRow();
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, string path, int depth, RowBatch rows)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = _keys.Of(ref reader, path);
            reader.Read();
            if (depth == 0 && key.Kind == JsonLineKeyKind.Number && reader.TokenType is JsonTokenType.Number or JsonTokenType.Null or JsonTokenType.True or JsonTokenType.False)
            {
                _layouts[Layouts - 1].Learn(line, (int)reader.TokenStartIndex, reader.ValueSpan.Length, key.Column);
            }
            else
            {
                _isFlat = false;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.Number when key.Kind == JsonLineKeyKind.Number && key.Column >= 0 && !_columns.IsIgnored(key.Column):
                    AddNumber(reader.ValueSpan, key.Column, rows);
                    break;
                case JsonTokenType.True or JsonTokenType.False when key.Kind == JsonLineKeyKind.Phase:
                    _evaluation |= RowWords.IsEvaluation(key.Name.AsSpan(key.Parent.Length), reader.ValueSpan);
                    break;
                case JsonTokenType.String:
                    ReadString(ref reader, key, rows);
                    break;
                case JsonTokenType.StartObject when depth < MaximumDepth:
                    key.Path ??= key.Name + "/";
                    ReadObject(ref reader, line, key.Path, depth + 1, rows);
                    break;
                case JsonTokenType.StartArray:
                    ReadArray(ref reader, key, rows);
                    break;
                case JsonTokenType.StartObject:
                    facts.LeaveOut($"objects more than {MaximumDepth} deep");
                    reader.Skip();
                    break;
                default:
                    break;
            }
        }
    }

    private static bool AddNumber(ReadOnlySpan<byte> text, int column, RowBatch rows)
    {
        if (!Number.TryParse(text, out double value))
        {
            return false;
        }

        rows.Add(column, value);
        return true;
    }

    private void ReadString(ref Utf8JsonReader reader, JsonLineKey key, RowBatch rows)
    {
        int length = reader.HasValueSequence ? int.MaxValue : reader.ValueSpan.Length;
        if (length > _word.Length)
        {
            return;
        }

        if (key.Kind == JsonLineKeyKind.Number)
        {
            if (key.Column >= 0 && !_columns.IsIgnored(key.Column))
            {
                if (AddNumber(reader.ValueSpan, key.Column, rows))
                {
                    return;
                }

                if (WordedNumber.TryRead(key.Name, reader.ValueSpan, out var number) && _columns.Intern(number.Name) is >= 0 and var column)
                {
                    number.Plan(facts);
                    rows.Add(column, number.Value);
                }
                else if (ClockText.TryReadDate(reader.ValueSpan, out double time) || (TimeNames.KindOf(key.Name) != TimeKind.None && ClockText.TryReadSpan(reader.ValueSpan, out time)))
                {
                    rows.Add(key.Column, time);
                }
                else if (length > 0 && _columns.InternWords(key.Name) is >= 0 and var words)
                {
                    rows.Add(words, RowWords.NumberOf(reader.ValueSpan));
                }
            }
        }
        else if (key.Kind == JsonLineKeyKind.Phase)
        {
            _evaluation |= RowWords.IsEvaluation(reader.ValueSpan);
        }
        else
        {
            _series = reader.GetString();
            _seriesKey = key;
        }
    }

    /// <summary>Of a list the first number counts, as of learning rates per group; objects in it are numbers with their names, and lists of lists are data.</summary>
    private void ReadArray(ref Utf8JsonReader reader, JsonLineKey key, RowBatch rows)
    {
        bool first = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (first && reader.TokenType == JsonTokenType.Number && key.Column >= 0 && !_columns.IsIgnored(key.Column))
            {
                AddNumber(reader.ValueSpan, key.Column, rows);
            }
            else if (reader.TokenType == JsonTokenType.Number)
            {
                facts.Account?.Take(key.Name, NumberUse.Unused, "of a list the first number counts", _line);
            }

            first = false;
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadNamed(ref reader, rows);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary><c>"metrics": [{"name": "loss", "value": 0.5}]</c>.</summary>
    private void ReadNamed(ref Utf8JsonReader reader, RowBatch rows)
    {
        string? series = null;
        double? number = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string member = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length < 200 && RowWords.IsSeriesColumn(member))
            {
                series = reader.GetString();
            }
            else if (reader.TokenType is JsonTokenType.Number or JsonTokenType.String && RowWords.IsValueColumn(member) && Number.TryParse(reader.ValueSpan, out double value))
            {
                number = value;
            }
            else
            {
                reader.Skip();
            }
        }

        if (series is { Length: > 0 } && number is { } measured && _columns.Intern(series) is >= 0 and var column && !_columns.IsIgnored(column))
        {
            rows.Add(column, measured);
        }
    }
}
