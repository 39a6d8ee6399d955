using System.Globalization;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports.Html;

/// <summary>The findings: what was measured, what lies behind it, what to do, and what follows from it.</summary>
internal static class FindingSection
{
    public static void WritePrimary(HtmlContext context)
    {
        if (context.Report.Findings.FirstOrDefault(finding => finding.Id == context.Report.Primary) is not { } primary)
        {
            return;
        }

        context.Html.Write($"<section aria-labelledby=\"story\" class=\"story\"><h2 id=\"story\">{context.Say($"What happened")}</h2>\n");
        WriteWithConsequences(context, primary, isPrimary: true);
        context.Html.Write($"</section>\n");
    }

    public static void WriteOthers(HtmlContext context)
    {
        var findings = context.Report.Findings;
        var roots = findings.Where(finding => finding.Id != context.Report.Primary && findings.All(other => other.Id != finding.ConsequenceOf)).ToList();
        if (roots.Count == 0)
        {
            return;
        }

        context.Html.Write($"<section aria-labelledby=\"others\"><h2 id=\"others\">{(context.Report.Primary is null ? context.Say($"Info") : context.Say($"What else was found"))}</h2>\n");
        foreach (var finding in roots)
        {
            WriteWithConsequences(context, finding, isPrimary: false);
        }

        context.Html.Write($"</section>\n");
    }

    private static void WriteWithConsequences(HtmlContext context, FindingDocument finding, bool isPrimary)
    {
        WriteFinding(context, finding, isPrimary);
        var consequences = context.Report.Findings.Where(other => other.ConsequenceOf == finding.Id && other.Id != finding.Id).ToList();
        if (consequences.Count == 0)
        {
            return;
        }

        context.Html.Write($"<div class=\"consequences\"><h3>{context.Say($"What follows from it")}</h3>\n");
        foreach (var consequence in consequences)
        {
            string steps = RunWording.Steps(consequence) is { } where ? $" · {context.Say(where)}" : string.Empty;
            context.Html.Write($"<details class=\"consequence {KebabCase.Of(consequence.Severity)}\"><summary><b>{context.Say(VerdictWording.Of(consequence.Severity))}</b> {consequence.Title}<small>{steps}</small></summary>\n");
            WriteWithConsequences(context, consequence, isPrimary: false);
            context.Html.Write($"</details>\n");
        }

        context.Html.Write($"</div>\n");
    }

    private static void WriteFinding(HtmlContext context, FindingDocument finding, bool isPrimary)
    {
        var html = context.Html;
        string steps = RunWording.Steps(finding) is { } where ? context.Say(where) : context.Say($"structure");
        string change = context.Report.Baseline?.ChangeOf(finding.Id) is { } state ? context.Say(ChangeWording.Of(state)) : string.Empty;
        html.Write($"""
            <article class="finding {KebabCase.Of(finding.Severity)}{(isPrimary ? " primary" : string.Empty)}" id="{finding.Id}" aria-labelledby="{finding.Id}-title">
            <p class="meta"><span class="severity">{context.Say(VerdictWording.Of(finding.Severity))}</span><span class="rule">{finding.RuleId} {finding.Rule}</span><span>{steps}</span><span>{context.Say($"confidence {finding.Confidence:P0}")}</span>{(change.Length > 0 ? new RawMarkup($"<span class=\"change\">{HtmlWriter.Escape(change)}</span>") : default)}</p>
            <h3 id="{finding.Id}-title">{finding.Title}</h3>

            """);
        html.Write($"<div class=\"flow\">\n<div class=\"measured\"><h4>{context.Say($"What was measured")}</h4><p>{finding.Message}</p>\n");
        WriteLayers(context, finding);
        WritePlace(context, finding);
        WriteEvidence(context, finding);
        html.Write($"</div>\n");
        if (finding.Causes.Count > 0)
        {
            html.Write($"<div class=\"causes\"><h4>{context.Say($"Likely cause")}</h4><ul>\n");
            foreach (var cause in finding.Causes)
            {
                string share = cause.Likelihood.ToString("P0", CultureInfo.InvariantCulture);
                html.Write($"<li><span>{context.Say(CauseWording.Of(cause.Cause))}</span> <b>{share}</b><meter min=\"0\" max=\"1\" value=\"{cause.Likelihood}\" aria-label=\"{context.Say(CauseWording.Of(cause.Cause))}\">{share}</meter></li>\n");
            }

            html.Write($"</ul></div>\n");
        }

        html.Write($"</div>\n");
        RemedyList.Write(context, finding, isOpen: finding.ConsequenceOf is null);
        html.Write($"</article>\n");
    }

    private static void WritePlace(HtmlContext context, FindingDocument finding)
    {
        if (finding.Location is { } place)
        {
            context.Html.Write($"<p>{context.Say(PlaceWording.Of(place))}</p>\n");
        }

        if (finding.Analyzer is { } analyzer)
        {
            context.Html.Write($"<p>{context.Say(PlaceWording.AtBuild(analyzer))}</p>\n");
        }
    }

    private static void WriteLayers(HtmlContext context, FindingDocument finding)
    {
        if (finding.Layers.Count == 0)
        {
            return;
        }

        const int Shown = 8;
        context.Html.Write($"<ul class=\"layers\" aria-label=\"{context.Say($"Layers")}\">");
        foreach (string layer in finding.Layers.Take(Shown))
        {
            context.Html.Write($"<li><code>{layer}</code></li>");
        }

        context.Html.Write($"</ul>\n");
        if (finding.Layers.Count > Shown)
        {
            context.Html.Write($"<details><summary>{context.Say($"{finding.Layers.Count - Shown} more layers")}</summary><ul class=\"layers\">");
            foreach (string layer in finding.Layers.Skip(Shown))
            {
                context.Html.Write($"<li><code>{layer}</code></li>");
            }

            context.Html.Write($"</ul></details>\n");
        }
    }

    private static void WriteEvidence(HtmlContext context, FindingDocument finding)
    {
        if (finding.Evidence.Count == 0)
        {
            return;
        }

        const int Shown = 100;
        context.Html.Write($"<details class=\"evidence\"><summary>{context.Say($"Evidence")}</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{context.Say($"Evidence")} {finding.Id}\"><table><thead><tr><th scope=\"col\">{context.Say($"Metric")}</th><th scope=\"col\">{context.Say($"Layer")}</th><th scope=\"col\">{context.Say($"Step")}</th><th scope=\"col\">{context.Say($"Value")}</th><th scope=\"col\">{context.Say($"Limit")}</th></tr></thead><tbody>\n");
        foreach (var evidence in finding.Evidence.Take(Shown))
        {
            string step = evidence.Step?.ToString(CultureInfo.InvariantCulture) ?? "–";
            string limit = evidence.Limit is { } value ? $"{evidence.Comparison} {Numbers.Short(value)}" : "–";
            context.Html.Write($"<tr><td>{evidence.Metric}</td><td>{evidence.Layer ?? "–"}</td><td>{step}</td><td>{Numbers.Short(evidence.Value)}</td><td>{limit}</td></tr>\n");
        }

        context.Html.Write($"</tbody></table></div></details>\n");
    }
}
