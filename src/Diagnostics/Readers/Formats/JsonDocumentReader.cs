using System.Globalization;
using Newtonsoft.Json;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Opening;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>
/// Reads one JSON document: objects in lists are rows (Hugging Face's <c>log_history</c>), lists of numbers are columns (Keras' <c>History.history</c>), and so are numbers under
/// numbers (pandas) and lists of places and values; objects under numbers are epochs, and a lone object is a summary of last values.
/// </summary>
internal sealed class JsonDocumentReader : IRowReader
{
    private const int RowsPerBatch = 1024;

    private readonly LogInput _input;
    private readonly LogFacts _facts;
    private readonly string? _onlyUnder;
    private readonly JsonScalars _scalars;
    private readonly RowBatch _batch = new();
    private readonly JsonCurves _curves;
    private readonly JsonCells _cells;
    private readonly JsonRowReader _row;
    private readonly JsonTupleReader _tuple;
    private string? _run;
    private long _rows;
    private int _lists;
    private bool _incomplete;

    /// <summary>Makes a reader.</summary>
    /// <param name="input">The log.</param>
    /// <param name="facts">What is known of it.</param>
    /// <param name="onlyUnder">The property whose rows count; null for all.</param>
    public JsonDocumentReader(LogInput input, LogFacts facts, string? onlyUnder)
    {
        (_input, _facts, _onlyUnder) = (input, facts, onlyUnder);
        _scalars = new JsonScalars(facts);
        _curves = new JsonCurves(facts);
        _cells = new JsonCells(facts, _batch);
        _row = new JsonRowReader(facts, _cells, _curves, takesLists: onlyUnder is null);
        _tuple = new JsonTupleReader(facts, _cells, _curves, takesCurves: onlyUnder is null);
    }

    public LogFacts Facts => _facts;

    /// <summary>Gets what has to stand before the text for it to begin like a document, where it is a part cut out of one.</summary>
    public string Opening { get; init; } = string.Empty;

    public IEnumerable<RowBatch> Read(CancellationToken cancellationToken)
    {
        using var stream = new GuardedStringStream(Opening.Length == 0 ? _input.OpenStream() : new PrefixedStream(System.Text.Encoding.UTF8.GetBytes(Opening), _input.OpenStream()), _input.Path);
        using var text = new StreamReader(stream);
        using var json = new CountingJsonReader(text, _facts.Account) { MaxDepth = 64, DateParseHandling = DateParseHandling.None, SupportMultipleContent = true, CloseInput = false };
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

    public void Dispose() => _input.Dispose();

    private bool Advance(IEnumerator<bool> steps, CountingJsonReader json)
    {
        try
        {
            bool more = steps.MoveNext();
            if (!more && _incomplete)
            {
                _batch.Report(new LogDamage(_input.At(json.LineNumber), "the document ends early; what came before was read"));
            }

            return more;
        }
        catch (JsonReaderException exception)
        {
            _cells.Drop("the document is damaged behind it");
            string problem = ConflictIn(exception.Message) ?? JsonFault.Describe(exception);
            _batch.Report(new LogDamage(_input.At(Math.Max(1, exception.LineNumber)), problem));
            return false;
        }
        catch (DamagedInputException exception)
        {
            _cells.Drop("the document is damaged behind it");
            _batch.Report(new LogDamage(_input.At(json.LineNumber), exception.Message));
            return false;
        }
    }

    private static string? ConflictIn(string message) =>
        message.Contains("encountered while parsing value: <", StringComparison.Ordinal) ? "a merge-conflict marker; the log was committed unresolved" : null;

    /// <summary>Walks through the document; yields after each row, so that memory stays constant.</summary>
    private IEnumerable<bool> Walk(CountingJsonReader json, string path, bool inList)
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
                    if (inList)
                    {
                        if (_tuple.TryRead(json, path.Length > 0 ? path : NameOfFile(), Accepts(path)))
                        {
                            yield return EndRow();
                        }

                        break;
                    }

                    foreach (bool step in WalkList(json, path))
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

    private IEnumerable<bool> WalkList(CountingJsonReader json, string path) => Walk(json, path, inList: true);

    private string NameOfFile() => RowReaderChoice.NameOfMetric(System.IO.Path.GetFileNameWithoutExtension(_input.Name));

    private IEnumerable<bool> WalkObject(CountingJsonReader json, string path, bool inList)
    {
        if (inList)
        {
            bool accepts = Accepts(path);
            BeginRow(path);
            string phase = JsonCurves.PhaseOf(path);
            _facts.ListsSeriesApart |= phase.Length > 0;
            string list = string.Create(CultureInfo.InvariantCulture, $"{path}#{_lists++}");
            bool whole = _row.Read(json, phase, accepts, list);
            _incomplete |= !whole;
            if (whole && accepts)
            {
                yield return EndRow();
            }
            else
            {
                _cells.Drop("the document ends within its row");
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
                case JsonToken.StartObject when JsonNumbers.PlaceIn(name) is { } epoch && Accepts(path):
                    BeginRow(path);
                    _cells.Put("epoch", epoch);
                    _incomplete |= !_row.Read(json, string.Empty, true, name);
                    yield return EndRow();
                    break;
                case JsonToken.StartObject:
                    foreach (bool step in WalkObject(json, name, inList: false))
                    {
                        yield return step;
                    }

                    break;
                case JsonToken.Integer or JsonToken.Float or JsonToken.String when JsonNumbers.IsUnderNumber(name, path):
                    AddToVector(path, json);
                    break;
                default:
                    if (!_scalars.IsFull && JsonNumbers.TryTake(json, out double value))
                    {
                        _scalars.Add(name, value, json.LineNumber);
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

    private bool Accepts(string path) => _onlyUnder is null || path == _onlyUnder || path.EndsWith("/" + _onlyUnder, StringComparison.Ordinal);

    private void AddToVector(string path, CountingJsonReader json)
    {
        if (_onlyUnder is not null)
        {
            return;
        }

        if (JsonNumbers.TryTake(json, out double value))
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

    private bool EndRow()
    {
        _rows += _batch.Open.IsEmpty ? 0 : 1;
        if (_row.IsOfEvaluation)
        {
            _batch.EndValidationRow(_facts.Columns);
            _row.IsOfEvaluation = false;
            return true;
        }

        _batch.EndRow();
        return true;
    }

    private void Finish()
    {
        bool areRows = _curves.IsEmpty ? _rows > 0 : _rows > _curves.Longest;
        if (areRows)
        {
            _curves.Forget("the document has rows besides");
        }

        if (areRows || _curves.Put(_batch) || _onlyUnder is not null || _rows > 0)
        {
            _scalars.AccountForSettings();
            return;
        }

        _facts.IsSummaryOnly = true;
        _scalars.Put(_cells);
        _batch.EndRow();
    }
}
