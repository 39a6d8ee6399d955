namespace TrainingDoctor.Reports;

/// <summary>Which format a file's name asks for, and the exporter of each format.</summary>
public static class ReportFormats
{
    /// <summary>Finds the format that a file's ending asks for.</summary>
    /// <param name="path">The file: <c>.json</c>, <c>.html</c>, <c>.htm</c>, <c>.md</c>, <c>.markdown</c>, <c>.sarif</c>, <c>.sarif.json</c>, <c>.xml</c>, <c>.txt</c>.</param>
    /// <returns>Null when the ending is none of these.</returns>
    public static ReportFormat? FromPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(".sarif.json", StringComparison.OrdinalIgnoreCase)
            ? ReportFormat.Sarif
            : Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".json" => ReportFormat.Json,
                ".html" or ".htm" => ReportFormat.Html,
                ".md" or ".markdown" => ReportFormat.Markdown,
                ".sarif" => ReportFormat.Sarif,
                ".xml" => ReportFormat.Junit,
                ".txt" => ReportFormat.Console,
                _ => null,
            };
    }

    /// <summary>Makes the exporter of a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="language">The language, for formats that people read; English unless given. Formats for machines are always in English.</param>
    public static IReportExporter CreateExporter(ReportFormat format, ReportLanguage? language = null) => format switch
    {
        ReportFormat.Json => new JsonReportExporter(),
        ReportFormat.Html => new HtmlReportExporter(language),
        ReportFormat.Markdown => new MarkdownReportExporter(language),
        ReportFormat.Sarif => new SarifReportExporter(),
        ReportFormat.Junit => new JunitReportExporter(),
        ReportFormat.Annotations => new AnnotationsReportExporter(),
        ReportFormat.Console => new ConsoleReportExporter(language),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "The format is not known."),
    };
}
