using static TorchSharp.torch;

namespace TrainingDoctor.Cures;

/// <summary>Tries the remedies of one program.</summary>
/// <param name="program">The program.</param>
/// <param name="options">How to try.</param>
/// <param name="progress">Is told what is being tried.</param>
/// <param name="cancellationToken">Ends the trials.</param>
internal sealed class TrialSession(ITrainingProgram program, RemedyTrialOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
{
    private const double ClearGain = 20;
    private readonly List<(RemedyCandidate Candidate, Trial? Trial)> _tried = [];
    private readonly HashSet<string> _titles = [];
    private double _spent;

    /// <summary>Runs the trials.</summary>
    public RemedyTrialReport Run()
    {
        progress?.Report("training as it is");
        var before = Train(program, program.Epochs);
        options.OnBaseline?.Invoke(before.Outcome);
        var (winner, trial) = Cure(before);
        var results = _tried.Where(item => item.Candidate.References.Count == 1)
            .GroupBy(item => item.Candidate.References[0])
            .ToDictionary(group => group.Key, group => Result(before, group.Last().Trial, group.Last().Candidate));
        return new RemedyTrialReport(
            before.Report.WithTrials(results),
            trial?.Report,
            winner,
            [.. _tried.Select(item => item.Candidate).OrderByDescending(candidate => candidate.Score ?? double.NegativeInfinity)],
            before.Score.Value,
            trial?.Score.Value,
            _spent);
    }

    /// <summary>Treats what was found; what is left then, on top of the best so far; and in the end what most networks train well with.</summary>
    private (RemedyCandidate? Winner, Trial? Trial) Cure(Trial before)
    {
        if (before.Report.Primary is null)
        {
            return default;
        }

        var candidates = RemedyCandidates.Of(before.Report, options.MaximumCandidates);
        for (int round = 0; round < options.MaximumRounds && candidates.Count > 0 && _spent < options.Budget; round++)
        {
            _titles.UnionWith(candidates.Select(candidate => candidate.Title));
            if (Choose(candidates, before) is { Trial: not null } chosen)
            {
                return chosen;
            }

            // A run that is healthy now has nothing left to treat, and a score that held is worth having.
            if (Held(before, Verdict.Healthy) is { Trial: not null } healthy)
            {
                return healthy;
            }

            candidates = OnTopOfTheBest(before);
        }

        return Resort(before) is { Trial: not null } resort ? resort : Held(before, Verdict.Warning);
    }

    /// <summary>Returns the remedies of what is left, on top of what helped, never of what did harm.</summary>
    private IReadOnlyList<RemedyCandidate> OnTopOfTheBest(Trial before) =>
        _tried.Where(item => item.Trial is { } trial && trial.HelpedAfter(before, options.MinimumGain))
            .OrderByDescending(item => item.Trial!.IsWhole)
            .ThenByDescending(item => item.Trial!.RankAfter(before))
            .Select(item => (IReadOnlyList<RemedyCandidate>)
            [
                .. RemedyCandidates.Of(item.Trial!.Report, options.MaximumCandidates).Select(item.Candidate.And).Where(candidate => !_titles.Contains(candidate.Title)),
            ])
            .FirstOrDefault(found => found.Count > 0) ?? [];

    private (RemedyCandidate? Winner, Trial? Trial) Resort(Trial before)
    {
        if (!HasTrainingFault(before.Report))
        {
            return default;
        }

        // What ended a fault of data or structure stays, and the rest of the training is set anew around it; a fault of settings goes with the settings.
        bool isOfSettings = before.Report.Primary!.Rule.Category is RuleCategory.Activations or RuleCategory.Gradients or RuleCategory.Loss or RuleCategory.Optimization;
        var ending = _tried.Where(item => !isOfSettings && item.Trial?.Ends(before) == true).OrderByDescending(item => item.Trial!.Score.Value).Select(item => item.Candidate).FirstOrDefault();
        foreach (var candidate in LastResorts.All.TakeWhile(_ => _spent < options.Budget))
        {
            var full = TryOut(ending?.And(candidate) ?? candidate, program.Epochs);
            _tried.Add(full);
            if (full.Trial?.IsBetterThan(before, options.MinimumGain) == true)
            {
                return full;
            }
        }

        return default;
    }

    /// <summary>Returns what ended the problem at a score that is not worse.</summary>
    private (RemedyCandidate? Winner, Trial? Trial) Held(Trial before, Verdict worst) =>
        _tried.Where(item => item.Trial is { IsWhole: true } trial && trial.Report.Verdict <= worst && trial.Ends(before) && trial.Score.Value >= before.Score.Value - options.MinimumGain)
            .OrderByDescending(item => item.Trial!.Score.Value)
            .FirstOrDefault();

    private (RemedyCandidate? Winner, Trial? Trial) Choose(IReadOnlyList<RemedyCandidate> candidates, Trial before)
    {
        int epochs = Math.Max(1, (int)Math.Ceiling(options.ShortShare * program.Epochs));
        var field = candidates.Select(candidate => (Candidate: candidate, Trial: (Trial?)null)).ToList();
        while (field.Count > 1 && epochs < program.Epochs)
        {
            field = [.. field.Select(item => TryOut(item.Candidate, epochs)).OrderByDescending(item => item.Trial?.RankAfter(before) ?? double.NegativeInfinity).ThenBy(item => item.Trial?.TieBreak ?? double.PositiveInfinity)];
            _tried.AddRange(field);
            if (field.Find(item => item.Trial is { IsWhole: true } trial && trial.IsBetterThan(before, options.MinimumGain)) is { Trial: not null } whole)
            {
                // Stopping early is over early.
                return whole;
            }

            // A short trial that ends the problem and gains this much leaves nothing to find out by comparing further.
            bool isClear = field[0].Trial is { } leader && leader.Ends(before) && leader.Score.Value >= before.Score.Value + (ClearGain * options.MinimumGain);
            field = [.. field.Take(isClear ? 1 : (field.Count + 1) / 2).Where(item => item.Trial is not null)];
            epochs *= 2;
        }

        foreach (var (candidate, _) in field)
        {
            var full = TryOut(candidate, program.Epochs);
            _tried.Add(full);
            if (full.Trial?.IsBetterThan(before, options.MinimumGain) == true || _spent >= options.Budget)
            {
                return full.Trial?.IsBetterThan(before, options.MinimumGain) == true ? full : default;
            }
        }

        return default;
    }

    /// <summary>Tells whether the run failed at training, which other settings of the training may mend, and not at its data or its validation.</summary>
    private static bool HasTrainingFault(DiagnosisReport report) => report.Findings.Any(finding => finding.Severity >= Severity.Warning && finding.Rule is
    { Category: RuleCategory.Activations or RuleCategory.Gradients or RuleCategory.Loss or RuleCategory.Optimization or RuleCategory.Structure } or { Name: "underfitting" });

    private (RemedyCandidate Candidate, Trial? Trial) TryOut(RemedyCandidate candidate, int epochs)
    {
        progress?.Report($"trying for {epochs} epochs: {candidate.Title}");
        var plan = RemedyPlan.Of(candidate.Remedies.SelectMany(remedy => remedy.Actions), candidate.IsTolerant);
        var skipped = plan.Skipped.Select(item => item.Reason).ToList();
        try
        {
            var trial = Train(new CuredProgram(program, plan.Changes), epochs);
            return (candidate with { Score = trial.Score.Value, Epochs = epochs, Skipped = skipped, Verdict = trial.Report.Verdict, Primary = trial.Report.Primary?.Rule.Name }, trial);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            // A change that does not fit the program makes it throw whatever it throws: then that remedy is out, and the others are tried.
            return (candidate with { Skipped = [.. skipped, exception.Message.Split('\n')[0]] }, null);
        }
    }

    private Trial Train(ITrainingProgram subject, int epochs)
    {
        int last = Math.Min(epochs, subject.Epochs);
        var scorer = new TrainingScorer(options.Observer);
        using var monitoring = new MonitoringObserver(monitor => monitor.Rules = options.Rules, scorer);
        var outcome = TrainingLoop.Run(subject, options.Seed, monitoring, last, cancellationToken);
        _spent += (double)last / program.Epochs;
        return new Trial(outcome, monitoring.Report!, TrialScore.Of(outcome, monitoring.Report!, scorer.Score, scorer.TargetDeviation), last >= subject.Epochs);
    }

    private TrialResult Result(Trial before, Trial? after, RemedyCandidate candidate) => after?.ToResult(before, candidate, options.MinimumGain)
        ?? new TrialResult { IsApplied = false, IsCured = false, Note = Text.FromString(string.Join(" ", candidate.Skipped)) };

    /// <summary>Scores a program without validation samples on those it was trained on, when its monitor has let go of it, and measures the targets' spread.</summary>
    private sealed class TrainingScorer(ITrainingObserver? next) : ITrainingObserver
    {
        public ValidationScore? Score { get; private set; }

        public double? TargetDeviation { get; private set; }

        public void Started(TrainingState state) => next?.Started(state);

        public void Stepped(TrainingState state, TrainingBatch batch, Tensor loss) => next?.Stepped(state, batch, loss);

        public void Validated(TrainingState state, ValidationScore score) => next?.Validated(state, score);

        public void Completed(TrainingState state)
        {
            next?.Completed(state);
            using var scope = NewDisposeScope();
            if ((state.Data.Validation ?? state.Data.Training).Target is var target && target.is_floating_point())
            {
                TargetDeviation = target.to_type(ScalarType.Float64).std(unbiased: false).item<double>();
            }

            if (state.Data.Validation is null)
            {
                Score = state.ValidateOnTraining();
            }
        }
    }
}
