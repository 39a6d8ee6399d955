namespace TrainingDoctor.Triage;

/// <summary>Decides which finding is the root of a story, which follow from it, and what the verdict is.</summary>
internal static class FindingTriage
{
    private const long MinimumSlack = 50;

    public static RunDiagnosis Order(IReadOnlyList<Finding> findings, IReadOnlyList<RuleStatus> statuses, RunFacts facts)
    {
        // Evaluators need patience before they report, so that a cause may be established a little after its consequence.
        long slack = Math.Max(MinimumSlack, (facts.LastStep - facts.FirstStep) / 10);
        var explained = findings.Select(finding => finding with { ConsequenceOf = CausalOrder.RootOf(finding, findings, slack)?.Id }).ToList();
        var primary = explained
            .Where(finding => finding.Severity >= Severity.Warning && finding.ConsequenceOf is null)
            .OrderByDescending(finding => finding.Severity)
            .ThenBy(finding => CausalOrder.Rank(finding))
            .ThenBy(finding => finding.FirstStep ?? -1)
            .ThenByDescending(finding => finding.Confidence)
            .FirstOrDefault();
        var ordered = explained
            .OrderByDescending(finding => finding.Id == primary?.Id)
            .ThenByDescending(finding => finding.ConsequenceOf is null)
            .ThenByDescending(finding => finding.Severity)
            .ThenBy(finding => CausalOrder.Rank(finding))
            .ThenBy(finding => finding.FirstStep ?? -1)
            .ToList();
        return new RunDiagnosis(Judge(ordered, statuses), primary, ordered, statuses, facts);
    }

    private static Verdict Judge(List<Finding> findings, IReadOnlyList<RuleStatus> statuses)
    {
        var worst = findings.Select(finding => finding.Severity).DefaultIfEmpty(Severity.Info).Max();
        return worst switch
        {
            Severity.Error => Verdict.Ill,
            Severity.Warning => Verdict.Warning,
            _ => statuses.Any(IsJudgedLossRule) ? Verdict.Healthy : Verdict.Inconclusive,
        };
    }

    /// <summary>A run whose loss curve no rule could judge is not known to be healthy. TD4001 alone needs one value only.</summary>
    private static bool IsJudgedLossRule(RuleStatus status) =>
        status.Rule.Category == RuleCategory.Loss && status.Rule.Id != "TD4001" && status.Outcome is RuleOutcome.Passed or RuleOutcome.Found;
}
