namespace TrainingDoctor.Cures;

/// <summary>One training of a program, with or without remedies, and how it came out.</summary>
/// <param name="Curve">How it went.</param>
/// <param name="Report">Its report.</param>
/// <param name="Score">Its score.</param>
/// <param name="IsWhole">Whether it was trained to its end.</param>
internal sealed record Trial(TrialCurve Curve, DiagnosisReport Report, TrialScore Score, bool IsWhole)
{
    private const double Good = 0.9;
    private const double LessLoss = 0.95;
    private const double PenaltyForIllness = 1;
    private const double PenaltyForProblem = 0.25;

    /// <summary>Gets by how much the score wavers from one measurement to the next, as a standard deviation; 0 where that was not measured.</summary>
    public double Noise { get; init; }

    /// <summary>Tells whether the problem of an earlier training is gone, and nothing at error has come in its place.</summary>
    /// <param name="before">The earlier training.</param>
    public bool Ends(Trial before) => Report.Verdict != Verdict.Ill && IsRid(before);

    /// <summary>
    /// Tells whether the problem is gone and the score has grown by the margin, or held with less validation loss, or held where there is next to nothing left to gain.
    /// </summary>
    /// <param name="before">The training as it was.</param>
    /// <param name="margin">The margin.</param>
    public bool IsBetterThan(Trial before, double margin)
    {
        double gain = Score.Value - before.Score.Value;
        return Ends(before) && (gain >= MarginOf(before, margin) || (gain >= -margin && (HasLessLossThan(before) || before.Score.Value >= Good)));
    }

    /// <summary>Returns by how much the score must grow to count: the margin, or twice what both waver by where that is more.</summary>
    /// <param name="before">The earlier training.</param>
    /// <param name="margin">The margin.</param>
    public double MarginOf(Trial before, double margin) => Math.Max(margin, 2 * double.Hypot(Noise, before.Noise));

    /// <summary>Gets what decides between trials of equal rank: the last validation loss, or training loss.</summary>
    public double TieBreak => Curve.ValidationLoss ?? Curve.LastLoss ?? double.PositiveInfinity;

    /// <summary>Tells whether a trial helped, though it did not cure: a better score, or an illness that is rid of its first problem and shows the next.</summary>
    /// <param name="before">The training as it was.</param>
    /// <param name="margin">By how much the score must grow.</param>
    public bool HelpedAfter(Trial before, double margin) =>
        Score.Value >= before.Score.Value + MarginOf(before, margin) || (before.Report.Verdict == Verdict.Ill && IsRid(before) && Score.Value >= before.Score.Value - margin);

    /// <summary>Returns what trials are ordered by: the score, with a run that still shows the problem behind others, and one that ends in an error behind all.</summary>
    /// <param name="before">The training as it was.</param>
    public double RankAfter(Trial before) => Score.Value - (Report.Verdict == Verdict.Ill ? PenaltyForIllness : 0) - (Ends(before) ? 0 : PenaltyForProblem);

    /// <summary>Returns the trial of a remedy as reports show it.</summary>
    /// <param name="before">The training as it was.</param>
    /// <param name="candidate">The remedies.</param>
    /// <param name="margin">By how much the score must grow.</param>
    public TrialResult ToResult(Trial before, RemedyCandidate candidate, double margin) => new()
    {
        IsApplied = candidate.Skipped.Count == 0,
        IsCured = Ends(before) && Score.Value >= before.Score.Value - margin,
        JudgedBy = Score.JudgedBy,
        Before = before.Score.Raw,
        After = Score.Raw,
        VerdictAfter = Report.Verdict,
        Steps = Curve.Steps,
        Note = candidate.Skipped.Count == 0 ? null : Text.FromString(string.Join(" ", candidate.Skipped)),
        LossBefore = before.Curve.Loss,
        LossAfter = Curve.Loss,
    };

    /// <summary>Returns what came of a set as reports show it, also where it could not be tried.</summary>
    /// <param name="candidate">The set.</param>
    /// <param name="after">Its trial; null when it could not be applied.</param>
    /// <param name="before">The training as it was.</param>
    /// <param name="margin">By how much the score must grow.</param>
    public static TrialResult ResultOf(RemedyCandidate candidate, Trial? after, Trial before, double margin) => after?.ToResult(before, candidate, margin)
        ?? new TrialResult { IsApplied = false, IsCured = false, Note = Text.FromString(string.Join(" ", candidate.Skipped)) };

    private bool IsRid(Trial before) =>
        Report.Findings.All(finding => finding.Severity < Severity.Warning || finding.Rule.Id != before.Report.Primary?.Rule.Id);

    private bool HasLessLossThan(Trial before) =>
        before.Report.Run.Loss?.Kind == Report.Run.Loss?.Kind && Curve.ValidationLoss is { } after && double.IsFinite(after) && !(after > LessLoss * before.Curve.ValidationLoss);
}
