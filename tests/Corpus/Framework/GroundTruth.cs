namespace TrainingDoctor.Corpus;

/// <summary>What is wrong with a program, known from its source: the answer that a diagnosis is scored against.</summary>
public sealed record GroundTruth
{
    /// <summary>Gets a value indicating whether the program is ill.</summary>
    public required bool IsIll { get; init; }

    /// <summary>Gets the rules any one of which, at warning or error, catches the illness.</summary>
    public IReadOnlyList<string> Expected { get; init; } = [];

    /// <summary>Gets rules that name another real fault of the program: right as a primary diagnosis too.</summary>
    public IReadOnlyList<string> Contributing { get; init; } = [];

    /// <summary>Gets rules that name a consequence: no false alarm, but no primary diagnosis either.</summary>
    public IReadOnlyList<string> Acceptable { get; init; } = [];

    /// <summary>Gets the causes any one of which is a right diagnosis.</summary>
    public IReadOnlyList<Cause> Causes { get; init; } = [];

    /// <summary>Gets the severity from which on a finding counts as having caught it: warning, except for faults that are only hinted at.</summary>
    public Severity CaughtAt { get; init; } = Severity.Warning;

    /// <summary>Gets the step from which on the illness can be seen: 0 for faults of the structure and of the data.</summary>
    public int OnsetStep { get; init; }

    /// <summary>Gets the test that a run must pass to carry this label, e.g. that the illness broke out with this seed; null when every run carries it.</summary>
    public Func<RunOutcome, bool>? HoldsWhen { get; init; }

    /// <summary>Makes the truth of an ill program.</summary>
    /// <param name="causes">The causes any one of which is right.</param>
    /// <param name="expected">The rules any one of which catches it.</param>
    public static GroundTruth Ill(Cause[] causes, params string[] expected) => new() { IsIll = true, Causes = causes, Expected = expected };

    /// <summary>Makes the truth of a healthy program: it learns, by the margin given, more than a constant answer knows, and what it learns holds on other data.</summary>
    /// <param name="skill">The least skill that a run must reach to count as healthy; null when skill has no meaning for it.</param>
    public static GroundTruth Healthy(double? skill = 0.4) => new()
    {
        IsIll = false,
        HoldsWhen = outcome => (skill is not { } least || outcome.Skill >= least) && !(outcome.ValidationDecline < 0.75),
    };

    /// <summary>Restricts an ill label to runs that failed: with a lucky seed the fault does no harm and is no illness.</summary>
    /// <param name="skill">The skill at which a run counts as failed no more.</param>
    public GroundTruth WhenSkillBelow(double skill) => this with { HoldsWhen = outcome => !(outcome.Skill >= skill) };
}
