using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Html;
using TrainingDoctor.Reports.Html.Charts;
using TrainingDoctor.Reports.Series;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Differences;

/// <summary>A comparison as a page: the answer, the curves of the runs laid over each other, and what was set and measured differently.</summary>
internal static class DifferencePage
{
    /// <summary>As many curves as can be told from each other; further good runs stand in the list alone.</summary>
    private const int MostRuns = 5;

    private static readonly (Metric Metric, Text Title, AxisKind Axis)[] Charts =
    [
        (Metric.Loss, $"Loss", AxisKind.Free),
        (Metric.ValidationLoss, $"Validation loss", AxisKind.Free),
        (Metric.ValidationAccuracy, $"Validation score", AxisKind.Score),
        (Metric.GlobalGradientNorm, $"Gradient norm of the whole model", AxisKind.Free),
        (Metric.LearningRate, $"Learning rate", AxisKind.Schedule),
    ];

    public static string Render(DifferenceReport report, ReportLanguage language)
    {
        var document = report.ToDocument(language);
        var context = new HtmlContext(report.Bad.ToDocument(language), language);
        var html = context.Html;
        HtmlPage.WriteHead(html, document.Answer, document.IsSame ? "healthy" : "ill", language, context.Say($"Skip to the answer"));
        html.Write($"<header class=\"top\">\n");
        HtmlPage.WriteBar(context.Html, context.Language);
        html.Write($"<h1>{document.Answer}</h1><p>{document.Certainty}</p></header>\n<main id=\"main\">\n");
        WriteCharts(context, report, document);
        WriteSettings(context, document);
        WriteDepartures(context, document);
        WriteFindings(context, context.Say($"Found in the bad run alone"), document.OnlyInBad);
        WriteFindings(context, context.Say($"Found in the good run alone"), document.OnlyInGood);
        html.Write($"</main>\n");
        HtmlPage.WriteEnd(context);
        return html.ToString();
    }

    /// <summary>The metric that departs first stands in front, whatever it is.</summary>
    private static void WriteCharts(HtmlContext context, DifferenceReport report, DifferenceDocument document)
    {
        var departure = report.Comparison.Departures.Count > 0 ? report.Comparison.Departures[0] : null;
        var first = departure is null || (departure.Scope.Length == 0 && Charts.Any(chart => chart.Metric == departure.Metric))
            ? Array.Empty<(Metric, string, string, AxisKind)>()
            : [(departure.Metric, departure.Scope, DifferenceWording.Name(departure), MetricCatalog.Describe(departure.Metric).Unit is "score" or "fraction" ? AxisKind.Score : AxisKind.Free)];
        var runs = report.Good.Take(MostRuns - 1).Select((good, index) => (Report: good, document.Good[index].Name)).Append((Report: report.Bad, document.Bad.Name)).ToList();
        var charts = first
            .Concat(Charts.Select(chart => (chart.Metric, string.Empty, context.Say(chart.Title), chart.Axis)))
            .Select(chart => (Title: chart.Item3, Axis: chart.Item4, Lines: Overlaid(runs, chart.Item1, chart.Item2)))
            .Where(chart => chart.Lines.Count > 1)
            .ToList();
        context.Cover(charts.SelectMany(chart => chart.Lines).Select(line => line.Series));
        context.Html.Write($"<section aria-label=\"{context.Say($"Curves")}\">\n");
        ChartControls.Write(context);
        context.Html.Write($"<div class=\"charts\">\n");
        for (int i = 0; i < charts.Count; i++)
        {
            LineChart.Write(context, charts[i].Title, charts[i].Lines, [], isWide: i == 0 || (i == charts.Count - 1 && charts.Count % 2 == 0), charts[i].Axis);
        }

        context.Html.Write($"</div></section>\n");
    }

    private static List<ChartLine> Overlaid(IReadOnlyList<(DiagnosisReport Report, string Name)> runs, Metric metric, string scope) =>
    [
        .. runs
            .Select((run, index) => (run.Name, Series: SeriesSelection.Of(run.Report.Series.Of(metric, scope)), Style: index == runs.Count - 1 ? "s2" : index == 0 ? "s1" : $"s{index + 2}"))
            .Where(line => line.Series is not null)
            .Select(line => new ChartLine(line.Name, line.Series!, line.Style)),
    ];

    private static void WriteSettings(HtmlContext context, DifferenceDocument document) => WriteTable(
        context,
        context.Say($"Set differently"),
        [context.Say($"Stage"), context.Say($"Setting"), document.Bad.Name, string.Join(", ", document.Good.Select(run => run.Name))],
        [.. document.Settings.Select(setting => new[] { context.Say(DifferenceWording.Of(setting.Stage)), setting.Name, setting.Bad, setting.Good })]);

    private static void WriteDepartures(HtmlContext context, DifferenceDocument document) => WriteTable(
        context,
        context.Say($"Measured differently"),
        [context.Say($"Step"), context.Say($"Stage"), context.Say($"Metric"), document.Bad.Name, string.Join(", ", document.Good.Select(run => run.Name))],
        [
            .. document.Departures.Select(departure => new[]
            {
                FormattableString.Invariant($"{departure.Step:N0}"), context.Say(DifferenceWording.Of(departure.Stage)), DifferenceText.Name(departure), Numbers.Short(departure.Bad), Numbers.Short(departure.Good),
            }),
        ]);

    private static void WriteFindings(HtmlContext context, string title, IReadOnlyList<RowFindingDocument> findings) => WriteTable(
        context,
        title,
        [context.Say($"Rule"), context.Say($"Severity"), context.Say($"Finding")],
        [.. findings.Select(finding => new[] { $"{finding.RuleId} {finding.Rule}", context.Say(VerdictWording.Of(finding.Severity)), finding.Title })]);

    private static void WriteTable(HtmlContext context, string title, string[] columns, string[][] rows)
    {
        if (rows.Length == 0)
        {
            return;
        }

        var html = context.Html;
        html.Write($"<section aria-label=\"{title}\"><h2>{title}</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\"><table class=\"runs\"><thead><tr>");
        foreach (string column in columns)
        {
            html.Write($"<th scope=\"col\">{column}</th>");
        }

        html.Write($"</tr></thead><tbody>\n");
        foreach (string[] row in rows)
        {
            html.Write($"<tr>");
            foreach (string cell in row)
            {
                html.Write($"<td>{cell}</td>");
            }

            html.Write($"</tr>\n");
        }

        html.Write($"</tbody></table></div></section>\n");
    }
}
