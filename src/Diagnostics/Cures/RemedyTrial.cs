using TrainingDoctor.Cures;
using TrainingDoctor.Reports;

namespace TrainingDoctor;

/// <summary>
/// Tries remedies on a user's own program: trains it as it is under the monitor, applies the prescribed remedies to fresh copies from the same seed, lets the better half of them
/// go on (successive halving, Jamieson and Talwalkar 2016), and trains the best to the end.
/// </summary>
public static class RemedyTrial
{
    /// <summary>Runs the trials.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">How to try; null for the defaults.</param>
    /// <param name="progress">Is told what is being tried; null for nobody.</param>
    /// <param name="cancellationToken">Ends the trials with an exception.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of bounds.</exception>
    public static Task<RemedyTrialReport> RunAsync(
        ITrainingProgram program, RemedyTrialOptions? options = null, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        options ??= new RemedyTrialOptions();
        options.Validate();

        // Torch's generator of random numbers belongs to the process: trials take turns on one thread.
        return Task.Run(() => new Session(program, options, progress, cancellationToken).Run(), cancellationToken);
    }

    private sealed class Session(ITrainingProgram program, RemedyTrialOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        private const double ClearGain = 20;
        private double _spent;

        public RemedyTrialReport Run()
        {
            progress?.Report("training as it is");
            var before = Train(program, program.Epochs);
            options.OnBaseline?.Invoke(before.Outcome);
            var candidates = RemedyCandidates.Of(before.Report, options.MaximumCandidates);
            var tried = new List<(RemedyCandidate Candidate, Trial? Trial)>();
            var (winner, trial) = candidates.Count == 0 ? default : Choose(candidates, before, tried);
            var results = tried.SelectMany(item => item.Candidate.References.Count == 1 ? [(item.Candidate.References[0], Result(before, item.Trial, item.Candidate))] : Array.Empty<(RemedyReference, TrialResult)>())
                .GroupBy(item => item.Item1)
                .ToDictionary(group => group.Key, group => group.Last().Item2);
            return new RemedyTrialReport(
                before.Report.WithTrials(results),
                trial?.Report,
                winner,
                [.. tried.Select(item => item.Candidate).OrderByDescending(candidate => candidate.Score ?? double.NegativeInfinity)],
                before.Score.Value,
                trial?.Score.Value,
                _spent);
        }

        private (RemedyCandidate? Winner, Trial? Trial) Choose(IReadOnlyList<RemedyCandidate> candidates, Trial before, List<(RemedyCandidate Candidate, Trial? Trial)> tried)
        {
            int epochs = Math.Max(1, (int)Math.Ceiling(options.ShortShare * program.Epochs));
            var field = candidates.Select(candidate => (Candidate: candidate, Trial: (Trial?)null)).ToList();
            while (field.Count > 1 && epochs < program.Epochs)
            {
                field = [.. field.Select(item => TryOut(item.Candidate, epochs)).OrderByDescending(item => item.Trial?.Rank ?? double.NegativeInfinity)];
                tried.AddRange(field);

                // A short trial that ends the problem and gains this much leaves nothing to find out by comparing further.
                bool isClear = field[0].Trial is { } leader && IsBetter(before, leader) && leader.Score.Value >= before.Score.Value + (ClearGain * options.MinimumGain);
                field = [.. field.Take(isClear ? 1 : (field.Count + 1) / 2).Where(item => item.Trial is not null)];
                epochs *= 2;
            }

            foreach (var (candidate, _) in field)
            {
                var full = TryOut(candidate, program.Epochs);
                tried.Add(full);
                if (full.Trial is { } trial && IsBetter(before, trial))
                {
                    return (full.Candidate, trial);
                }
            }

            return (null, null);
        }

        /// <summary>The problem must be gone, nothing at error may have come in its place, and the score must have grown by the stated margin.</summary>
        private bool IsBetter(Trial before, Trial after)
        {
            bool gone = after.Report.Findings.All(finding => finding.Severity < Severity.Warning || finding.Rule.Id != before.Report.Primary!.Rule.Id);
            return gone && after.Report.Verdict != Verdict.Ill && after.Score.Value >= before.Score.Value + options.MinimumGain;
        }

        private (RemedyCandidate Candidate, Trial? Trial) TryOut(RemedyCandidate candidate, int epochs)
        {
            progress?.Report($"trying for {epochs} epochs: {candidate.Title}");
            var plan = RemedyPlan.Of(candidate.Remedies.SelectMany(remedy => remedy.Actions));
            var skipped = plan.Skipped.Select(item => item.Reason).ToList();
            try
            {
                var cured = new CuredProgram(program, plan.Changes);
                var trial = Train(cured, Math.Min(epochs, cured.Epochs));
                return (candidate with { Score = trial.Score.Value, Epochs = epochs, Skipped = skipped }, trial);
            }
            catch (CureNotApplicableException exception)
            {
                return (candidate with { Skipped = [.. skipped, exception.Message] }, null);
            }
        }

        private Trial Train(ITrainingProgram subject, int epochs)
        {
            using var monitoring = new MonitoringObserver(monitor => monitor.Rules = options.Rules, options.Observer);
            var outcome = TrainingLoop.Run(subject, options.Seed, monitoring, epochs, cancellationToken);
            _spent += (double)epochs / program.Epochs;
            return new Trial(outcome, monitoring.Report!, TrialScore.Of(outcome, monitoring.Report!));
        }

        private TrialResult Result(Trial before, Trial? after, RemedyCandidate candidate) => after is null
            ? new TrialResult { IsApplied = false, IsCured = false, Note = Text.FromString(string.Join(" ", candidate.Skipped)) }
            : new TrialResult
            {
                IsApplied = candidate.Skipped.Count == 0,
                IsCured = IsBetter(before, after),
                JudgedBy = after.Score.JudgedBy,
                Before = before.Score.Raw,
                After = after.Score.Raw,
                VerdictAfter = after.Report.Verdict,
                Steps = after.Outcome.Losses.Count,
                Note = candidate.Skipped.Count == 0 ? null : Text.FromString(string.Join(" ", candidate.Skipped)),
                LossBefore = Thin(before.Outcome.Losses),
                LossAfter = Thin(after.Outcome.Losses),
            };

        private static IReadOnlyList<SeriesPoint> Thin(IReadOnlyList<double> losses)
        {
            int stride = Math.Max(1, losses.Count / 200);
            return [.. Enumerable.Range(0, losses.Count).Where(step => step % stride == 0).Select(step => new SeriesPoint(step, losses[step]))];
        }
    }

    private sealed record Trial(TrainingOutcome Outcome, DiagnosisReport Report, TrialScore Score)
    {
        /// <summary>Gets what short trials are ordered by: the score, with a run that ends in an error behind all others.</summary>
        public double Rank => Score.Value - (Report.Verdict == Verdict.Ill ? 1 : 0);
    }
}
