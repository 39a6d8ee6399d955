using TrainingDoctor.Rules.Activations;

namespace TrainingDoctor.Tests.Triage;

/// <summary>Findings as triage is given them, with nothing in them but what a test is about.</summary>
internal static class SomeFinding
{
    /// <summary>Makes a finding.</summary>
    /// <param name="id">Its identity, e.g. <c>F1</c>.</param>
    /// <param name="rule">The rule's ID; that of a rule which nobody knows stands for a rule of one's own.</param>
    /// <param name="severity">Its severity.</param>
    /// <param name="step">The step at which it was established.</param>
    public static Finding Of(string id, string rule, Severity severity = Severity.Warning, long? step = 10) => new()
    {
        Id = id,
        Rule = RuleCatalog.Find(rule)?.Descriptor ?? DeadUnits.Metadata with { Id = rule },
        Severity = severity,
        Confidence = 0.9,
        Title = $"{rule}",
        Message = $"{rule}",
        FirstStep = step,
        LastStep = step,
        Evidence = [],
        Causes = [],
        Remedies = [],
    };

    /// <summary>Makes a remedy of one change.</summary>
    public static Remedy Remedy(string title, params RemedyAction[] actions) => new() { Title = $"{title}", Actions = actions, Rationale = $"{title}" };
}
