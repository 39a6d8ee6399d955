namespace TrainingDoctor.Reports;

/// <summary>What every section of the page needs: the report, the language, the writer, and the plots that the script reads values from.</summary>
/// <param name="report">The report.</param>
/// <param name="language">The language.</param>
internal sealed class HtmlContext(ReportDocument report, ReportLanguage language)
{
    public ReportDocument Report { get; } = report;

    public HtmlWriter Html { get; } = new();

    public Dictionary<string, PlotData> Plots { get; } = [];

    /// <summary>Gets the layers and parameters that findings at warning or above name.</summary>
    public HashSet<string> Suspicious { get; } = [.. report.Findings.Where(finding => finding.Severity >= Severity.Warning).SelectMany(finding => finding.Layers)];

    public ReportLanguage Language => language;

    public string Tag => language.Tag;

    public string Say(Text text) => language.Of(text);

    public SeriesDocument? RunCurve(Metric metric) => Curves(metric).FirstOrDefault(series => series.Scope is null && series.Steps.Count > 0);

    public IReadOnlyList<SeriesDocument> Curves(Metric metric) => Report.Series?.GetValueOrDefault(MetricCatalog.NameOf(metric)) ?? [];

    public SeriesDocument? Curve(Metric metric, string scope) => Curves(metric).FirstOrDefault(series => series.Scope == scope);

    /// <summary>Registers what the script tells about a plot when someone points at it.</summary>
    public string AddPlot(PlotData plot)
    {
        string id = FormattableString.Invariant($"plot{Plots.Count + 1}");
        Plots.Add(id, plot);
        return id;
    }
}

/// <summary>A plot as the script sees it.</summary>
/// <param name="Kind"><c>lines</c> or <c>heat</c>.</param>
/// <param name="Left">Left edge of the drawing, in the coordinates of the view box.</param>
/// <param name="Right">Right edge.</param>
/// <param name="Top">Top edge.</param>
/// <param name="Bottom">Bottom edge.</param>
/// <param name="First">The step at the left edge.</param>
/// <param name="Last">The step at the right edge.</param>
/// <param name="Rows">The lines, or the rows of the map.</param>
internal sealed record PlotData(string Kind, double Left, double Right, double Top, double Bottom, double First, double Last, IReadOnlyList<PlotRow> Rows);

/// <summary>One line or row.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Steps">Its steps; null for a map, whose columns are evenly spaced.</param>
/// <param name="Values">Its values; null where there is none.</param>
internal sealed record PlotRow(string Name, IReadOnlyList<double>? Steps, IReadOnlyList<double?> Values);
