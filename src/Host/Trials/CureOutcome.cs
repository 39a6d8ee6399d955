using TrainingDoctor.Cures;
using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Host.Trials;

/// <summary>What came of trying to cure a command.</summary>
/// <param name="AsItIs">The training as it is.</param>
/// <param name="Report">Its report, with the trials beside its remedies.</param>
/// <param name="Winner">The winning set; null when none was better.</param>
/// <param name="WinningRun">Its run; null when none was better, and where the training as it is told what an earlier end gives.</param>
/// <param name="After">How it came out; null when none was better.</param>
/// <param name="Confirmation">What another seed said of it.</param>
/// <param name="Tried">Every set that was tried, best first.</param>
/// <param name="Runs">Everything that was run.</param>
/// <param name="TrainingsSpent">What it cost, in whole trainings.</param>
internal sealed record CureOutcome(
    AsItIs AsItIs,
    DiagnosisReport Report,
    RemedyCandidate? Winner,
    TrialRun? WinningRun,
    Trial? After,
    Confirmation Confirmation,
    IReadOnlyList<RemedyCandidate> Tried,
    IReadOnlyList<TrialRun> Runs,
    double TrainingsSpent)
{
    /// <summary>Gets a value indicating whether the trials were ended from outside.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Gets a value indicating whether the time was over before the trials were.</summary>
    public bool IsOutOfTime { get; init; }

    /// <summary>Gets the set that a second seed refuted; null when there was none.</summary>
    public RemedyCandidate? Refuted { get; init; }

    /// <summary>Gets what could not be treated from outside, for want of knobs; empty where there was no such thing.</summary>
    public IReadOnlyList<string> OutOfReach { get; init; } = [];
}

/// <summary>What a second seed said of what won.</summary>
internal enum Confirmation
{
    /// <summary>It was not asked.</summary>
    NotAsked,

    /// <summary>The gain came again.</summary>
    Confirmed,

    /// <summary>The gain did not come again.</summary>
    Refuted,

    /// <summary>No seed can be set from outside.</summary>
    NoSeed,

    /// <summary>The budget did not allow it.</summary>
    NoBudget,
}
