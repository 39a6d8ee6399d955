using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Host.Advising;

/// <summary>The catalogue for machines.</summary>
internal static class RulesJson
{
    /// <summary>Makes one object of each rule.</summary>
    /// <param name="rules">The rules.</param>
    public static JArray Of(IEnumerable<RuleDescriptor> rules) => new(rules.Select(rule => new JObject
    {
        ["ruleId"] = rule.Id,
        ["rule"] = rule.Name,
        ["category"] = KebabCase.Of(rule.Category),
        ["severity"] = KebabCase.Of(rule.Severity),
        ["summary"] = rule.Summary.ToString(),
        ["inputs"] = new JArray(rule.Inputs.Select(MetricCatalog.NameOf)),
        ["causes"] = new JArray(rule.Causes.Select(cause => KebabCase.Of(cause))),
        ["page"] = rule.Page,
    }));
}
