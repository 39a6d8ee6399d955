using System.Text;
using System.Text.Json;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>The keys of JSON Lines with the columns that they are of. Rows of one log name the same columns in the same order, so that each key is compared with that of the row before first.</summary>
/// <param name="columns">The columns of the log.</param>
internal sealed class JsonLineKeys(ColumnTable columns)
{
    private const int MostExpected = 1000;

    private readonly Dictionary<string, JsonLineKey> _keys = new(StringComparer.Ordinal);
    private readonly List<JsonLineKey> _expected = [];
    private int _property;

    /// <summary>Begins a row.</summary>
    public void Begin() => _property = 0;

    /// <summary>Gets the key that a reader stands at.</summary>
    /// <param name="reader">The reader, at the name of a property.</param>
    /// <param name="path">The path of the object, with a slash at its end; empty at the top.</param>
    public JsonLineKey Of(ref Utf8JsonReader reader, string path)
    {
        if (_property < _expected.Count && _expected[_property] is var expected && ReferenceEquals(expected.Parent, path) && reader.ValueTextEquals(expected.Utf8))
        {
            _property++;
            return expected;
        }

        string name = path + reader.GetString();
        if (!_keys.TryGetValue(name, out var key))
        {
            string own = reader.GetString()!;
            key = new JsonLineKey(name, path, Encoding.UTF8.GetBytes(own))
            {
                Kind = RowWords.IsPhaseColumn(own) ? JsonLineKeyKind.Phase : RowWords.IsSeriesColumn(own) ? JsonLineKeyKind.Series : JsonLineKeyKind.Number,
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
        else if (_expected.Count < MostExpected)
        {
            _expected.Add(key);
        }

        _property++;
        if (key.Column < 0 && key.Kind == JsonLineKeyKind.Number)
        {
            key.Column = columns.Intern(name);
        }

        return key;
    }
}
