namespace TrainingDoctor.Cures;

/// <summary>
/// Looks for remedies that mend a training: each round tries the sets that its report prescribes for a short while, lets the better half go on (successive halving), and trains the best to the end. What is
/// left then is treated on top of the best so far, and in the end comes what most networks train well with.
/// </summary>
/// <param name="training">The training.</param>
/// <param name="options">How to try.</param>
internal sealed class RemedySearch(ITrialTraining training, RemedyTrialOptions options)
{
    private const double ClearGain = 20;
    private readonly List<(RemedyCandidate Candidate, Trial? Trial)> _tried = [];
    private readonly HashSet<string> _effects = [];

    /// <summary>Gets every trial so far, in order; a set that went on for longer stands there once for each length.</summary>
    public IReadOnlyList<(RemedyCandidate Candidate, Trial? Trial)> Tried => _tried;

    /// <summary>Treats what was found; what is left then, on top of the best so far; and in the end what most networks train well with.</summary>
    /// <param name="before">The training as it is.</param>
    /// <returns>The winning set and its whole training; nulls when none was better.</returns>
    public (RemedyCandidate? Winner, Trial? Trial) Run(Trial before)
    {
        if (before.Report.Primary is null || MeasuresWrongly(before.Report))
        {
            return default;
        }

        var candidates = Prescribed(before.Report);
        for (int round = 0; round < options.MaximumRounds && candidates.Count > 0 && !training.IsSpent; round++)
        {
            _effects.UnionWith(candidates.Select(training.EffectOf));
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

    /// <summary>Returns the best of what has been trained to its end so far, for a search that was ended from outside.</summary>
    /// <param name="before">The training as it is.</param>
    /// <returns>Nulls when nothing was better.</returns>
    public (RemedyCandidate? Winner, Trial? Trial) BestSoFar(Trial before) =>
        _tried.Where(item => item.Trial is { IsWhole: true } trial && trial.IsBetterThan(before, options.MinimumGain))
            .OrderByDescending(item => item.Trial!.Score.Value)
            .FirstOrDefault() is { Trial: not null } better ? better : Held(before, Verdict.Warning);

    /// <summary>Tells whether the score that trials would be judged by is itself what is wrong: whatever won by it would win nothing.</summary>
    private static bool MeasuresWrongly(DiagnosisReport report) => report.Primary is { Rule.Name: "contradictory-score" };

    /// <summary>Tells whether the run failed at training, which other settings of the training may mend, and not at its data or its validation.</summary>
    private static bool HasTrainingFault(DiagnosisReport report) => report.Findings.Any(finding => finding.Severity >= Severity.Warning && finding.Rule is
    { Category: RuleCategory.Activations or RuleCategory.Gradients or RuleCategory.Loss or RuleCategory.Optimization or RuleCategory.Structure } or { Name: "underfitting" });

    private IReadOnlyList<RemedyCandidate> Prescribed(DiagnosisReport report) => RemedyCandidates.Of(report, options.MaximumCandidates, training);

    /// <summary>Returns the remedies of what is left, on top of what helped, never of what did harm.</summary>
    private IReadOnlyList<RemedyCandidate> OnTopOfTheBest(Trial before) =>
        _tried.Where(item => item.Trial is { } trial && trial.HelpedAfter(before, options.MinimumGain))
            .OrderByDescending(item => item.Trial!.IsWhole)
            .ThenByDescending(item => item.Trial!.RankAfter(before))
            .Select(item => (IReadOnlyList<RemedyCandidate>)
            [
                .. Prescribed(item.Trial!.Report).Select(item.Candidate.And).Where(candidate => candidate.Remedies.Count > 0 && !_effects.Contains(training.EffectOf(candidate))),
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
        foreach (var resorts in training.Resorts.TakeWhile(_ => !training.IsSpent))
        {
            IReadOnlyList<RemedyCandidate> field = [.. resorts.Select(candidate => ending?.And(candidate) ?? candidate).Where(candidate => !_effects.Contains(training.EffectOf(candidate)))];
            _effects.UnionWith(field.Select(training.EffectOf));
            if (Choose(field, before) is { Trial: not null } chosen)
            {
                return chosen;
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
        int length = Math.Max(1, (int)Math.Ceiling(options.ShortShare * training.Length));
        var field = candidates;
        while (field.Count > 1 && length < training.Length)
        {
            var ranked = training.TryOut(field, length)
                .OrderByDescending(item => item.Trial?.RankAfter(before) ?? double.NegativeInfinity)
                .ThenBy(item => item.Trial?.TieBreak ?? double.PositiveInfinity)
                .ToList();
            _tried.AddRange(ranked);
            if (ranked.Find(item => item.Trial is { IsWhole: true } trial && trial.IsBetterThan(before, options.MinimumGain)) is { Trial: not null } whole)
            {
                // Stopping early is over early.
                training.Drop(ranked.Select(item => item.Candidate));
                return whole;
            }

            // A short trial that ends the problem and gains this much leaves nothing to find out by comparing further.
            bool isClear = ranked[0].Trial is { } leader && leader.Ends(before) && leader.Score.Value >= before.Score.Value + (ClearGain * options.MinimumGain);
            field = [.. ranked.Take(isClear ? 1 : (ranked.Count + 1) / 2).Where(item => item.Trial is not null).Select(item => item.Candidate)];
            training.Drop(ranked.Skip(field.Count).Select(item => item.Candidate));
            length *= 2;
        }

        return ChooseWhole(field, before);
    }

    private (RemedyCandidate? Winner, Trial? Trial) ChooseWhole(IReadOnlyList<RemedyCandidate> field, Trial before)
    {
        foreach (var chunk in field.Chunk(Math.Max(1, training.Parallelism)))
        {
            var whole = training.TryOut(chunk, training.Length);
            _tried.AddRange(whole);
            var better = whole.Where(item => item.Trial?.IsBetterThan(before, options.MinimumGain) == true).OrderByDescending(item => item.Trial!.Score.Value).FirstOrDefault();
            if (better.Trial is not null || training.IsSpent)
            {
                training.Drop(field);
                return better;
            }
        }

        return default;
    }
}
