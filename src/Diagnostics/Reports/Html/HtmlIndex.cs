using System.Globalization;
using TrainingDoctor.Reports.Html.Charts;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports.Html;

/// <summary>The page of several runs: one row each, to be filtered and sorted, which leads to the run's own page; and the curves of the chosen ones in one chart.</summary>
internal static class HtmlIndex
{
    private const string ScoreColumn = "score";
    private const string TimeColumn = "time";

    private static readonly Metric[] Overlaid = [Metric.Loss, Metric.ValidationLoss, Metric.Accuracy, Metric.ValidationAccuracy, Metric.Reward, Metric.GlobalGradientNorm, Metric.LearningRate];

    /// <summary>Makes the page.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="pages">The address of each run's page; null when there are none.</param>
    /// <param name="language">The language.</param>
    /// <param name="isFramed">Whether it stands within another page, whose whole window a run's address is for.</param>
    /// <param name="unread">The logs that could not be read; null for none.</param>
    public static string Render(IReadOnlyList<DiagnosisReport> reports, IReadOnlyList<RunRowDocument> rows, IReadOnlyList<string>? pages, ReportLanguage language, bool isFramed = false, IReadOnlyList<UnreadLog>? unread = null)
    {
        var html = new HtmlWriter();
        string title = RunTableWording.Count(reports, unread ?? [], language);
        var worst = reports.Select(report => report.Verdict).OrderByDescending(Rank).FirstOrDefault(Verdict.Inconclusive);
        HtmlPage.WriteHead(html, title, KebabCase.Of(worst), language, Say($"Skip to the diagnosis"), isOfRuns: true);
        html.Write($"<header class=\"top wide\">\n");
        HtmlPage.WriteBar(html, language);
        html.Write($"<h1>{title}</h1></header>\n<main id=\"main\" class=\"wide\"><section aria-label=\"{Say($"Runs")}\">\n");
        WriteTools();
        WriteOverlay();
        html.Write($"<div class=\"scroll whole\" tabindex=\"0\" role=\"region\" aria-label=\"{Say($"Runs")}\"><table class=\"runs\"><thead><tr>");
        foreach (var (name, column) in Columns.Where(column => IsShown(column.Name)))
        {
            html.Write($"<th scope=\"col\" data-sort=\"{name}\">{Say(column)}</th>");
        }

        html.Write($"</tr></thead><tbody>\n");
        for (int i = 0; i < rows.Count; i++)
        {
            WriteRow(i, pages is null ? null : pages[i].StartsWith('/') ? pages[i] : string.Join('/', pages[i].Split('/').Select(Uri.EscapeDataString)));
        }

        WriteUnread();
        html.Write($"</tbody></table></div></section></main>\n");
        HtmlPage.WriteEndOfRuns(html, new { words = ChartControls.Words(language), runs = reports.Select((report, index) => Curves(report, rows[index].Name)) });
        return html.ToString();

        string Say(Text text) => language.Of(text);

        // What no run has needs no column.
        bool IsShown(string column) => column switch
        {
            ScoreColumn => rows.Any(row => row.BestScore is not null),
            TimeColumn => rows.Any(row => row.DurationSeconds is not null),
            _ => true,
        };

        void WriteTools()
        {
            html.Write($"<form class=\"tools\" hidden><label>{Say($"Find")} <input type=\"search\" id=\"find\" autocomplete=\"off\" spellcheck=\"false\"></label> <label>{Say($"Verdict")} <select id=\"verdict\"><option value=\"\">{Say($"all")}</option>");
            foreach (var verdict in new[] { Verdict.Ill, Verdict.Warning, Verdict.Inconclusive, Verdict.Healthy }.Where(verdict => reports.Any(report => report.Verdict == verdict)))
            {
                html.Write($"<option value=\"{KebabCase.Of(verdict)}\">{Say(VerdictWording.Of(verdict))}</option>");
            }

            html.Write($"</select></label> <output id=\"shown\" aria-live=\"polite\"></output></form>\n");
        }

        // In a body of their own: they have nothing to sort by, and no curve to choose.
        void WriteUnread()
        {
            if (unread is not { Count: > 0 })
            {
                return;
            }

            int columns = Columns.Count(column => IsShown(column.Name));
            html.Write($"</tbody><tbody class=\"unread\">\n");
            foreach (var log in unread)
            {
                html.Write($"<tr class=\"inconclusive\"><td class=\"who\">{log.Path}</td><td><span class=\"badge inconclusive\">{Say(RunTableWording.Unreadable)}</span></td><td class=\"says\" colspan=\"{(long)columns - 2}\">{Say(log.Reason)}</td></tr>\n");
            }
        }

        void WriteOverlay()
        {
            html.Write($"<figure class=\"chart wide overlay\" id=\"overlay\" hidden><figcaption>{Say($"Chosen runs in one chart")} <label>{Say($"Curve")} <select id=\"curve\">");
            foreach (var metric in Overlaid.Where(metric => reports.Any(report => report.Series.Of(metric) is not null)))
            {
                html.Write($"<option value=\"{MetricCatalog.NameOf(metric)}\" data-axis=\"{KebabCase.Of(AxisOf(metric))}\">{Say(MetricWording.Of(metric))}</option>");
            }

            html.Write($"</select></label> <label id=\"bottom-label\" hidden>{Say($"Along the bottom")} <select id=\"bottom\"><option value=\"step\">{Say($"Step")}</option></select></label> <label><input type=\"checkbox\" id=\"log\"> {Say($"logarithmic")}</label> <label>{Say($"Smoothing")} <input type=\"range\" id=\"smoothing\" min=\"0\" max=\"0.99\" step=\"0.01\" value=\"0\"></label> <button type=\"button\" id=\"zoom-all\" disabled>{Say($"Whole run")}</button> <button type=\"button\" id=\"none\">{Say($"Choose none")}</button></figcaption>\n<ul class=\"legend\" id=\"legend\"></ul>\n<div class=\"plot\" id=\"canvas\" tabindex=\"0\" role=\"group\" aria-label=\"{Say($"Chosen runs in one chart")}. {Say($"Arrow keys read values, plus and minus zoom, 0 shows the whole run.")}\"></div>\n<output class=\"readout\" id=\"values\" aria-live=\"polite\"></output><p class=\"hint\">{Say($"Drag across a chart or pinch it to zoom, double-click for the whole run.")}</p></figure>\n");
        }

        void WriteRow(int index, string? page)
        {
            var row = rows[index];
            var baseline = reports[index].Baseline;
            string verdict = KebabCase.Of(row.Verdict);
            html.Write($"<tr class=\"{verdict}\" data-run=\"{(long)index}\"><td class=\"who\" data-value=\"{row.Name}\"><label class=\"pick\" hidden><input type=\"checkbox\"><span class=\"hidden\">{Say($"Show {row.Name} in the chart")}</span></label> ");
            if (page is null)
            {
                html.Write($"{row.Name}");
            }
            else
            {
                html.Write($"<a href=\"{page}\"{(isFramed ? new RawMarkup(" target=\"_top\"") : default)}>{row.Name}</a>");
            }

