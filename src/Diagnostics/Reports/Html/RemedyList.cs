using TrainingDoctor.Reports.Html.Charts;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports.Html;

/// <summary>The remedies of one finding, with code to copy and what came of trying them.</summary>
internal static class RemedyList
{
    public static void Write(HtmlContext context, FindingDocument finding, bool isOpen)
    {
        if (finding.Remedies.Count == 0)
        {
            return;
        }

        var html = context.Html;
        if (isOpen)
        {
            html.Write($"<h4>{context.Say($"What to do")}</h4>\n");
        }
        else
        {
            html.Write($"<details><summary>{context.Say($"What to do if it persists")}</summary>\n");
        }

        html.Write($"<ol class=\"remedies\">\n");
        foreach (var remedy in finding.Remedies)
        {
            // The first is to be done; what to try after it is a line each until somebody asks.
            bool isFolded = remedy.Rank > 1;
            html.Write($"<li>{(isFolded ? new RawMarkup($"<details><summary>{HtmlWriter.Escape(remedy.Title)}</summary>") : new RawMarkup($"<p class=\"do\">{HtmlWriter.Escape(remedy.Title)}</p>"))}<p>{remedy.Rationale}</p>\n");
            if (remedy.Caveat is { } caveat)
            {
                html.Write($"<p class=\"caveat\">{context.Say($"Caveat: {caveat}")}</p>\n");
            }

            if (remedy.Code is { } code)
            {
                string label = context.Say($"Code for {remedy.Title}");
                html.Write($"<div class=\"code\"><pre tabindex=\"0\" role=\"region\" aria-label=\"{label}, {finding.Id}\"><code>{code.TrimEnd('\n')}</code></pre><button type=\"button\" class=\"copy\" hidden data-done=\"{context.Say($"Copied")}\">{context.Say($"Copy")}</button></div>\n");
            }

            if (remedy.Trial is { } trial)
            {
                WriteTrial(context, trial);
            }

            if (remedy.Sources.Count > 0)
            {
                html.Write($"<p class=\"sources\">{context.Say($"Sources")}: {string.Join("; ", remedy.Sources)}</p>\n");
            }

            html.Write($"{(isFolded ? new RawMarkup("</details>") : default)}</li>\n");
        }

        html.Write($"</ol>\n");
        if (!isOpen)
        {
            html.Write($"</details>\n");
        }
    }

    private static void WriteTrial(HtmlContext context, TrialDocument trial)
    {
        context.Html.Write($"<div class=\"trial {(trial.Cured ? "cured" : "uncured")}\"><p>{context.Say(RunWording.Trial(trial))}</p>\n");
        if (trial.Note is { } note)
        {
            context.Html.Write($"<p>{note}</p>\n");
        }

        var lines = new List<ChartLine>();
        if (trial.LossBefore is { } before)
        {
            lines.Add(new ChartLine(context.Say($"loss before"), before, "s2"));
        }

        if (trial.LossAfter is { } after)
        {
            lines.Add(new ChartLine(context.Say($"loss with the remedy"), after, "s1"));
        }

        if (lines.Count > 0)
        {
            LineChart.Write(context, context.Say($"Loss before and with the remedy"), lines, [], isShared: false);
        }

        context.Html.Write($"</div>\n");
    }
}
