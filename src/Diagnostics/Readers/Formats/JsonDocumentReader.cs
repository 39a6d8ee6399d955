using System.Globalization;
using System.Numerics;
using Newtonsoft.Json;

namespace TrainingDoctor.Readers;

/// <summary>
/// Reads one JSON document: objects in lists are rows (Hugging Face's <c>log_history</c>), lists of numbers are columns (Keras' <c>History.history</c>), and so are numbers under
/// numbers (pandas) and lists of places and values; objects under numbers are epochs, and a lone object is a summary of last values.
/// </summary>
/// <param name="input">The log.</param>
/// <param name="facts">What is known of it.</param>
/// <param name="onlyUnder">The property whose rows count; null for all.</param>
internal sealed class JsonDocumentReader(LogInput input, LogFacts facts, string? onlyUnder) : IRowReader
{
    private const int RowsPerBatch = 1024;
    private const int MaximumColumnValues = 4_000_000;

    private readonly Dictionary<string, double> _scalars = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<double>> _vectors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<double, List<(string Name, double Value)>> _placed = [];
    private readonly RowBatch _batch = new();
    private long _rows;
    private int _vectorValues;
    private bool _incomplete;

    public LogFacts Facts => facts;

    public IEnumerable<RowBatch> Read(CancellationToken cancellationToken)
    {
        using var stream = new GuardedStringStream(input.OpenStream(), input.Path);
        using var text = new StreamReader(stream);
        using var json = new JsonTextReader(text) { MaxDepth = 64, DateParseHandling = DateParseHandling.None, SupportMultipleContent = true, CloseInput = false };
        var steps = Walk(json, string.Empty, inList: false).GetEnumerator();
        while (Advance(steps, json))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_batch.RowCount >= RowsPerBatch)
            {
                yield return _batch;
                _batch.Clear();
            }
        }

        Finish();
        yield return _batch;
    }

    public void Dispose() => input.Dispose();

    private bool Advance(IEnumerator<bool> steps, JsonTextReader json)
    {
        try
        {
            bool more = steps.MoveNext();
            if (!more && _incomplete)
            {
                _batch.Report(new LogDamage(input.At(json.LineNumber), "the document ends early; what came before was read"));
            }

            return more;
        }
        catch (JsonReaderException exception)
        {
            _batch.DropRow();
            string problem = ConflictIn(exception.Message) ?? $"no valid JSON: {exception.Message}";
            _batch.Report(new LogDamage(input.At(Math.Max(1, exception.LineNumber)), problem));
            return false;
        }
        catch (DamagedInputException exception)
        {
            _batch.DropRow();
            _batch.Report(new LogDamage(input.At(json.LineNumber), exception.Message));
            return false;
        }
    }

    private static string? ConflictIn(string message) =>
        message.Contains("encountered while parsing value: <", StringComparison.Ordinal) ? "a merge-conflict marker; the log was committed unresolved" : null;

    /// <summary>Walks through the document; yields after each row, so that memory stays constant.</summary>
    private IEnumerable<bool> Walk(JsonTextReader json, string path, bool inList)
    {
        while (json.Read())
        {
            switch (json.TokenType)
            {
                case JsonToken.StartObject:
                    foreach (bool step in WalkObject(json, path, inList))
                    {
                        yield return step;
                    }

                    break;
                case JsonToken.StartArray:
                    foreach (bool step in inList ? WalkTuple(json, path) : WalkList(json, path))
                    {
                        yield return step;
                    }

                    break;
                case JsonToken.EndArray:
                    yield break;
                case JsonToken.Integer or JsonToken.Float or JsonToken.String when inList:
                    AddToVector(path.Length > 0 ? path : NameOfFile(), json);
                    break;
                default:
                    break;
            }
        }

        _incomplete |= inList;
    }

    private IEnumerable<bool> WalkList(JsonTextReader json, string path) => Walk(json, path, inList: true);

    /// <summary>TensorBoard exports <c>[wall time, step, value]</c>; others write <c>[step, value]</c>.</summary>
    private IEnumerable<bool> WalkTuple(JsonTextReader json, string path)
    {
        var numbers = new List<double>(3);
        while (json.Read() && json.TokenType != JsonToken.EndArray)
        {
            if (json.TokenType is JsonToken.StartArray or JsonToken.StartObject)
            {
                json.Skip();
            }
            else if (numbers.Count < 4 && TryNumber(json, out double value))
            {
                numbers.Add(value);
            }
        }

        if (numbers is [> 1e8, var step, var number] && Accepts(path))
        {
            Put("step", step);
            Put(path.Length > 0 ? path : NameOfFile(), number);
            EndRow();
            yield return true;
        }
        else if (numbers is [var place, var placed] && onlyUnder is null && double.IsFinite(place) && _vectorValues < MaximumColumnValues)
        {
            // Of several such lists, each begins anew: they are put side by side at the end.
            if (!_placed.TryGetValue(place, out var row))
            {
                _placed.Add(place, row = []);
            }

            row.Add((path.Length > 0 ? path : NameOfFile(), placed));
            _vectorValues++;
        }
    }

    private string NameOfFile() => RowReaderChoice.NameOfMetric(System.IO.Path.GetFileNameWithoutExtension(input.Name));

    private IEnumerable<bool> WalkObject(JsonTextReader json, string path, bool inList)
    {
        if (inList)
        {
            bool accepts = Accepts(path);
            bool whole = ReadRow(json, string.Empty, accepts);
            _incomplete |= !whole;
            if (whole && accepts)
            {
                EndRow();
                yield return true;
            }
            else
            {
                _batch.DropRow();
            }

            yield break;
        }

        string name = string.Empty;
        while (json.Read() && json.TokenType != JsonToken.EndObject)
        {
            switch (json.TokenType)
            {
                case JsonToken.PropertyName:
                    name = path.Length == 0 ? (string)json.Value! : $"{path}/{json.Value}";
                    break;
                case JsonToken.StartArray:
                    foreach (bool step in WalkList(json, name))
                    {
                        yield return step;
                    }

                    break;
                case JsonToken.StartObject when EpochOf(name) is { } epoch && Accepts(path):
                    Put("epoch", epoch);
                    _incomplete |= !ReadRow(json, string.Empty, true);
                    EndRow();
                    yield return true;
                    break;
                case JsonToken.StartObject:
                    foreach (bool step in WalkObject(json, name, inList: false))
                    {
                        yield return step;
                    }

                    break;
                case JsonToken.Integer or JsonToken.Float or JsonToken.String when IsUnderNumber(name, path):
                    AddToVector(path, json);
                    break;
                default:
                    if (_scalars.Count < ColumnTable.Maximum && TryNumber(json, out double value))
                    {
                        _scalars[name] = value;
                        NoteScalar(name, value);
                    }

                    break;
            }
        }

        _incomplete |= json.TokenType != JsonToken.EndObject;
    }

    /// <summary>Reads the rest of an object as a row; false when the document ends first.</summary>
    private bool ReadRow(JsonTextReader json, string path, bool accepts)
    {
        string name = string.Empty;
        while (json.Read())
        {
            switch (json.TokenType)
            {
                case JsonToken.EndObject:
                    return true;
                case JsonToken.PropertyName:
                    name = path + (string)json.Value!;
                    break;
                case JsonToken.StartObject:
                    if (!ReadRow(json, name + "/", accepts))
                    {
                        return false;
                    }

                    break;
                case JsonToken.StartArray:
                    json.Skip();
                    break;
                default:
                    if (accepts && TryNumber(json, out double value))
                    {
                        Put(name, value);
                    }

                    break;
            }
        }

        return false;
    }

    /// <summary>pandas writes a column as <c>"loss": {"0": 2.3, "1": 2.1}</c>.</summary>
    private static bool IsUnderNumber(string name, string path) => path.Length > 0 && name.Length > path.Length + 1 && name.AsSpan(path.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0;

    private bool Accepts(string path) => onlyUnder is null || path == onlyUnder || path.EndsWith("/" + onlyUnder, StringComparison.Ordinal);

    private void NoteScalar(string name, double value)
    {
        if (name == "max_steps" && value is > 0 and < 1e15)
        {
            facts.PlannedSteps = (long)value;
        }
    }

    private void AddToVector(string path, JsonTextReader json)
    {
        if (onlyUnder is not null || !TryNumber(json, out double value) || _vectorValues >= MaximumColumnValues)
        {
            return;
        }

        if (!_vectors.TryGetValue(path, out var vector))
        {
            if (_vectors.Count >= ColumnTable.Maximum)
            {
                return;
            }

            vector = [];
            _vectors.Add(path, vector);
        }

        vector.Add(value);
        _vectorValues++;
    }

    private void Put(string name, double value)
    {
        if (facts.Columns.Intern(name) is >= 0 and var column)
        {
            _batch.Add(column, value);
        }
    }

    private void EndRow()
    {
        _batch.EndRow();
        _rows++;
    }

    private void Finish()
    {
        if (_rows > 0)
        {
            return;
        }

        if (_placed.Count > 1)
        {
            foreach (var (place, row) in _placed)
            {
                Put("step", place);
                row.ForEach(cell => Put(cell.Name, cell.Value));
                EndRow();
            }

            return;
        }

        int length = _vectors.Values.Select(vector => vector.Count).DefaultIfEmpty().Max();
        if (length > 1)
        {
            facts.LossIsAveraged = true;
            bool hasAxis = _vectors.Keys.Any(name => ColumnClassifier.Classify(LastName(name)).Kind is RoleKind.Epoch or RoleKind.Step);
            for (int i = 0; i < length; i++)
            {
                if (!hasAxis)
                {
                    Put("epoch", i);
                }

                foreach (var (name, vector) in _vectors)
                {
                    if (i < vector.Count)
                    {
                        Put(LastName(name), vector[i]);
                    }
                }

                _batch.EndRow();
            }
        }
        else if (onlyUnder is null)
        {
            facts.IsSummaryOnly = true;
            foreach (var (name, value) in _scalars)
            {
                Put(name, value);
            }

            _batch.EndRow();
        }
    }

    private static string LastName(string name) => name.StartsWith("history/", StringComparison.Ordinal) ? name["history/".Length..] : name;

    /// <summary>Reads <c>3</c>, <c>epoch_3</c>, <c>step 3</c> as places.</summary>
    private static double? EpochOf(string name)
    {
        string last = name[(name.LastIndexOf('/') + 1)..];
        string digits = last.TrimStart("epochEPOCHstepSTEP_- ".ToCharArray());
        return digits.Length is > 0 and < 16 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long epoch) ? epoch : null;
    }

    private static bool TryNumber(JsonTextReader json, out double value)
    {
        switch (json.Value)
        {
            case double number:
                value = number;
                return true;
            case long number:
                value = number;
                return true;
            case BigInteger number:
                value = (double)number;
                return true;
            case string { Length: > 0 and < 64 } text:
                return Number.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out value);
            default:
                value = 0;
                return false;
        }
    }
}
