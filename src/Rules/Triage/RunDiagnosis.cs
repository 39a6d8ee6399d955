namespace TrainingDoctor;

/// <summary>What the rules found in one run.</summary>
/// <param name="Verdict">The judgement as a whole.</param>
/// <param name="Primary">The finding judged the root of the others; null when nothing at warning or above was found.</param>
/// <param name="Findings">All findings, the primary first, consequences behind what they follow from.</param>
/// <param name="Rules">What came of each rule.</param>
/// <param name="Facts">The summaries of everything measured.</param>
public sealed record RunDiagnosis(Verdict Verdict, Finding? Primary, IReadOnlyList<Finding> Findings, IReadOnlyList<RuleStatus> Rules, RunFacts Facts)
{
    /// <summary>Gets why the verdict is inconclusive; null for any other verdict.</summary>
    public Text? Reason { get; init; }

    /// <summary>Gets what the illness cost; null when nothing was found, or little was lost.</summary>
    public TrainingPrice? Price { get; init; }
}
