namespace TrainingDoctor.Rules.Triage;

/// <summary>Decides which finding is the root of a story, which follow from it, and what the verdict is.</summary>
internal static class FindingTriage
{
    private const long MinimumSlack = 50;

    public static RunDiagnosis Order(IReadOnlyList<Finding> findings, IReadOnlyList<RuleStatus> statuses, RunFacts facts)
    {
        // Evaluators need patience before they report, so that a cause may be established a little after its consequence.
        long slack = Math.Max(MinimumSlack, (facts.LastStep - facts.FirstStep) / 10);
        var explained = RaiseRoots([.. findings.Select(finding => finding with { ConsequenceOf = CausalOrder.RootOf(finding, findings, slack)?.Id })]);
        var primary = explained
            .Where(finding => finding.Severity >= Severity.Warning && finding.ConsequenceOf is null)
            .OrderByDescending(finding => finding.Severity)
            .ThenBy(finding => CausalOrder.Rank(finding))
            .ThenBy(finding => finding.FirstStep ?? -1)
            .ThenByDescending(finding => finding.Confidence)
            .FirstOrDefault();
        var ordered = Prescription.Agree(
            [
                .. explained
                    .OrderByDescending(finding => finding.Id == primary?.Id)
                    .ThenByDescending(finding => finding.ConsequenceOf is null)
                    .ThenByDescending(finding => finding.Severity)
                    .ThenBy(finding => CausalOrder.Rank(finding))
                    .ThenBy(finding => finding.FirstStep ?? -1),
            ],
            facts);
        ordered = Situation.Fit(ordered, facts.Run);
        var (verdict, reason) = VerdictJudgement.Of(ordered, statuses, facts);
        return new RunDiagnosis(verdict, primary is null ? null : ordered[0], ordered, statuses, facts) { Reason = reason, Price = TrainingPrice.Of(primary, facts) };
    }

    /// <summary>
    /// What brought an error about is no smaller matter than the error. A root whose severity the user has chosen keeps it; what is more severe then stands for itself.
    /// </summary>
    private static List<Finding> RaiseRoots(List<Finding> findings)
    {
        var raised = findings.ConvertAll(finding => finding.IsSeverityChosen
            ? finding
            : finding with { Severity = findings.Where(other => other.ConsequenceOf == finding.Id).Select(other => other.Severity).Append(finding.Severity).Max() });
        return raised.ConvertAll(finding => raised.Find(root => root.Id == finding.ConsequenceOf) is { } root && root.Severity < finding.Severity
            ? finding with { ConsequenceOf = null }
            : finding);
    }
}
