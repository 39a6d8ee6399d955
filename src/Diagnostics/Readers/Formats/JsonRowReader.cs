using System.Globalization;
using System.Text;
using Newtonsoft.Json;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Reads an object of a JSON document as a row: its numbers under their names, and the lists in it as curves.</summary>
/// <param name="facts">What is known of the log.</param>
/// <param name="cells">Takes the numbers of the row.</param>
/// <param name="curves">Takes the lists.</param>
/// <param name="takesLists">Whether lists within rows may be curves.</param>
internal sealed class JsonRowReader(LogFacts facts, JsonCells cells, JsonCurves curves, bool takesLists)
{
    private readonly JsonPoints _values = new();
    private readonly JsonPoints _places = new();
    private readonly List<double> _numbers = [];

    /// <summary>Gets or sets a value indicating whether a word of the row says that it is of an evaluation.</summary>
    public bool IsOfEvaluation { get; set; }

    /// <summary>Reads the rest of an object.</summary>
    /// <param name="json">The document, within the object.</param>
    /// <param name="path">What stands before the names of its members.</param>
    /// <param name="accepts">Whether its numbers count.</param>
    /// <param name="list">The list or the name that it stands in.</param>
    /// <returns>False when the document ends first.</returns>
    public bool Read(CountingJsonReader json, string path, bool accepts, string list)
    {
        string name = string.Empty;
        string own = string.Empty;
        string? series = null;
        string? caption = null;
        double? number = null;
        while (json.Read())
        {
            switch (json.TokenType)
            {
                case JsonToken.EndObject:
                    End(json, series ?? (caption is null && number is not null && IsOfMetric(list) ? NameOf(list) : null), caption, number, accepts);
                    return true;
                case JsonToken.PropertyName:
                    own = (string)json.Value!;
                    name = path.Length == 0 || ColumnClassifier.Classify(own).Kind is RoleKind.Step or RoleKind.Epoch ? own : path + own;
                    break;
                case JsonToken.StartObject:
                    if (!Read(json, name + "/", accepts, list))
                    {
                        return false;
                    }

                    break;
                case JsonToken.StartArray when accepts && takesLists && JsonCurves.IsNameOfValues(name):
                    _values.Read(json);
                    break;
                case JsonToken.StartArray when accepts && takesLists && JsonCurves.IsNameOfPlaces(name) && name.Length == 1:
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
                    if (accepts && JsonNumbers.TryTake(json, out double value))
                    {
                        if (RowWords.IsValueColumn(name) || (own is "y" or "value" && IsOfMetric(list)))
                        {
                            number = value;
                        }
                        else if (own is "x" && IsOfMetric(list))
                        {
                            cells.Put("step", value);
                        }
                        else if (StepBelowMetric(path, name) is { } step)
                        {
                            curves.Add($"{list}/{path[..^1]}", step, value);
                        }
                        else
                        {
                            cells.Put(name, value);
                        }
                    }
                    else if (accepts && json.Value is string { Length: > 0 and < 200 } word)
                    {
                        caption = name is "label" or "legend" or "title" ? word : caption;
                        TakeWord(name, word);
                    }

                    break;
            }
        }

        return false;
    }

    /// <summary>Tells whether a list is named after a metric: <c>"loss": [{"x": 1, "y": 2.3}, …]</c>.</summary>
    private static bool IsOfMetric(string list) => ColumnClassifier.Classify(NameOf(list)).Kind == RoleKind.Metric;

    private static string NameOf(string list) => list.LastIndexOf('#') is > 0 and var mark ? list[..mark] : string.Empty;

    private void End(CountingJsonReader json, string? series, string? caption, double? number, bool accepts)
    {
        if ((series ?? caption) is { } legend)
        {
            PutSeries(legend, accepts);
        }

        if (number is { } measured)
        {
            if (series is not null)
            {
                cells.Put(series, measured);
            }
            else
            {
                json.Forget("value", "no name of a series stands beside it");
            }
        }
    }

    private void TakeWord(string name, string word)
    {
        if (RowWords.IsPhaseColumn(name) && RoleLexicon.PhaseOf(word.ToLowerInvariant()) != ColumnPhase.Unknown)
        {
            IsOfEvaluation |= RowWords.IsEvaluation(Encoding.UTF8.GetBytes(word));
        }
        else if (word.Length < 64 && WordedNumber.TryRead(name, Encoding.UTF8.GetBytes(word), out var worded))
        {
            worded.Plan(facts);
            cells.Put(worded.Name, worded.Value);
        }
        else
        {
            cells.PutWord(name, word);
        }
    }

    /// <summary>Values below a metric, under the numbers of their steps, are a curve: Optuna keeps so what a trial reported on its way.</summary>
    private double? StepBelowMetric(string path, string name) =>
        takesLists && path.Length > 1 && name.Length > path.Length && name.StartsWith(path, StringComparison.Ordinal) && double.TryParse(name.AsSpan(path.Length), NumberStyles.None, CultureInfo.InvariantCulture, out double step)
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
                    curves.Add(series, places[i], _values.Values[i]);
                }
                else
                {
                    curves.Add(series, _values.Values[i]);
                }
            }
        }
        else
        {
            _values.Values.ForEach(_ => facts.Account?.Take(series, NumberUse.Unused, "a single value is no curve", 0));
        }

        _values.Values.Clear();
        _places.Values.Clear();
    }

    /// <summary>Of a short list the first number counts, as of learning rates per group; a long one is a curve of its own, in a list of histories.</summary>
    private void ReadList(CountingJsonReader json, string name, bool accepts, string list)
    {
        JsonNumbers.ReadList(json, _numbers);
        if (accepts && _numbers.Count > 2 && takesLists && ColumnClassifier.Classify(name).Kind != RoleKind.None)
        {
            _numbers.ForEach(value => curves.Add($"{list}/{name}", value));
            return;
        }

        bool countsFirst = accepts && _numbers.Count > 0 && double.IsFinite(_numbers[0]);
        if (countsFirst)
        {
            cells.Put(name, _numbers[0]);
        }

        for (int i = countsFirst ? 1 : 0; i < _numbers.Count; i++)
        {
            json.Forget(name, accepts ? "of a list the first number counts" : "it stands outside of the rows");
        }
    }
}
