namespace TrainingDoctor.Reports;

/// <summary>The exporters there are, and the file endings that name them.</summary>
public static class ReportExporters
{
    private static readonly (string Ending, ReportFormat Format)[] ByEnding =
    [
        (".sarif.json", ReportFormat.Sarif),
        (".json", ReportFormat.Json),
        (".html", ReportFormat.Html),
        (".htm", ReportFormat.Html),
        (".md", ReportFormat.Markdown),
        (".markdown", ReportFormat.Markdown),
        (".sarif", ReportFormat.Sarif),
        (".xml", ReportFormat.Junit),
        (".txt", ReportFormat.Console),
    ];

    /// <summary>Gets the file endings that name a format.</summary>
    public static IReadOnlyList<string> Endings { get; } = [.. ByEnding.Select(item => item.Ending)];

    /// <summary>Finds the format that a file's ending names.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Null when its ending names none.</returns>
    public static ReportFormat? FormatOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        foreach (var (ending, format) in ByEnding)
        {
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>Makes the exporter of a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="language">The language, for formats that people read; English unless given. Formats for machines are always in English.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such format.</exception>
    public static IReportExporter Create(ReportFormat format, ReportLanguage? language = null) => format switch
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