            string change = row.Finding is { } named && baseline is not null ? $" ({Say(ChangeWording.Of(baseline.ChangeOf(named.Id)))})" : string.Empty;
            string finding = row.Finding is { } root ? $"{root.RuleId} {root.Rule}{change}" : string.Empty;
            html.Write($"{(row.Path is null ? default : new RawMarkup($"<br><small>{HtmlWriter.Escape(row.Path)}</small>"))}</td><td data-value=\"{(long)-Rank(row.Verdict)}\"><span class=\"badge {verdict}\">{Say(VerdictWording.Of(row.Verdict))}</span></td><td class=\"spark\">");
            WriteSpark(reports[index]);
            Cell(Columns[3].Text, Number(row.BestLoss?.Value), RunTableWording.Best(row.BestLoss));
            Cell(Columns[4].Text, Number(row.LastLoss?.Value), RunTableWording.Last(row.LastLoss));
            if (IsShown(ScoreColumn))
            {
                Cell(Columns[5].Text, Number(row.BestScore?.Value), RunTableWording.Last(row.BestScore));
            }

            Cell(Columns[6].Text, row.Steps.ToString(CultureInfo.InvariantCulture), row.Steps.ToString("N0", CultureInfo.InvariantCulture));
            if (IsShown(TimeColumn))
            {
                Cell(Columns[7].Text, Number(row.DurationSeconds), row.DurationSeconds is { } seconds ? RunTableWording.Duration(seconds) : string.Empty);
            }

            html.Write($"</td><td class=\"says\" data-value=\"{row.Finding?.RuleId ?? "~"}\">{row.Headline}{(finding.Length == 0 ? default : new RawMarkup($"<br><small>{HtmlWriter.Escape(finding)}</small>"))}</td></tr>\n");
        }

        void Cell(Text name, string value, string text) => html.Write($"</td><td class=\"number\" data-label=\"{Say(name)}\" data-value=\"{value}\">{text}");

        void WriteSpark(DiagnosisReport report)
        {
            if (RunThumbnail.Of(report) is { } spark)
            {
                string onset = spark.Onset is { } place ? string.Create(CultureInfo.InvariantCulture, $"<path class=\"onset-mark\" d=\"M{place:0.#} 0V26\"/>") : string.Empty;
                html.Write($"<svg viewBox=\"0 0 {SparkPath.Width} {SparkPath.Height}\" role=\"img\" aria-label=\"{Say(MetricWording.Of(RunThumbnail.Curve(report)!.Metric))}\">{new RawMarkup(onset)}<path class=\"line\" d=\"{new RawMarkup(spark.Path)}\"/></svg>");
            }
        }
    }

    private static (string Name, Text Text)[] Columns { get; } =
    [
        ("name", $"Run"), ("verdict", $"Verdict"), (string.Empty, $"Curve"), ("best", $"Best loss"), ("last", $"Last loss"), (ScoreColumn, $"Best score"), ("steps", $"Steps"), (TimeColumn, $"Time"), ("finding", $"What, why, what to do"),
    ];

    private static AxisKind AxisOf(Metric metric) => metric switch
    {
        Metric.Accuracy or Metric.ValidationAccuracy or Metric.Reward => AxisKind.Score,
        Metric.LearningRate => AxisKind.Schedule,
        _ => AxisKind.Free,
    };

    private static object Curves(DiagnosisReport report, string name) => new
    {
        name,
        epochs = report.Series.Of(Metric.Epoch) is { } epochs ? SparkPath.Thinned(epochs.Points) : null,
        times = report.Series.Of(Metric.Elapsed) is { } elapsed ? RunClock.OfPoints(elapsed.Points) is { } clock ? SparkPath.Thinned(clock) : null : null,
        curves = Overlaid
            .Select(metric => report.Series.Of(metric))
            .OfType<MetricSeries>()
            .ToDictionary(series => MetricCatalog.NameOf(series.Metric), series => SparkPath.Thinned(series.Points)),
    };

    private static string Number(double? value) => value is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : string.Empty;

    private static int Rank(Verdict verdict) => verdict switch { Verdict.Ill => 3, Verdict.Warning => 2, Verdict.Inconclusive => 1, _ => 0 };
}
