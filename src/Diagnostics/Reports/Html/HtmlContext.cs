using TrainingDoctor.Reports.Html.Charts;
using TrainingDoctor.Reports.Runs;

namespace TrainingDoctor.Reports.Html;

/// <summary>What every section of the page needs: the report, the language, the writer, and the plots that the script reads values from.</summary>
/// <param name="report">The report.</param>
/// <param name="language">The language.</param>
internal sealed class HtmlContext(ReportDocument report, ReportLanguage language)
{
    public ReportDocument Report { get; } = report;

    public HtmlWriter Html { get; } = new();

    public Dictionary<string, Plot> Plots { get; } = [];

    /// <summary>Gets the layers and parameters that findings at warning or above name.</summary>
    public HashSet<string> Suspicious { get; } = [.. report.Findings.Where(finding => finding.Severity >= Severity.Warning).SelectMany(finding => finding.Layers)];

    /// <summary>Gets the first and the last step of everything that is drawn of the run, so that all charts have one axis; null when nothing is.</summary>
    public (double First, double Last)? Steps { get; private set; } = RangeOf(report.Series?.Values.SelectMany(series => series) ?? []);

    /// <summary>Gets the step at which the illness began, which all charts show; null when nothing at warning or above has a step.</summary>
    public long? Onset { get; } = TroubleOnset.Of(report);

    public ReportLanguage Language => language;

    public string Tag => language.Tag;

    public string Say(Text text) => language.Of(text);

    public SeriesDocument? RunCurve(Metric metric) => Curves(metric).FirstOrDefault(series => series.Scope is null && series.Steps.Count > 0);

    public IReadOnlyList<SeriesDocument> Curves(Metric metric) => Report.Series?.GetValueOrDefault(MetricCatalog.NameOf(metric)) ?? [];

    public SeriesDocument? Curve(Metric metric, string scope) => Curves(metric).FirstOrDefault(series => series.Scope == scope);

    /// <summary>Widens the axis of steps by curves of other runs.</summary>
    public void Cover(IEnumerable<SeriesDocument> series)
    {
        if (RangeOf(series) is { } range)
        {
            Steps = Steps is { } known ? (Math.Min(known.First, range.First), Math.Max(known.Last, range.Last)) : range;
        }
    }

    /// <summary>Registers what the script tells about a plot when someone points at it.</summary>
    public string AddPlot(Plot plot)
    {
        string id = FormattableString.Invariant($"plot{Plots.Count + 1}");
        Plots.Add(id, plot);
        return id;
    }

    private static (double First, double Last)? RangeOf(IEnumerable<SeriesDocument> series)
    {
        var ends = series.Where(one => one.Steps.Count > 0).Select(one => (First: (double)one.Steps[0], Last: (double)one.Steps[^1])).ToList();
        return ends.Count == 0 ? null : (ends.Min(end => end.First), ends.Max(end => end.Last));
    }
}
