using TrainingDoctor.Reports.Html.Charts;

namespace TrainingDoctor.Reports.Documents;

/// <summary>Finds out what a rule that was not evaluated would have needed: the first of its inputs that the run never had.</summary>
internal static class RuleNeeds
{
    /// <summary>Returns what the rule lacked; null when it judged.</summary>
    /// <param name="status">What came of the rule.</param>
    /// <param name="facts">What was measured.</param>
    public static RuleNeed? Of(RuleStatus status, RunFacts facts)
    {
        if (status.Outcome is RuleOutcome.Passed or RuleOutcome.Found)
        {
            return null;
        }

        if (status.Outcome == RuleOutcome.Off)
        {
            return RuleNeed.SwitchedOff;
        }

        if (status.Rule.Category == RuleCategory.Distribution)
        {
            return RuleNeed.Ranks;
        }

        if (status.Rule.Category == RuleCategory.Structure && facts.Run.Model is null)
        {
            return RuleNeed.Structure;
        }

        if (status.Rule.Category == RuleCategory.Operation)
        {
            return RuleNeed.Measurements;
        }

        return status.Rule.Inputs.Where(metric => !facts.Has(metric)).Select(metric => (RuleNeed?)Of(metric)).FirstOrDefault() ?? RuleNeed.Measurements;
    }

    private static RuleNeed Of(Metric metric)
    {
        string name = metric.ToString();
        if (name.Contains("Gradient", StringComparison.Ordinal))
        {
            return RuleNeed.Gradients;
        }

        if (name.StartsWith("Validation", StringComparison.Ordinal))
        {
            return RuleNeed.Validation;
        }

        if (name.StartsWith("Input", StringComparison.Ordinal) || name.StartsWith("Target", StringComparison.Ordinal))
        {
            return RuleNeed.Data;
        }

        if (name.StartsWith("Rank", StringComparison.Ordinal))
        {
            return RuleNeed.Ranks;
        }

        return MetricCatalog.Describe(metric).Scope switch
        {
            ScopeKind.Layer => RuleNeed.Layers,
            ScopeKind.Parameter => RuleNeed.Weights,
            _ when name.Contains("Weight", StringComparison.Ordinal) || name.Contains("Update", StringComparison.Ordinal) => RuleNeed.Weights,
            _ => metric is Metric.Loss or Metric.Accuracy or Metric.Error or Metric.Reward ? RuleNeed.Curves : RuleNeed.Settings,
        };
    }
}
