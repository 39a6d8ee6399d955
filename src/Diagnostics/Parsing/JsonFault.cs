using System.Globalization;

namespace TrainingDoctor.Parsing;

/// <summary>Says what is wrong with JSON to the one who wrote it: the place, and what was expected there. What the libraries say is advice for programmers of readers.</summary>
internal static class JsonFault
{
    private const string MissingProperty = "Required property '";

    /// <summary>Describes a fault that Newtonsoft.Json found.</summary>
    /// <param name="fault">The fault.</param>
    public static string Describe(Newtonsoft.Json.JsonException fault) => fault switch
    {
        Newtonsoft.Json.JsonReaderException reader => string.Create(CultureInfo.InvariantCulture, $"no valid JSON: it breaks off or goes wrong at line {Math.Max(1, reader.LineNumber)}, column {reader.LinePosition + 1}"),
        Newtonsoft.Json.JsonSerializationException { Message: var message } serialization when message.StartsWith(MissingProperty, StringComparison.Ordinal) => Place(serialization.Path, $"'{Quoted(message)}' is missing"),
        Newtonsoft.Json.JsonSerializationException { LineNumber: > 0 } broken when broken.Message.StartsWith("Unexpected end", StringComparison.Ordinal) =>
            string.Create(CultureInfo.InvariantCulture, $"no valid JSON: it breaks off at line {broken.LineNumber}, column {broken.LinePosition + 1}"),
        Newtonsoft.Json.JsonSerializationException serialization => Place(serialization.Path, "expected another kind of value"),
        _ => "expected another kind of value",
    };

    /// <summary>Describes a fault that System.Text.Json found in a line.</summary>
    /// <param name="fault">The fault.</param>
    public static string DescribeLine(Exception fault) => fault is System.Text.Json.JsonException { BytePositionInLine: { } position }
        ? string.Create(CultureInfo.InvariantCulture, $"no valid JSON: it breaks off or goes wrong at column {position + 1}")
        : "no valid JSON: expected an object";

    private static string Place(string? path, string problem) => string.IsNullOrEmpty(path) ? problem : $"{path}: {problem}";

    private static string Quoted(string message)
    {
        int end = message.IndexOf('\'', MissingProperty.Length);
        return end < 0 ? message[MissingProperty.Length..] : message[MissingProperty.Length..end];
    }
}
