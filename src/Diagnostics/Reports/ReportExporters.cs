namespace TrainingDoctor.Reports;

/// <summary>The exporters there are, and the file endings that name them.</summary>
public static class ReportExporters
{
    private static readonly Dictionary<ReportFormat, Func<IReportExporter>> Factories = new()
    {
        [ReportFormat.Json] = () => new JsonReportExporter(),
        [ReportFormat.Console] = () => new ConsoleReportExporter(),
    };

    private static readonly (string Ending, ReportFormat Format)[] ByEnding =
    [
        (".sarif.json", ReportFormat.Sarif),
        (".json", ReportFormat.Json),
        (".html", ReportFormat.Html),
        (".htm", ReportFormat.Html),
        (".md", ReportFormat.Markdown),
        (".sarif", ReportFormat.Sarif),
        (".xml", ReportFormat.Junit),
        (".txt", ReportFormat.Console),
    ];

    /// <summary>Gets the file endings that name a format that can be written.</summary>
    public static IReadOnlyList<string> Endings => [.. ByEnding.Where(item => Factories.ContainsKey(item.Format)).Select(item => item.Ending)];

    /// <summary>Finds the format that a file's ending names.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Null when its ending names none.</returns>
    public static ReportFormat? FormatOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        foreach (var (ending, format) in ByEnding)
        {
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && Factories.ContainsKey(format))
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>Makes the exporter of a format.</summary>
    /// <param name="format">The format.</param>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public static IReportExporter Create(ReportFormat format) => Factories.TryGetValue(format, out var create)
        ? create()
        : throw new NotSupportedException($"No exporter writes {KebabCase.Of(format)}.");
}
