using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Triage;

/// <summary>
/// The verdict over a run. Healthy is said only where the rules that matter for this kind of run were able to judge: the loss curve for every run that trains, the layers for one whose model is known, and
/// how output and loss fit where the loss was given.
/// </summary>
internal static class VerdictJudgement
{
    /// <summary>Judges a run.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="statuses">What came of each rule.</param>
    /// <param name="facts">What was measured.</param>
    /// <returns>The verdict, and why nothing can be said where it is inconclusive.</returns>
    public static (Verdict Verdict, Text? Reason) Of(IReadOnlyList<Finding> findings, IReadOnlyList<RuleStatus> statuses, RunFacts facts)
    {
        var worst = findings.Select(finding => finding.Severity).DefaultIfEmpty(Severity.Info).Max();
        return worst switch
        {
            Severity.Error => (Verdict.Ill, null),
            Severity.Warning => (Verdict.Warning, null),
            _ => WhyInconclusive(statuses, facts) is { } reason ? (Verdict.Inconclusive, reason) : (Verdict.Healthy, null),
        };
    }

    private static Text? WhyInconclusive(IReadOnlyList<RuleStatus> statuses, RunFacts facts)
    {
        if (facts.Run.Preflight is not null)
        {
            // Nothing was trained, so that there is no curve: learning one batch by heart stands for it.
            if (!facts.Has(Metric.LearntLoss))
            {
                return $"Too little was measured to judge: whether the batch can be memorised is not known.";
            }
        }
        else if (TaskProfile.Of(facts.Run.Task) is { Judges.Count: > 0 } profile)
        {
            var judges = statuses.Where(status => profile.Judges.Contains(status.Rule.Id)).ToList();
            if (!judges.Exists(IsJudged))
            {
                return judges.Count == 0 ? (Text)$"Too little was measured to judge: no rule could look at the loss curve."
                    : $"Too little was measured to judge: for this kind of training {judges[0].Rule.Name} must be able to, but {judges[0].Reason ?? (Text)$"it could not"}.";
            }
        }
        else if (!statuses.Any(IsJudgedLossRule))
        {
            return $"Too little was measured to judge: no rule could look at the loss curve.";
        }

        var leaves = facts.Run.Model?.Leaves.ToList() ?? [];
        int seen = leaves.Count(layer => facts.WasSeen(layer.Path));
        if (leaves.Count > 0 && seen == 0)
        {
            return $"None of the {leaves.Count} layers were seen, so that nothing can be said about them. The loss curve alone shows nothing at warning or above.";
        }

        return 2 * seen < leaves.Count ? (Text)$"Only {seen} of {leaves.Count} layers were seen, so that nothing can be said about the others. What was seen shows nothing at warning or above."
            : facts.Run.Loss is { Kind: not LossKind.Other } && statuses.FirstOrDefault(status => status is { Rule.Id: "TD7001", Outcome: RuleOutcome.NotEvaluated }) is { Reason: { } unknown }
                ? (Text)$"Nothing at warning or above was found, but how the output fits the loss could not be judged: {unknown}"
            : null;
    }

    /// <summary>A run whose loss curve no rule could judge is not known to be healthy. Some rules need a few values only.</summary>
    private static bool IsJudgedLossRule(RuleStatus status) =>
        status.Rule.Category == RuleCategory.Loss && status.Rule.Id is not ("TD4001" or "TD4008" or "TD4009") && IsJudged(status);

    private static bool IsJudged(RuleStatus status) => status.Outcome is RuleOutcome.Passed or RuleOutcome.Found;
}
