using TrainingDoctor.Rules.Operation;

namespace TrainingDoctor;

/// <summary>The rules of one diagnosis with what was configured for each.</summary>
/// <param name="Rules">The rules, in the order of their IDs.</param>
public sealed record RuleSet(IReadOnlyList<ConfiguredRule> Rules)
{
    /// <summary>Gets every rule of the catalogue with default options.</summary>
    public static RuleSet Default => Of(RuleCatalog.CreateDefault());

    /// <summary>Makes a set of rules that are all on.</summary>
    /// <param name="rules">The rules.</param>
    public static RuleSet Of(IEnumerable<Rule> rules) => new([.. rules.Select(rule => new ConfiguredRule(rule))]);

    /// <summary>Returns the rules with something to hold runs against: what one's own good runs usually do (TD8521).</summary>
    /// <param name="normal">What good runs usually do.</param>
    public RuleSet WithNormal(INormalRuns normal)
    {
        ArgumentNullException.ThrowIfNull(normal);
        return new([.. Rules.Select(configured => configured.Rule is OutsideLearntNormality rule ? configured with { Rule = new OutsideLearntNormality(rule.Options) { Normal = normal } } : configured)]);
    }
}

/// <summary>One rule with what was configured for it.</summary>
/// <param name="Rule">The rule, with its options.</param>
/// <param name="Severity">The severity to report instead of the rule's own; null for its own.</param>
/// <param name="OffReason">Why the rule is off; null when it is on.</param>
public sealed record ConfiguredRule(Rule Rule, Severity? Severity = null, string? OffReason = null)
{
    /// <summary>Gets what differs for some layers; the first that fits a layer holds.</summary>
    public IReadOnlyList<LayerOverride> Overrides { get; init; } = [];

    /// <summary>Returns what holds for a layer or parameter.</summary>
    /// <param name="name">The layer's path or parameter's name.</param>
    public LayerOverride? For(string name) => Overrides.FirstOrDefault(o => o.Matches(name));
}

/// <summary>What differs for some layers.</summary>
/// <param name="Pattern">A layer's path; <c>*</c> stands for any characters, <c>?</c> for one.</param>
/// <param name="Rule">The rule with the options for these layers; null to leave them.</param>
/// <param name="Severity">The severity for these layers; null to leave it.</param>
/// <param name="OffReason">Why the rule is off for these layers; null when it is on.</param>
public sealed record LayerOverride(string Pattern, Rule? Rule = null, Severity? Severity = null, string? OffReason = null)
{
    /// <summary>Tells whether a layer's path fits the pattern.</summary>
    /// <param name="name">The layer's path or parameter's name.</param>
    public bool Matches(string name) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(Pattern, name, ignoreCase: false);
}
