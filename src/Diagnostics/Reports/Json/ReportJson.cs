using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;
using Newtonsoft.Json.Serialization;

namespace TrainingDoctor.Reports;

/// <summary>Reads and writes reports as JSON. The text depends on the report alone: not on culture, machine or order of scopes.</summary>
public static class ReportJson
{
    /// <summary>Gets the settings that the JSON Schema is generated with too.</summary>
    internal static JsonSerializerSettings Settings { get; } = new()
    {
        ContractResolver = new ReportContractResolver(),
        Converters = { new NumberConverter(), new StringEnumConverter(new KebabCaseNamingStrategy(), allowIntegerValues: false) },
        Culture = CultureInfo.InvariantCulture,
        DateParseHandling = DateParseHandling.None,
        MissingMemberHandling = MissingMemberHandling.Ignore,
        MaxDepth = 32,
    };

    /// <summary>Writing needs no check of what must be there, and looking nullability up costs more than writing a small report.</summary>
    private static JsonSerializerSettings WritingSettings { get; } = new(Settings) { ContractResolver = new DefaultContractResolver { NamingStrategy = new CamelCaseNamingStrategy() } };

    /// <summary>Writes a report.</summary>
    /// <param name="document">The report.</param>
    public static string Serialize(ReportDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using (var json = new CompactArrayWriter(text) { CloseOutput = false })
        {
            JsonSerializer.Create(WritingSettings).Serialize(json, document);
        }

        text.Write('\n');
        return text.ToString();
    }

    /// <summary>Reads a report.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ReportFormatException">It is not a report of schema version 1.</exception>
    public static ReportDocument Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var document = JsonConvert.DeserializeObject<ReportDocument>(json, Settings) ?? throw new ReportFormatException("The report is empty.");
            return document.SchemaVersion.StartsWith("1.", StringComparison.Ordinal)
                ? document
                : throw new ReportFormatException($"The report has schema version '{document.SchemaVersion}'; this program reads 1.x.");
        }
        catch (JsonException exception)
        {
            throw new ReportFormatException($"Not a Training Doctor report: {exception.Message}", exception);
        }
    }
}

/// <summary>A text that should be a report is none.</summary>
public sealed class ReportFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected.</param>
    /// <param name="innerException">The fault of the reader.</param>
    public ReportFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
