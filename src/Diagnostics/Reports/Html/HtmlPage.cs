using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Serialization;
using TrainingDoctor.Reports.Documents;
using TrainingDoctor.Reports.Html.Charts;
using TrainingDoctor.Reports.Json;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports.Html;

/// <summary>The page as a whole: head, policy, sections in the order in which a person asks: is it ill, why, what to do, and how do you know.</summary>
internal static class HtmlPage
{
    private static readonly string[] ScriptParts = ["page.js", "numbers.js", "measurements.js", "scales.js", "lines.js", "heat.js", "view.js", "fingers.js", "chart.js", "charts.js"];

    private static readonly string[] RunsScriptParts = ["page.js", "numbers.js", "measurements.js", "scales.js", "lines.js", "view.js", "fingers.js", "chart.js", "runs.js"];

    private static readonly string Style = string.Concat(Asset("uPlot.min.css"), "\n", Asset("report.css"), Asset("charts.css"));

    /// <summary>The chart library, then the page's own parts, which share one scope.</summary>
    private static readonly string Script = Together(ScriptParts);

    /// <summary>The page of several runs draws one chart by the same parts.</summary>
    private static readonly string RunsScript = Together(RunsScriptParts);

    private static readonly JsonSerializerSettings PlotSettings = new()
    {
        ContractResolver = new CamelCasePropertyNamesContractResolver { NamingStrategy = new CamelCaseNamingStrategy(processDictionaryKeys: false, overrideSpecifiedNames: true) },
        Converters = { new NumberConverter() },
    };

    public static string Render(ReportDocument report, ReportLanguage language)
    {
        var context = new HtmlContext(report, language);
        var html = context.Html;
        WriteHead(html, $"{context.Say(VerdictWording.Of(report.Verdict))} – {report.Run.Name}", KebabCase.Of(report.Verdict), language, context.Say($"Skip to the diagnosis"));
        VerdictSection.Write(context);
        html.Write($"<main id=\"main\">\n");
        FindingSection.WritePrimary(context);
        CurveSection.Write(context);
        FindingSection.WriteOthers(context);
        HeatMapSection.Write(context);
        LayerSection.Write(context);
        RuleSection.Write(context);
        html.Write($"</main>\n");
        RunSection.Write(context);
        WriteEnd(context);
        return html.ToString();
    }

    /// <summary>Writes a page's head and the beginning of its body.</summary>
    /// <param name="html">Takes the markup.</param>
    /// <param name="title">The title.</param>
    /// <param name="verdict">The verdict that colours the page.</param>
    /// <param name="language">The language.</param>
    /// <param name="skip">The words of the link that leads past the header.</param>
    /// <param name="isOfRuns">Whether it is the page of several runs, which has a script of its own.</param>
    public static void WriteHead(HtmlWriter html, string title, string verdict, ReportLanguage language, string skip, bool isOfRuns = false) => html.Write($"""
        <!DOCTYPE html>
        <html lang="{language.Tag}">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{new RawMarkup(Hash(Style))}'; script-src 'sha256-{new RawMarkup(Hash(isOfRuns ? RunsScript : Script))}'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="generator" content="Training Doctor {ReportDocumentBuilder.ToolVersion}">
        <meta name="color-scheme" content="light dark">
        <title>{title} – Training Doctor</title>
        <style>{new RawMarkup(Style)}</style>
        </head>
        <body class="verdict-{verdict}">
        <a class="skip" href="#main">{skip}</a>

        """);

    /// <summary>Writes the bar above all: the product's name, and the choice between light and dark, which the page's script expects.</summary>
    /// <param name="html">Takes the markup.</param>
    /// <param name="language">The language.</param>
    public static void WriteBar(HtmlWriter html, ReportLanguage language) => html.Write($"""
        <div class="bar"><span class="brand"><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d="M2 13h5l2.5-7 4 14 3-10 1.5 3h4" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg> Training Doctor</span>
        <button type="button" id="theme" hidden data-light="{language.Of($"Light")}">{language.Of($"Dark")}</button></div>

        """);

    /// <summary>Writes what the script draws, the script, and the end of the page.</summary>
    /// <param name="context">The page.</param>
    public static void WriteEnd(HtmlContext context)
    {
        var epochs = context.RunCurve(Metric.Epoch);
        var page = new
        {
            words = ChartControls.Words(context.Language),
            onset = context.Onset,
            epochs = epochs is null ? null : new { epochs.Steps, epochs.Values },
            times = RunClock.Of(context.RunCurve(Metric.Elapsed)) is { } clock ? new { clock.Steps, clock.Values } : null,
            plots = context.Plots,
        };
        WriteEnd(context.Html, "plots", page, Script);
    }

    /// <summary>Writes what the script of the page of several runs is told, the script, and the end of the page.</summary>
    /// <param name="html">Takes the markup.</param>
    /// <param name="runs">The curves of the runs.</param>
    public static void WriteEndOfRuns(HtmlWriter html, object runs) => WriteEnd(html, "runs-data", runs, RunsScript);

    private static void WriteEnd(HtmlWriter html, string id, object told, string script)
    {
        string data = JsonConvert.SerializeObject(told, PlotSettings).Replace("<", "\\u003c", StringComparison.Ordinal);
        html.Write($"<script type=\"application/json\" id=\"{id}\">{new RawMarkup(data)}</script>\n<script>{new RawMarkup(script)}</script>\n</body>\n</html>\n");
    }

    private static string Together(string[] parts) => string.Concat(
        ["/*!\n", Asset("LICENSE"), "*/\n", Asset("uPlot.iife.min.js"), "\n(() => {\n\"use strict\";\n", .. parts.Select(Asset), "})();\n"]);

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Asset(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"TrainingDoctor.Reports.Html.{name}")
            ?? throw new InvalidOperationException($"The asset {name} is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
