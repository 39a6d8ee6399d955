using Newtonsoft.Json.Linq;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Host.Agents;

/// <summary>A report as an agent is given it: the same fields as the JSON report, the sentence first, and no more than a conversation has room for.</summary>
internal static class ShortReport
{
    private const int MostRemedies = 3;
    private const int MostCauses = 3;
    private const int MostLayers = 5;

    /// <summary>Shortens the reports of a call.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="isWhole">Whether nothing but the curves is left out.</param>
    /// <returns>One report, or the sentences of several with each of them.</returns>
    public static JObject Of(IReadOnlyList<DiagnosisReport> reports, bool isWhole) => reports.Count == 1
        ? Of(reports[0], isWhole)
        : new JObject
        {
            ["summary"] = $"{reports.Count} runs: {string.Join(", ", reports.GroupBy(report => report.Verdict).OrderByDescending(group => group.Key).Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}"))}.",
            ["runs"] = new JArray(reports.Select(report => Of(report, isWhole))),
        };

    private static JObject Of(DiagnosisReport report, bool isWhole)
    {
        var whole = JObject.Parse(report.WithoutSeries().ToJson());
        var told = new JObject { ["summary"] = whole["summary"] };
        if (isWhole)
        {
            whole.Remove("summary");
            told.Merge(whole);
            return told;
        }

        told["verdict"] = whole["verdict"];
        told["run"] = Only(whole["run"], "name", "path", "source", "framework", "situation", "task", "steps", "epochs", "layers", "durationSeconds");
        told["price"] = whole["price"];
        told["findings"] = new JArray(whole["findings"]!.Where(finding => finding["consequenceOf"]!.Type == JTokenType.Null).Select(Finding));
        told["consequences"] = new JArray(whole["findings"]!.Where(finding => finding["consequenceOf"]!.Type != JTokenType.Null)
            .Select(finding => Only(finding, "id", "ruleId", "rule", "severity", "title", "consequenceOf")));
        told["cannotTell"] = whole["cannotTell"];
        told["log"] = Only(whole["log"], "format", "unmapped", "damage", "notes");
        told["rulesNotEvaluated"] = report.Rules.Count(rule => rule.Outcome == RuleOutcome.NotEvaluated);
        return WithoutEmpty(told);
    }

    private static JObject Finding(JToken finding)
    {
        var told = Only(finding, "id", "ruleId", "rule", "severity", "confidence", "title", "message", "firstStep", "lastStep", "location");
        told["layers"] = new JArray(finding["layers"]!.Take(MostLayers));
        told["causes"] = new JArray(finding["causes"]!.Take(MostCauses).Select(cause => Only(cause, "cause", "likelihood")));
        told["remedies"] = new JArray(finding["remedies"]!.Take(MostRemedies).Select(remedy => Only(remedy, "title", "rationale", "caveat", "framework", "language", "code", "actions")));
        return WithoutEmpty(told);
    }

    private static JObject Only(JToken? all, params string[] names)
    {
        var some = new JObject();
        foreach (string name in all is JObject ? names : [])
        {
            some[name] = all![name];
        }

        return WithoutEmpty(some);
    }

    private static JObject WithoutEmpty(JObject some)
    {
        foreach (var property in some.Properties().Where(property => property.Value.Type == JTokenType.Null || property.Value is JContainer { Count: 0 }).ToList())
        {
            property.Remove();
        }

        return some;
    }
}
