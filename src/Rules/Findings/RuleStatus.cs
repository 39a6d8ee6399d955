using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor;

/// <summary>What came of a rule in a run.</summary>
public enum RuleOutcome
{
    /// <summary>It was able to judge and found nothing.</summary>
    Passed,

    /// <summary>It found something.</summary>
    Found,

    /// <summary>It was not able to judge; the reason says why.</summary>
    NotEvaluated,

    /// <summary>It was switched off.</summary>
    Off,
}

/// <summary>What came of a rule in a run, with the reason.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Reason">Why it was not evaluated or is off, and what it found in layers for which it is off; null otherwise.</param>
public sealed record RuleStatus(RuleDescriptor Rule, RuleOutcome Outcome, Text? Reason = null);
