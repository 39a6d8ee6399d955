using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;
using Newtonsoft.Json.Serialization;
using TrainingDoctor.Parsing;
using TrainingDoctor.Reports.Json;

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
        return SerializeAny(document);
    }

    /// <summary>Writes the reports of several runs.</summary>
    /// <param name="document">The reports.</param>
    public static string Serialize(RunsDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return SerializeAny(document);
    }

    /// <summary>Writes any document the way reports are written.</summary>
    internal static string SerializeAny(object document)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        WriteAny(document, text);
        return text.ToString();
    }

    /// <summary>Writes any document the way reports are written, piece by piece.</summary>
    internal static void WriteAny(object document, TextWriter text)
    {
        using (var json = new CompactArrayWriter(text) { CloseOutput = false })
        {
            JsonSerializer.Create(WritingSettings).Serialize(json, document);
        }

        text.Write('\n');
    }

    /// <summary>Reads a report.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ReportFormatException">It is not a report of schema version 1.</exception>
    public static ReportDocument Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Check(Read<ReportDocument>(json));
    }

    /// <summary>Reads what <c>--output</c> wrote: the report of one run, or those of several.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The reports; at least one.</returns>
    /// <exception cref="ReportFormatException">It is neither, or not of schema version 1.</exception>
    public static IReadOnlyList<ReportDocument> ParseAll(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (!Read<Envelope>(json).IsOfSeveral)
        {
            return [Parse(json)];
        }

        var runs = Read<RunsDocument>(json).Runs;
        return runs.Count > 0 ? [.. runs.Select(Check)] : throw new ReportFormatException("Not a Training Doctor report: it holds no run.");
    }

    private static T Read<T>(string json)
    {
        try
        {
            return JsonConvert.DeserializeObject<T>(json, Settings) ?? throw new ReportFormatException("The report is empty.");
        }
        catch (JsonException exception)
        {
            throw new ReportFormatException($"Not a Training Doctor report: {JsonFault.Describe(exception)}.", exception);
        }
    }

    /// <summary>Checks what the types do not say: the version, and that nothing that is compared is null.</summary>
    private static ReportDocument Check(ReportDocument? document)
    {
        if (document is null || document.Findings.Any(finding => finding is null || finding.Layers.Any(layer => layer is null)))
        {
            throw new ReportFormatException("Not a Training Doctor report: a run, a finding or a layer is null.");
        }

        return document.SchemaVersion.StartsWith("1.", StringComparison.Ordinal)
            ? document
            : throw new ReportFormatException($"The report has schema version '{document.SchemaVersion}'; this program reads 1.x.");
    }

    /// <summary>As much of a text as tells whether it holds one run or several.</summary>
    private sealed record Envelope
    {
        [JsonProperty(Required = Required.Default)]
        public Newtonsoft.Json.Linq.JToken? Runs { get; init; }

        [JsonIgnore]
        public bool IsOfSeveral => Runs is Newtonsoft.Json.Linq.JArray;
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
