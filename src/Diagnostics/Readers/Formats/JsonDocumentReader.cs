using System.Globalization;
using System.Numerics;
using Newtonsoft.Json;
using TrainingDoctor.Parsing;

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

    private readonly Dictionary<string, double> _scalars = new(StringComparer.Ordinal);
    private readonly JsonCurves _curves = new(facts);
    private readonly JsonPoints _values = new();
    private readonly JsonPoints _places = new();
    private readonly List<double> _numbers = [];
    private readonly List<string> _words = [];
    private readonly RowBatch _batch = new();
    private string? _run;
    private long _rows;
    private int _lists;
    private bool _incomplete;

    public LogFacts Facts => facts;

    /// <summary>Gets what has to stand before the text for it to begin like a document, where it is a part cut out of one.</summary>
    public string Opening { get; init; } = string.Empty;

    public IEnumerable<RowBatch> Read(CancellationToken cancellationToken)
    {
        using var stream = new GuardedStringStream(Opening.Length == 0 ? input.OpenStream() : new PrefixedStream(System.Text.Encoding.UTF8.GetBytes(Opening), input.OpenStream()), input.Path);
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
            string problem = ConflictIn(exception.Message) ?? JsonFault.Describe(exception);
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
                case JsonToken.Integer or JsonToken.Float or JsonToken.String or JsonToken.Null when inList:
                    AddToVector(path.Length > 0 ? path : NameOfFile(), json);
                    break;
                default:
                    break;
            }
        }

        _incomplete |= inList;
    }

    private IEnumerable<bool> WalkList(JsonTextReader json, string path) => Walk(json, path, inList: true);

    /// <summary>TensorBoard exports <c>[wall time, step, value]</c>; others write <c>[step, value]</c>, and pandas rows whose names stand elsewhere.</summary>
    private IEnumerable<bool> WalkTuple(JsonTextReader json, string path)
    {
        ReadNumbers(json, _numbers, _words);
        if (_curves.NamesOfRows is null && _words.Count > 1 && _words.Count == _numbers.Count)
        {
            // The names of the rows below stand in the first of them.
            _words.ForEach(word => _curves.AddName("columns", word));
        }
        else if (_curves.NamesOfRows is { } names && _numbers.Count == names.Count)
        {
            for (int i = 0; i < names.Count; i++)
            {
                Put(names[i], _numbers[i]);
            }

            yield return EndRow();
        }
        else if (_numbers is [> 1e8, var step, var number] && Accepts(path))
        {
            Put("step", step);
            Put(path.Length > 0 ? path : NameOfFile(), number);
            yield return EndRow();
        }
        else if (_numbers is [var place, var placed] && onlyUnder is null && double.IsFinite(place))
        {
            _curves.Add(path.Length > 0 ? path : NameOfFile(), place, placed);
        }
    }

    /// <summary>Reads the rest of a list; what is no number in it becomes NaN, so that those behind it keep their places.</summary>
    private static void ReadNumbers(JsonTextReader json, List<double> numbers, List<string>? words = null)
    {
        numbers.Clear();
        words?.Clear();
        while (json.Read() && json.TokenType != JsonToken.EndArray)
        {
            if (json.TokenType is JsonToken.StartArray or JsonToken.StartObject)
            {
                json.Skip();
            }
            else if (numbers.Count < JsonCurves.MaximumValues)
            {
                bool isNumber = TryNumber(json, out double value);
                numbers.Add(isNumber ? value : double.NaN);
                if (!isNumber && json.Value is string { Length: < 200 } word)
                {
                    words?.Add(word);
                }
            }
        }
    }

    private string NameOfFile() => RowReaderChoice.NameOfMetric(System.IO.Path.GetFileNameWithoutExtension(input.Name));

    private IEnumerable<bool> WalkObject(JsonTextReader json, string path, bool inList)
    {
        if (inList)
        {
            bool accepts = Accepts(path);
            BeginRow(path);
            string phase = JsonCurves.PhaseOf(path);
            facts.ListsSeriesApart |= phase.Length > 0;
            string list = string.Create(CultureInfo.InvariantCulture, $"{path}#{_lists++}");
            bool whole = ReadRow(json, phase, accepts, list);
            _incomplete |= !whole;
            if (whole && accepts)
            {
                yield return EndRow();
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
                    BeginRow(path);
                    Put("epoch", epoch);
                    _incomplete |= !ReadRow(json, string.Empty, true, name);
                    yield return EndRow();
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
                        facts.Account?.Take(name, NumberUse.Setting, "a number of its own in the document", json.LineNumber);
                    }

                    break;
            }
        }

        _incomplete |= json.TokenType != JsonToken.EndObject;
    }

    /// <summary>Marks a row of which the path says that it is of another run than the one before.</summary>
    private void BeginRow(string path)
    {
        string run = JsonCurves.RunOf(path);
        if (_run is not null && run != _run)
        {
            _batch.MarkNext(RowMark.Run);
        }

        _run = run;
    }

    /// <summary>Reads the rest of an object as a row; false when the document ends first.</summary>
    private bool ReadRow(JsonTextReader json, string path, bool accepts, string list)
    {
        string name = string.Empty;
        string? series = null;
        string? caption = null;
        double? number = null;
        while (json.Read())
        {
            switch (json.TokenType)
            {
                case JsonToken.EndObject:
                    if ((series ?? caption) is { } legend)
                    {
                        PutSeries(legend, accepts);
                    }

                    if (series is not null && number is { } measured)
                    {
                        Put(series, measured);
                    }

                    return true;
                case JsonToken.PropertyName:
                    string own = (string)json.Value!;
                    name = path.Length == 0 || ColumnClassifier.Classify(own).Kind is RoleKind.Step or RoleKind.Epoch ? own : path + own;
                    break;
                case JsonToken.StartObject:
                    if (!ReadRow(json, name + "/", accepts, list))
                    {
                        return false;
                    }

                    break;
                case JsonToken.StartArray when accepts && onlyUnder is null && JsonCurves.IsNameOfValues(name):
                    _values.Read(json);
                    break;
                case JsonToken.StartArray when accepts && onlyUnder is null && JsonCurves.IsNameOfPlaces(name) && name.Length == 1:
                    _places.Read(json);
                    break;
                case JsonToken.StartArray:
                    ReadList(json, name, accepts, list);
                    break;
                case JsonToken.String when RowWords.IsSeriesColumn(name):
                    series = (string)json.Value!;
                    facts.ListsSeriesApart = true;
                    break;
                default:
                    if (accepts && TryNumber(json, out double value))
                    {
                        if (RowWords.IsValueColumn(name))
                        {
                            number = value;
                        }
                        else if (StepBelowMetric(path, name) is { } step)
                        {
                            _curves.Add($"{list}/{path[..^1]}", step, value);
                        }
                        else
                        {
                            Put(name, value);
                        }
                    }
                    else if (accepts && json.Value is string { Length: > 0 and < 64 } text && WordedNumber.TryRead(name, System.Text.Encoding.UTF8.GetBytes(text), out var worded))
                    {
                        worded.Plan(facts);
                        Put(worded.Name, worded.Value);
                    }
                    else if (accepts && json.Value is string { Length: > 0 and < 200 } word)
                    {
                        caption = name is "label" or "legend" or "title" ? word : caption;
                        PutWord(name, word);
                    }

                    break;
            }
        }

        return false;
    }

    /// <summary>Values below a metric, under the numbers of their steps, are a curve: Optuna keeps so what a trial reported on its way.</summary>
    private double? StepBelowMetric(string path, string name) =>
        onlyUnder is null && path.Length > 1 && name.Length > path.Length && name.StartsWith(path, StringComparison.Ordinal) && double.TryParse(name.AsSpan(path.Length), NumberStyles.None, CultureInfo.InvariantCulture, out double step)
            && ColumnClassifier.Classify(path[..^1]) is { Kind: RoleKind.Metric } ? step : null;

    /// <summary>Puts the values that stood beside the name of a series: <c>{"name": "train loss", "x": […], "y": […]}</c>.</summary>
    private void PutSeries(string series, bool accepts)
    {
        if (accepts && _values.Values.Count > 1)
        {
            var places = _values.Places.Count > 0 ? _values.Places : _places.Values;
            for (int i = 0; i < _values.Values.Count; i++)
            {
                if (places.Count == _values.Values.Count)
                {
                    _curves.Add(series, places[i], _values.Values[i]);
                }
                else
                {
                    _curves.Add(series, _values.Values[i]);
                }
            }
        }

        _values.Values.Clear();
        _places.Values.Clear();
    }

    /// <summary>Of a short list the first number counts, as of learning rates per group; a long one is a curve of its own, in a list of histories.</summary>
    private void ReadList(JsonTextReader json, string name, bool accepts, string list)
    {
        ReadNumbers(json, _numbers);
        if (!accepts || _numbers.Count == 0)
        {
            return;
        }

        if (_numbers.Count > 2 && onlyUnder is null && ColumnClassifier.Classify(name).Kind != RoleKind.None)
        {
            _numbers.ForEach(value => _curves.Add($"{list}/{name}", value));
        }
        else if (double.IsFinite(_numbers[0]))
        {
            Put(name, _numbers[0]);
        }
    }

    /// <summary>pandas writes a column as <c>"loss": {"0": 2.3, "1": 2.1}</c>.</summary>
    private static bool IsUnderNumber(string name, string path) => path.Length > 0 && name.Length > path.Length + 1
        && (name.AsSpan(path.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0 || (EpochOf(name) is not null && ColumnClassifier.Classify(path).Kind == RoleKind.Metric));

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
        if (onlyUnder is not null)
        {
            return;
        }

        if (TryNumber(json, out double value))
        {
            _curves.Add(path, value);
        }
        else if (json.Value is string word)
        {
            _curves.AddName(path, word);
        }
        else if (json.TokenType == JsonToken.Null)
        {
            _curves.Add(path, double.NaN);
        }
    }

    private void Put(string name, double value)
    {
        if (facts.Columns.Intern(name) is >= 0 and var column)
        {
            _batch.Add(column, value);
        }
    }

    private void PutWord(string name, string word)
    {
        if (facts.Columns.InternWords(name) is >= 0 and var column)
        {
            _batch.Add(column, RowWords.NumberOf(System.Text.Encoding.UTF8.GetBytes(word)));
        }
    }

    private bool EndRow()
    {
        _rows += _batch.Open.IsEmpty ? 0 : 1;
        _batch.EndRow();
        return true;
    }

    private void Finish()
    {
        if (_curves.IsEmpty ? _rows > 0 : _rows > _curves.Longest)
        {
            return;
        }

        if (_curves.Put(_batch) || onlyUnder is not null || _rows > 0)
        {
            return;
        }

        facts.IsSummaryOnly = true;
        foreach (var (name, value) in _scalars)
        {
            Put(name, value);
        }

        _batch.EndRow();
    }

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
