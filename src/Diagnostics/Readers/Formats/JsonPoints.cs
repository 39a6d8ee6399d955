using Newtonsoft.Json;

namespace TrainingDoctor.Readers.Formats;

/// <summary>The values of one series in a JSON list: numbers, pairs of place and value, or objects of both, as charts are given them: <c>[{"x": 1, "y": 2.3}, …]</c>.</summary>
internal sealed class JsonPoints
{
    /// <summary>Gets the values.</summary>
    public List<double> Values { get; } = [];

    /// <summary>Gets where they stand; as many as values, or none.</summary>
    public List<double> Places { get; } = [];

    /// <summary>Reads the rest of a list.</summary>
    public void Read(CountingJsonReader json)
    {
        Values.Clear();
        Places.Clear();
        while (json.Read() && json.TokenType != JsonToken.EndArray)
        {
            switch (json.TokenType)
            {
                case JsonToken.StartObject:
                    ReadObject(json);
                    break;
                case JsonToken.StartArray:
                    ReadPair(json);
                    break;
                default:
                    Add(double.NaN, NumberOf(json));
                    break;
            }
        }

        if (Places.Count != Values.Count)
        {
            Places.Clear();
        }
    }

    private static double NumberOf(CountingJsonReader json) => JsonNumbers.TryTake(json, out double number) ? number : double.NaN;

    private void ReadObject(CountingJsonReader json)
    {
        double place = double.NaN;
        double? value = null;
        string name = string.Empty;
        while (json.Read() && json.TokenType != JsonToken.EndObject)
        {
            if (json.TokenType == JsonToken.PropertyName)
            {
                name = (string)json.Value!;
            }
            else if (json.TokenType is JsonToken.StartObject or JsonToken.StartArray)
            {
                json.Skip();
            }
            else if (JsonCurves.IsNameOfPlaces(name))
            {
                place = NumberOf(json);
            }
            else if (JsonCurves.IsNameOfValues(name))
            {
                value = NumberOf(json);
            }
        }

        if (value is { } measured)
        {
            Add(place, measured);
        }
    }

    private void ReadPair(CountingJsonReader json)
    {
        double first = double.NaN;
        double last = double.NaN;
        int count = 0;
        while (json.Read() && json.TokenType != JsonToken.EndArray)
        {
            if (json.TokenType is JsonToken.StartObject or JsonToken.StartArray)
            {
                json.Skip();
                continue;
            }

            first = count++ == 0 ? NumberOf(json) : first;
            last = NumberOf(json);
        }

        if (count > 0)
        {
            Add(count > 1 ? first : double.NaN, last);
        }
    }

    private void Add(double place, double value)
    {
        if (Values.Count < JsonCurves.MaximumValues)
        {
            Values.Add(value);
            if (double.IsFinite(place))
            {
                Places.Add(place);
            }
        }
    }
}
