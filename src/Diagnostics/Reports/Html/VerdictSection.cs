using TrainingDoctor.Reports.Wording;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Reports.Html;

/// <summary>The top of the page: the verdict, and what was looked at.</summary>
internal static class VerdictSection
{
    public static void Write(HtmlContext context)
    {
        var (report, html) = (context.Report, context.Html);
        html.Write($"<header class=\"top\">\n");
        HtmlPage.WriteBar(html, context.Language);
        html.Write($"""
            <p class="verdict"><span class="badge">{context.Say(VerdictWording.Of(report.Verdict))}</span> <span class="run-name">{report.Run.Name}</span></p>
            <h1>{report.Summary ?? context.Say(VerdictWording.Explain(report.Verdict))}</h1>

            """);
        OnsetChart.Write(context);
        if ((report.Price?.Text ?? report.VerdictReason) is { } more && more != report.Summary)
        {
            html.Write($"<p class=\"lead\">{more}</p>\n");
        }

        html.Write($"<ul class=\"facts\">");
        foreach (var fact in RunWording.Facts(report.Run))
        {
            html.Write($"<li>{context.Say(fact)}</li>");
        }

        foreach (var origin in RunWording.Origin(report.Run))
        {
            html.Write($"<li>{context.Say(origin)}</li>");
        }

        html.Write($"</ul>\n");
        if (report.Verdict == Verdict.Healthy)
        {
            html.Write($"<p class=\"note\">{context.Say($"Looked at: {string.Join(", ", report.Examined)}.")}</p>\n<p class=\"note\">{context.Say($"What this run can't show: {string.Join("; ", report.CannotTell)}.")}</p>\n");
        }

        WriteCounts(context);
        if (report.Baseline is { Fixed.Count: > 0 } baseline)
        {
            html.Write($"<p class=\"note\">{context.Say($"Fixed since the baseline")}: {string.Join("; ", baseline.Fixed.Select(gone => $"{gone.RuleId} {gone.Rule}: {gone.Title}"))}</p>\n");
        }

        if (report.VerdictReason is null && report.Coverage is { Silent.Count: > 0 } coverage)
        {
            html.Write($"<p class=\"note\">{context.Say(RunWording.Seen(coverage))}</p>\n");
        }

        if (report.Log is { Damage.Count: > 0 } log)
        {
            html.Write($"<p class=\"note\">{context.Say($"The log is damaged in {log.Damage.Count} place(s); what could be read was read.")}</p>\n");
        }

        html.Write($"</header>\n");
    }

    private static void WriteCounts(HtmlContext context)
    {
        var report = context.Report;
        int passed = report.Rules.Count(rule => rule.Status == RuleOutcome.Passed);
        int unjudged = report.Rules.Count(rule => rule.Status is RuleOutcome.NotEvaluated or RuleOutcome.Off);
        context.Html.Write($"<ul class=\"counts\">");
        foreach (var severity in new[] { Severity.Error, Severity.Warning, Severity.Info })
        {
            long count = report.Findings.Count(finding => finding.Severity == severity);
            if (count > 0)
            {
                context.Html.Write($"<li class=\"{KebabCase.Of(severity)}\"><b>{count}</b> {context.Say(VerdictWording.Of(severity, count))}</li>");
            }
        }

        context.Html.Write($"<li><b>{(long)passed}</b> {context.Say($"rules passed")}</li><li><b>{(long)unjudged}</b> <a href=\"#rules\">{context.Say($"not evaluated")}</a></li></ul>\n");
    }
}
