using TrainingDoctor.Reports.Html.Charts;

namespace TrainingDoctor.Reports.Wording;

/// <summary>What was not evaluated, in one line.</summary>
internal static class NeedWording
{
    /// <summary>Returns how many rules were not evaluated and for lack of what; null when all were.</summary>
    /// <param name="rules">What came of the rules.</param>
    /// <param name="language">The language.</param>
    public static Text? Of(IReadOnlyList<RuleStatusDocument> rules, ReportLanguage language)
    {
        var groups = rules.Where(rule => rule.Needs is not null).GroupBy(rule => rule.Needs!.Value).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).ToList();
        string lacking = string.Join(", ", groups.Select(group => language.Of($"{Of(group.Key)} {group.Count()}")));
        int unjudged = groups.Sum(group => group.Count());
        return unjudged switch
        {
            0 => null,
            1 => $"1 rule of {rules.Count} was not evaluated, for lack of: {lacking}.",
            _ => $"{unjudged} rules of {rules.Count} were not evaluated, for lack of: {lacking}.",
        };
    }

    private static Text Of(RuleNeed need) => need switch
    {
        RuleNeed.Layers => $"layers",
        RuleNeed.Gradients => $"gradients",
        RuleNeed.Weights => $"weights and updates",
        RuleNeed.Data => $"inputs and targets",
        RuleNeed.Validation => $"a validation",
        RuleNeed.Curves => $"losses and scores",
        RuleNeed.Settings => $"learning rate or other settings",
        RuleNeed.Structure => $"the model's structure",
        RuleNeed.Ranks => $"several ranks",
        RuleNeed.Measurements => $"more measurements, or a run of another kind",
        RuleNeed.SwitchedOff => $"permission (switched off)",
        _ => throw new ArgumentOutOfRangeException(nameof(need), need, "The need has no wording."),
    };
}
