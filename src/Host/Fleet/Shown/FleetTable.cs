using System.Globalization;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Html;

namespace TrainingDoctor.Host.Fleet.Shown;

/// <summary>All runs in a table, from their summaries: the reports, from which a single host draws its own, are with the hosts that hold the runs.</summary>
internal static class FleetTable
{
    private static readonly string[] Verdicts = ["ill", "warning", "inconclusive", "healthy"];

    /// <summary>Draws the table, the ill runs first.</summary>
    /// <param name="runs">The summaries.</param>
    /// <param name="totals">All runs, those too that are not among them.</param>
    /// <param name="language">The language of the page.</param>
    public static string Render(IReadOnlyList<JObject> runs, RunTotals totals, ReportLanguage language)
    {
        var html = new HtmlWriter();
        string title = totals.SecondsLost < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{totals.Runs} runs, {totals.Ill} ill")
            : string.Create(CultureInfo.InvariantCulture, $"{totals.Runs} runs, {totals.Ill} ill, {totals.SecondsLost / 3600:F1} h lost to illness");
        HtmlPage.WriteHead(html, title, totals.Ill > 0 ? "ill" : totals.Warning > 0 ? "warning" : "healthy", language, language.Of($"Skip to the diagnosis"), isOfRuns: true);
        html.Write($"<header class=\"top wide\"><h1>{title}</h1></header>\n<main id=\"main\" class=\"wide\"><section aria-label=\"{language.Of($"Runs")}\">\n");
        html.Write($"<div class=\"scroll whole\" tabindex=\"0\" role=\"region\" aria-label=\"{language.Of($"Runs")}\"><table class=\"runs\"><thead><tr><th scope=\"col\">Run</th><th scope=\"col\">Verdict</th><th scope=\"col\">Curve</th><th scope=\"col\">Last loss</th><th scope=\"col\">Step</th><th scope=\"col\">Diagnosis</th></tr></thead><tbody>\n");
        foreach (var run in runs.OrderBy(run => Array.IndexOf(Verdicts, (string?)run["verdict"])).ThenBy(run => (long?)run["order"]))
        {
            WriteRow(html, run);
        }

        html.Write($"</tbody></table></div></section></main>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void WriteRow(HtmlWriter html, JObject run)
    {
        // The verdict is one of four words, whatever was written into the database.
        string verdict = Verdicts.FirstOrDefault(known => known == (string?)run["verdict"]) ?? Verdicts[2];
        string id = Uri.EscapeDataString((string?)run["id"] ?? string.Empty);
        html.Write($"<tr class=\"{verdict}\"><td class=\"who\"><a href=\"/#{id}\" target=\"_top\">{(string?)run["name"]}</a></td><td><span class=\"badge {verdict}\">{verdict}</span></td><td class=\"spark\">");
        if ((string?)run["curve"] is { } path)
        {
            html.Write($"<svg viewBox=\"0 0 120 26\" role=\"img\" aria-label=\"loss\"><path class=\"line\" d=\"{path}\"/></svg>");
        }

        html.Write($"</td><td class=\"number\">{Number(run["loss"])}</td><td class=\"number\">{Number(run["step"])}</td><td class=\"says\">{(string?)run["headline"]}{((string?)run["primary"] is { } rule ? $" ({rule})" : string.Empty)}</td></tr>\n");
    }

    private static string Number(JToken? value) => value switch
    {
        { Type: JTokenType.Integer } => ((long)value).ToString("N0", CultureInfo.InvariantCulture),
        { Type: JTokenType.Float } => ((double)value).ToString("G4", CultureInfo.InvariantCulture),
        _ => (string?)value ?? string.Empty,
    };
}
