namespace TrainingDoctor.Reports;

/// <summary>The exporters there are, and the file endings that name them.</summary>
public static class ReportExporters
{
    private static readonly (string Ending, ReportFormat Format)[] ByEnding =
    [
        (".sarif.json", ReportFormat.Sarif),
        (".codequality.json", ReportFormat.CodeQuality),
        ("code-quality-report.json", ReportFormat.CodeQuality),
        (".json", ReportFormat.Json),
        (".html", ReportFormat.Html),
        (".htm", ReportFormat.Html),
        (".md", ReportFormat.Markdown),
        (".markdown", ReportFormat.Markdown),
        (".sarif", ReportFormat.Sarif),
        (".xml", ReportFormat.Junit),
        (".txt", ReportFormat.Console),
        (".csv", ReportFormat.Csv),
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
    public static IReportExporter Create(ReportFormat format, ReportLanguage? language = null) => Create(format, new ExportOptions { Language = language ?? ReportLanguage.English });

    /// <summary>Makes the exporter of a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="options">For whom it writes, and what fails a job.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such format.</exception>
    public static IReportExporter Create(ReportFormat format, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return format switch
        {
            ReportFormat.Json => new JsonReportExporter { Unread = options.Unread },
            ReportFormat.Html => new HtmlReportExporter(options.Language) { Unread = options.Unread },
            ReportFormat.Markdown => new MarkdownReportExporter(options.Language) { Unread = options.Unread },
            ReportFormat.Sarif => new SarifReportExporter(),
            ReportFormat.Junit => new JunitReportExporter(options),
            ReportFormat.CodeQuality => new CodeQualityReportExporter(),
            ReportFormat.Annotations => new AnnotationsReportExporter(),
            ReportFormat.Csv => new CsvReportExporter(),
            ReportFormat.Console => new ConsoleReportExporter(options),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "The format is not known."),
        };
    }

    /// <summary>Writes the reports of one run or several to one file, UTF-8 without byte-order mark; its folder is made when it is missing.</summary>
    /// <param name="reports">The reports; at least one.</param>
    /// <param name="path">The file; replaced when it exists. As HTML, several runs get a page each in a folder beside it, <c>NAME-runs</c>, and the file is their index.</param>
    /// <param name="format">The format; null for the one that the ending names.</param>
    /// <param name="options">For whom it is written, and what fails a job; the defaults unless given.</param>
    /// <exception cref="ArgumentException">There is no report, the path is empty, or its ending names no format.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(IReadOnlyList<DiagnosisReport> reports, string path, ReportFormat? format = null, ExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (reports.Count == 0)
        {
            throw new ArgumentException("Expected at least one report.", nameof(reports));
        }

        var chosen = format ?? FormatOf(path) ?? throw new ArgumentException($"The ending of '{path}' names no report format; expected {string.Join(", ", Endings)}.", nameof(path));
        var exporter = Create(chosen, options ?? new ExportOptions());
        if (exporter is HtmlReportExporter html && (reports.Count > 1 || html.Unread.Count > 0))
        {
            html.WriteWithPages(reports, path);
        }
        else
        {
            ReportFile.Write(path, writer => exporter.Write(reports, writer));
        }
    }
}
