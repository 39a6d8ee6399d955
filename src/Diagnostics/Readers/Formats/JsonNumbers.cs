using System.Globalization;
using System.Numerics;
using System.Text;
using Newtonsoft.Json;
using TrainingDoctor.Names;
using TrainingDoctor.Parsing;

namespace TrainingDoctor.Readers.Formats;

/// <summary>The numbers of a JSON document, also those within words, in lists and in names.</summary>
internal static class JsonNumbers
{
    /// <summary>Takes the number at hand, if there is one.</summary>
    public static bool TryTake(CountingJsonReader json, out double value)
    {
        json.Claim();
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
                return Number.TryParse(Encoding.UTF8.GetBytes(text), out value);
            default:
                value = 0;
                return false;
        }
    }

    /// <summary>Reads the rest of a list; what is no number in it becomes NaN, so that those behind it keep their places.</summary>
    public static void ReadList(CountingJsonReader json, List<double> numbers, List<string>? words = null)
    {
        numbers.Clear();
        words?.Clear();
        while (json.Read() && json.TokenType != JsonToken.EndArray)
        {
            if (json.TokenType is JsonToken.StartArray or JsonToken.StartObject)
            {
                json.Skip();
            }
            else if (numbers.Count <= JsonCurves.MaximumValues)
            {
                bool isNumber = TryTake(json, out double value);
                numbers.Add(isNumber ? value : double.NaN);
                if (!isNumber && json.Value is string { Length: < 200 } word)
                {
                    words?.Add(word);
                }
            }
        }
    }

    /// <summary>Reads <c>3</c>, <c>epoch_3</c>, <c>step 3</c> as places.</summary>
    public static double? PlaceIn(string name)
    {
        string last = name[(name.LastIndexOf('/') + 1)..];
        string digits = last.TrimStart("epochEPOCHstepSTEP_- ".ToCharArray());
        return digits.Length is > 0 and < 16 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long epoch) ? epoch : null;
    }

    /// <summary>pandas writes a column as <c>"loss": {"0": 2.3, "1": 2.1}</c>.</summary>
    public static bool IsUnderNumber(string name, string path) => path.Length > 0 && name.Length > path.Length + 1
        && (name.AsSpan(path.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0 || (PlaceIn(name) is not null && ColumnClassifier.Classify(path).Kind == RoleKind.Metric));
}
