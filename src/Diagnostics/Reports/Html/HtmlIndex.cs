using System.Globalization;

namespace TrainingDoctor.Reports;

/// <summary>The index of several runs: one row each, which leads to the run's page.</summary>
internal static class HtmlIndex
{
    /// <summary>Makes the page.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="pages">The address of each run's page; null when there are none.</param>
    /// <param name="language">The language.</param>
    public static string Render(IReadOnlyList<DiagnosisReport> reports, IReadOnlyList<RunRowDocument> rows, IReadOnlyList<string>? pages, ReportLanguage language)
    {
        var html = new HtmlWriter();
        string title = Say(RunTableWording.Count(reports));
        var worst = reports.Max(report => Rank(report.Verdict));
        HtmlPage.WriteHead(html, title, KebabCase.Of(reports.First(report => Rank(report.Verdict) == worst).Verdict), language, Say($"Skip to the diagnosis"));
        html.Write($"<header class=\"top\"><h1>{title}</h1></header>\n<main id=\"main\"><section aria-label=\"{Say($"Runs")}\"><div class=\"scroll whole\" tabindex=\"0\" role=\"region\" aria-label=\"{Say($"Runs")}\"><table class=\"runs\"><thead><tr>");
        foreach (var column in RunTableWording.Columns)
        {
            html.Write($"<th scope=\"col\">{Say(column)}</th>");
        }

        html.Write($"</tr></thead><tbody>\n");
        for (int i = 0; i < rows.Count; i++)
        {
            WriteRow(rows[i], pages is null ? null : string.Join('/', pages[i].Split('/').Select(Uri.EscapeDataString)), reports[i].Baseline);
        }

        html.Write($"</tbody></table></div></section></main>\n</body>\n</html>\n");
        return html.ToString();

        string Say(Text text) => language.Of(text);

        void WriteRow(RunRowDocument row, string? page, ReportComparison? baseline)
        {
            html.Write($"<tr class=\"{KebabCase.Of(row.Verdict)}\"><td>");
            if (page is null)
            {
                html.Write($"{row.Name}");
            }
            else
            {
                html.Write($"<a href=\"{page}\">{row.Name}</a>");
            }

            string change = row.Finding is { } named && baseline is not null ? $" ({Say(ChangeWording.Of(baseline.ChangeOf(named.Id)))})" : string.Empty;
            string finding = row.Finding is { } root ? $"{root.RuleId} {root.Title}{change}" : string.Empty;
            html.Write($"{(row.Path is null ? default : new RawMarkup($"<br><small>{HtmlWriter.Escape(row.Path)}</small>"))}</td><td><span class=\"badge {KebabCase.Of(row.Verdict)}\">{Say(VerdictWording.Of(row.Verdict))}</span></td>");
            html.Write($"<td>{row.Steps.ToString("N0", CultureInfo.InvariantCulture)}</td><td>{RunTableWording.Best(row.BestLoss)}</td><td>{RunTableWording.Last(row.LastLoss)}</td><td>{finding}</td><td>{row.WhatToDo}</td></tr>\n");
        }
    }

    private static int Rank(Verdict verdict) => verdict switch { Verdict.Ill => 3, Verdict.Warning => 2, Verdict.Inconclusive => 1, _ => 0 };
}
