using System.Globalization;
using Newtonsoft.Json;

namespace TrainingDoctor.Reports.Json;

/// <summary>Writes numbers with as many digits as they need, and NaN and infinities as the strings <c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>.</summary>
internal sealed class NumberConverter : JsonConverter
{
    public override bool CanConvert(Type objectType) => objectType == typeof(double) || objectType == typeof(double?);

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer)
    {
        switch (value)
        {
            case null:
                writer.WriteNull();
                break;
            case double.PositiveInfinity:
                writer.WriteValue("Infinity");
                break;
            case double.NegativeInfinity:
                writer.WriteValue("-Infinity");
                break;
            case double number when double.IsNaN(number):
                writer.WriteValue("NaN");
                break;
            case double number:
                // Negative zero reads as a mistake.
                writer.WriteRawValue((number == 0 ? 0.0 : number).ToString("R", CultureInfo.InvariantCulture));
                break;
            default:
                throw new JsonSerializationException($"A number was expected, not {value.GetType().Name}.");
        }
    }

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer) => (reader.TokenType, reader.Value) switch
    {
        (JsonToken.Null, _) when objectType == typeof(double?) => null,
        (JsonToken.Integer or JsonToken.Float, IConvertible number) => number.ToDouble(CultureInfo.InvariantCulture),
        (JsonToken.String, "NaN") => double.NaN,
        (JsonToken.String, "Infinity") => double.PositiveInfinity,
        (JsonToken.String, "-Infinity") => double.NegativeInfinity,
        _ => throw new JsonSerializationException($"A number was expected at '{reader.Path}', not '{reader.Value}'."),
    };
}
