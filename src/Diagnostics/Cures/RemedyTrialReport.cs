namespace TrainingDoctor;

/// <summary>What came of trying remedies on a program.</summary>
/// <param name="Before">The report of the program as it is, with the trials beside its remedies.</param>
/// <param name="After">The report with the winning remedies; null when none was better.</param>
/// <param name="Winner">The winning set; null when none was better.</param>
/// <param name="Candidates">Every set that was tried, best first.</param>
/// <param name="ScoreBefore">The score of the program as it is: accuracy, or how far the loss lies below that of a constant answer.</param>
/// <param name="ScoreAfter">The score with the winning remedies.</param>
/// <param name="TrainingsSpent">What it cost, in whole trainings, the first included.</param>
public sealed record RemedyTrialReport(
    DiagnosisReport Before,
    DiagnosisReport? After,
    RemedyCandidate? Winner,
    IReadOnlyList<RemedyCandidate> Candidates,
    double ScoreBefore,
    double? ScoreAfter,
    double TrainingsSpent)
{
    /// <summary>Gets a value indicating whether remedies were found that end the problem and do not worsen the score.</summary>
    public bool IsCured => Winner is not null;
}
