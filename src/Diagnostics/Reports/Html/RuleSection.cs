using TrainingDoctor.Reports.Wording;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Reports.Html;

/// <summary>What was not judged and why, and what passed.</summary>
internal static class RuleSection
{
    public static void Write(HtmlContext context)
    {
        var (html, rules) = (context.Html, context.Report.Rules);
        html.Write($"<section aria-labelledby=\"rules\"><h2 id=\"rules\">{context.Say($"What was not evaluated")}</h2>\n");
        var unjudged = rules.Where(rule => rule.Status is RuleOutcome.NotEvaluated or RuleOutcome.Off).ToList();
        if (unjudged.Count == 0)
        {
            html.Write($"<p>{context.Say($"Every rule could judge.")}</p>\n");
        }
        else
        {
            html.Write($"<p>{context.Say($"What was not measured is not known to be healthy.")}</p>\n<details><summary>{context.Say(NeedWording.Of(rules, context.Language)!)}</summary><div class=\"scroll whole\" tabindex=\"0\" role=\"region\" aria-label=\"{context.Say($"Why not evaluated")}\"><table class=\"reasons\"><thead><tr><th scope=\"col\">{context.Say($"Why not evaluated")}</th><th scope=\"col\">{context.Say($"Rules")}</th></tr></thead><tbody>\n");
            foreach (var group in unjudged.GroupBy(rule => rule.Reason ?? string.Empty).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal))
            {
                html.Write($"<tr><td>{group.Key}</td><td>{string.Join(", ", group.Select(rule => $"{rule.RuleId} {rule.Rule}"))}</td></tr>\n");
            }

            html.Write($"</tbody></table></div></details>\n");
        }

        var passed = rules.Where(rule => rule.Status == RuleOutcome.Passed).ToList();
        if (passed.Count > 0)
        {
            html.Write($"<details><summary>{context.Say($"{passed.Count} rules passed")}</summary><p>{string.Join(", ", passed.Select(rule => $"{rule.RuleId} {rule.Rule}"))}</p></details>\n");
        }

        html.Write($"</section>\n");
    }
}
