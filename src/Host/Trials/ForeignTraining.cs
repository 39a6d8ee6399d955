using TrainingDoctor.Cures;
using TrainingDoctor.Host.Processes;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Trials.Evidence;
using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Host.Trials;

/// <summary>
/// A training that is a program of its own. A trial that has run its part stands still until the others have run theirs, and goes on when it is among the better half, so that nothing is trained twice; where
/// programs cannot be paused, it is ended and run again.
/// </summary>
/// <param name="request">What is to be cured.</param>
/// <param name="planner">Decides how remedies are applied.</param>
/// <param name="say">Is told what goes on.</param>
/// <param name="cancellation">Ends the trials.</param>
internal sealed class ForeignTraining(CureRequest request, TreatmentPlanner planner, Action<string> say, CancellationToken cancellation) : ITrialTraining, IAsyncDisposable
{
    /// <summary>A remedy may make a training longer, but not endless.</summary>
    private const double LongestShare = 4;

    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    /// <summary>Who is asked to end by the system has five seconds, the report included.</summary>
    private static readonly TimeSpan GraceInHaste = TimeSpan.FromSeconds(1);

    private readonly TrialStarter _starter = new(request);
    private readonly Dictionary<string, TrialRun> _open = [];
    private readonly List<TrialRun> _runs = [];
    private readonly Lock _lock = new();
    private AsItIs? _asItIs;

    /// <summary>Gets 100: parts of a training are hundredths of the steps that it has as it is.</summary>
    public int Length => 100;

    /// <inheritdoc/>
    public int Parallelism => request.Jobs;

    /// <inheritdoc/>
    public bool IsSpent => request.Budget.IsSpent;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<RemedyCandidate>> Resorts
    {
        get
        {
            // What reaches into the model sets the rate too, and mends more than rates alone; through knobs little of it is left.
            IReadOnlyList<RemedyCandidate> probes = [.. RateProbes.All.Where(IsApplicable)];
            var usual = LastResorts.All.Where(IsApplicable).DistinctBy(EffectOf).Select(candidate => (IReadOnlyList<RemedyCandidate>)[candidate]);
            return planner.HasMonitor ? [.. usual, probes] : [probes, .. usual];
        }
    }

    /// <summary>Gets everything that was run, in the order in which it was begun.</summary>
    public IReadOnlyList<TrialRun> Runs
    {
        get
        {
            lock (_lock)
            {
                return [.. _runs];
            }
        }
    }

    /// <summary>Gets the training as it is; null before it has run.</summary>
    public AsItIs? Baseline => _asItIs;

    /// <inheritdoc/>
    public bool IsApplicable(RemedyCandidate candidate) => planner.IsApplicable(candidate);

    /// <inheritdoc/>
    public string EffectOf(RemedyCandidate candidate) => planner.Plan(candidate) is var plan && plan.LastEpoch is { } epoch ? FormattableString.Invariant($"{plan.Signature} until {epoch}") : plan.Signature;

    /// <inheritdoc/>
    /// <exception cref="UsageException">It cannot be run, or nothing was measured.</exception>
    public Trial RunAsItIs()
    {
        var folder = new WorkingFolder(request.Command.Folder, request.Folder);
        var files = _starter.Copies ? null : folder.Look();
        var run = _starter.Start("as it is", Treatment.None with { Seed = request.Seed });
        Keep(run);
        var pace = new TrialPace(request.Patience, request.Budget.ForAsItIs);
        try
        {
            _ = pace.FollowAsync(run, null, cancellation).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // As much as has run by now is worth a report.
            run.Stopped = "interrupted";
        }

        run.EndAsync(cancellation.IsCancellationRequested ? GraceInHaste : null).GetAwaiter().GetResult();
        var reading = run.Reader.Read(null, CancellationToken.None) ?? throw new UsageException(BaselineFault.Of(run, request));
        var score = new ForeignScore(reading.Curves);
        var trial = new Trial(reading.Curves.ToCurve(), reading.Report, score.Of(reading.Curves), IsWhole: true) { Noise = score.NoiseOf(reading.Curves) };
        (run.Share, run.Outcome, run.IsOver) = (1, trial, true);
        request.Budget.Settle(0, 1);
        _asItIs = new AsItIs(run, reading, score, trial);
        planner.HasMonitor = run.Answer is not null;
        planner.PresentOf = _asItIs.PresentOf;
        foreach (string note in BaselineFault.Notes(_asItIs))
        {
            say(note);
        }

        if (files is not null && !cancellation.IsCancellationRequested)
        {
            KeepApart(files, folder.Look());
        }

        return trial;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(RemedyCandidate Candidate, Trial? Trial)> TryOut(IReadOnlyList<RemedyCandidate> candidates, int length)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var outcomes = new (RemedyCandidate, Trial?)[candidates.Count];
        Parallel.For(0, candidates.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, request.Jobs), CancellationToken = cancellation }, index =>
            outcomes[index] = TryOutAsync(candidates[index], length, request.Seed, candidates[index].Title).GetAwaiter().GetResult());
        return outcomes;
    }

    /// <summary>Runs a whole training with another seed.</summary>
    /// <param name="candidate">The remedies; null for the training as it is.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>What came of it; null when the budget did not allow it or it failed.</returns>
    public Trial? RunWithSeed(RemedyCandidate? candidate, int seed) =>
        TryOutAsync(candidate ?? new RemedyCandidate([], []), Length, seed, FormattableString.Invariant($"{candidate?.Title ?? "as it is"} (seed {seed})")).GetAwaiter().GetResult().Trial;

    /// <inheritdoc/>
    public void Drop(IEnumerable<RemedyCandidate> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        List<TrialRun> dropped;
        lock (_lock)
        {
            dropped = [.. candidates.Select(candidate => _open.GetValueOrDefault(candidate.Title)).OfType<TrialRun>()];
            foreach (var run in dropped)
            {
                _open.Remove(run.Title);
                run.IsOver = true;
            }
        }

        Task.WhenAll(dropped.Select(run => run.EndAsync())).GetAwaiter().GetResult();
    }

    /// <summary>Asks the program for its help.</summary>
    public string AskForHelp() => HelpRun.Ask(request, _starter, cancellation);

    /// <summary>Ends everything that still runs.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(Runs.Select(async run =>
    {
        await run.EndAsync(cancellation.IsCancellationRequested ? GraceInHaste : null).ConfigureAwait(false);
        await run.DisposeAsync().ConfigureAwait(false);
    })).ConfigureAwait(false);

    private void Keep(TrialRun run)
    {
        lock (_lock)
        {
            _runs.Add(run);
        }
    }

    /// <summary>What a training writes into the folder that it runs in, another would overwrite.</summary>
    private void KeepApart(IReadOnlyDictionary<string, (DateTime Written, long Length)> before, IReadOnlyDictionary<string, (DateTime Written, long Length)> after)
    {
        string[] written = [.. after.Where(file => !before.TryGetValue(file.Key, out var known) || known != file.Value).Select(file => file.Key).Order(StringComparer.Ordinal)];
        if (written.Length == 0 || request.Command.NamesTrial)
        {
            return;
        }

        string told = $"the command writes into its working folder ({string.Join(", ", written.Take(3))}{(written.Length > 3 ? FormattableString.Invariant($" and {written.Length - 3} more") : string.Empty)})";
        if (after.Sum(file => file.Value.Length) > WorkingFolder.LargestUnasked)
        {
            throw new UsageException($"cure: {told}, which is too large to be copied for each trial unasked; expected {ForeignCommand.TrialWord} in the path that it writes to, or --copy.");
        }

        (_starter.Copies, _starter.LeftBehind) = (true, written.Where(file => !before.ContainsKey(file)).ToHashSet());
        say($"{told}: each trial runs in a copy of it.");
    }

    private async Task<(RemedyCandidate Candidate, Trial? Trial)> TryOutAsync(RemedyCandidate candidate, int length, int? seed, string title)
    {
        var asItIs = _asItIs!;
        TrialRun? run;
        lock (_lock)
        {
            run = _open.GetValueOrDefault(title);
        }

        if (run is null && planner.Plan(candidate, seed) is { ChangesNothing: true, LastEpoch: { } epoch, Seed: null } && asItIs.StepAtEpoch(epoch) is { } end)
        {
            // Nothing but an earlier end: that much of the training as it is has been seen.
            return (candidate with { Score = asItIs.Score.Of(asItIs.Reading.Curves, end).Value }, Judge(asItIs.Run, end, isWhole: true));
        }

        if (run is { IsOver: true })
        {
            return (Described(candidate, run), run.Outcome);
        }

        // What a monitor has refused meanwhile may leave of a set what another one does already.
        if (run is null && Runs.FirstOrDefault(other => other.Outcome is not null && other.Title != title && other.Treatment.Seed == seed && other.Treatment.Signature == EffectOf(candidate)) is { } same)
        {
            return (candidate with { Skipped = [$"As far as it can be applied, it is what {same.Folder.Name} does."] }, null);
        }

        double expected = Math.Max(0, ((double)length / Length) - (run?.Share ?? 0));
        if (!request.Budget.TryReserve(expected, asItIs.Took * expected))
        {
            return (candidate with { Skipped = ["The budget does not allow to try it further."] }, null);
        }

        double before = SpentOn(title);
        try
        {
            run = await ContinueAsync(run, candidate, length, seed, title).ConfigureAwait(false);
            return (Described(candidate, run), run.Outcome);
        }
        catch (Exception exception) when (exception is UsageException or IOException or UnauthorizedAccessException)
        {
            return (candidate with { Skipped = [exception.Message] }, null);
        }
        finally
        {
            request.Budget.Settle(expected, SpentOn(title) - before);
        }
    }

    private double SpentOn(string title) => Runs.Where(run => run.Title == title).Sum(run => run.Share);

    private static RemedyCandidate Described(RemedyCandidate candidate, TrialRun run) => candidate with
    {
        Score = run.Outcome?.Score.Value,
        Skipped = run.Outcome is null ? [.. run.Skipped, run.Stopped ?? "Nothing was measured."] : run.Skipped,
        Verdict = run.Outcome?.Report.Verdict,
        Primary = run.Outcome?.Report.Primary?.Rule.Name,
    };

    /// <summary>Runs a trial up to a part of its length, from where it stands or from its beginning.</summary>
    private async Task<TrialRun> ContinueAsync(TrialRun? run, RemedyCandidate candidate, int length, int? seed, string title)
    {
        var asItIs = _asItIs!;
        bool isWhole = length >= Length;
        var treatment = run?.Treatment ?? planner.Plan(candidate, seed);
        long? stopAt = treatment.LastEpoch is { } epoch && asItIs.StepAtEpoch(epoch) is { } step ? step : asItIs.IsCut ? asItIs.LastStep : null;
        long? target = isWhole ? stopAt : Math.Min(asItIs.StepAt(length, Length), stopAt ?? long.MaxValue);

        // A short trial tells whether there is hope, whether or not there are others to hold it against.
        long firstLook = asItIs.StepAt((int)Math.Ceiling(request.Search.ShortShare * Length), Length);
        bool looks = isWhole && run is null && request.Pauses && (target is null || firstLook < target);
        run ??= Begin(title, treatment, looks ? firstLook : target);
        say(FormattableString.Invariant($"{run.Folder.Name}: {(isWhole ? "to its end" : FormattableString.Invariant($"for {length} % of its steps"))}: {title}"));
        var pace = new TrialPace(request.Patience, (asItIs.Took * LongestShare) + LongestStart) { Hopeless = Hopeless, IsRefused = IsRefused };
        var end = await FollowAsync(run, pace, looks ? firstLook : target).ConfigureAwait(false);
        if (looks && end == PaceEnd.Reached)
        {
            run.Stopped = run.Reader.Look(cancellation) is { } curves ? Hopeless(run, curves) : null;
            end = run.Stopped is null ? await FollowAsync(run, pace, target).ConfigureAwait(false) : PaceEnd.Stopped;
        }

        if (end == PaceEnd.Refused)
        {
            await run.EndAsync().ConfigureAwait(false);
            Close(run);
            if (run.Answer!.Applied.Count == 0 && planner.Plan(candidate, seed) is { ChangesNothing: true })
            {
                run.Stopped = "nothing of it can be applied from outside";
                return run;
            }

            run.Stopped = "begun again with knobs for what the monitor cannot change";
            return await ContinueAsync(null, candidate, length, seed, title).ConfigureAwait(false);
        }

        await SettleAsync(run, end, target, stopAt).ConfigureAwait(false);
        return run;
    }

    private Task<PaceEnd> FollowAsync(TrialRun run, TrialPace pace, long? target)
    {
        MonitorPlan.WritePace(run.Folder, target);
        run.Process.Resume();
        return pace.FollowAsync(run, target, cancellation);
    }

    private TrialRun Begin(string title, Treatment treatment, long? lastStep)
    {
        var run = _starter.Start(title, treatment, lastStep);
        lock (_lock)
        {
            _runs.Add(run);
            _open[title] = run;
        }

        return run;
    }

    private void Close(TrialRun run)
    {
        run.IsOver = true;
        Forget(run);
    }

    /// <summary>Has the next trial of the same set begin from its beginning.</summary>
    private void Forget(TrialRun run)
    {
        lock (_lock)
        {
            _open.Remove(run.Title);
        }
    }

    /// <summary>Lets a trial that has run its part stand still, or ends it, and judges it.</summary>
    private async Task SettleAsync(TrialRun run, PaceEnd end, long? target, long? stopAt)
    {
        bool goesOn = end == PaceEnd.Reached && target != stopAt;
        if (goesOn && request.Pauses)
        {
            run.Process.Pause();
        }
        else
        {
            await run.EndAsync().ConfigureAwait(false);
        }

        long first = _asItIs!.FirstStep;
        long? reached = run.Reader.Read(null, cancellation)?.Curves.LastStep;
        run.Share = Math.Max(0, (double)((reached ?? first - 1) - first + 1) / _asItIs.Steps);

        // A program that fails proves nothing, unless it fails as it is.
        bool fails = end == PaceEnd.Over && run.ExitCode is not (null or 0) && _asItIs.Run.ExitCode is null or 0;
        if (reached is null || fails)
        {
            run.Stopped ??= run.ExitCode == MonitorPlan.Unreadable ? "its monitor could not read the plan"
                : fails ? FormattableString.Invariant($"it ended with exit code {run.ExitCode}: {run.LastLine()}")
                : "nothing was measured";
            run.Outcome = null;
            Close(run);
            return;
        }

        // One that was over before it could be made to stand still has run further than it is to be judged by now.
        bool isAhead = end == PaceEnd.Over && reached > target && target != stopAt;
        bool isWhole = !goesOn && !isAhead && end != PaceEnd.Stopped;
        run.Outcome = Judge(run, end == PaceEnd.Stopped ? null : target, isWhole);
        run.IsOver = isWhole || end == PaceEnd.Stopped;
        if (goesOn && !request.Pauses)
        {
            Forget(run);
        }
    }

    private Trial Judge(TrialRun run, long? lastStep, bool isWhole)
    {
        var asItIs = _asItIs!;
        var reading = run.Reader.Read(lastStep, cancellation);
        return reading is null
            ? asItIs.Trial with { Score = asItIs.Score.Of(new RunCurves()), IsWhole = false }
            : new Trial(reading.Curves.ToCurve(), reading.Report, asItIs.Score.Of(reading.Curves), isWhole) { Noise = isWhole ? asItIs.Score.NoiseOf(reading.Curves) : 0 };
    }

    /// <summary>Tells by our own rules that a trial cannot win: it ends in NaN, or shows the same error as before and is no better for it.</summary>
    private string? Hopeless(TrialRun run, RunCurves curves)
    {
        var asItIs = _asItIs!;
        if (run.Reader.Judge() is not { Verdict: Verdict.Ill } report || report.Primary is not { Severity: Severity.Error } primary)
        {
            return null;
        }

        if (primary.Rule.Name == "non-finite-loss")
        {
            return FormattableString.Invariant($"the loss is not finite ({primary.Rule.Id})");
        }

        bool isSame = primary.Rule.Id == asItIs.Trial.Report.Primary?.Rule.Id;
        bool isBetter = asItIs.Score.Of(curves).Value > asItIs.Score.Of(asItIs.Reading.Curves, curves.LastStep).Value + request.Search.MinimumGain;
        return isSame && !isBetter && curves.LastStep >= asItIs.Score.FirstStep ? $"the same problem again ({primary.Rule.Id} {primary.Rule.Name})" : null;
    }

    /// <summary>Learns from a monitor's answer, and tells whether a trial has to begin again: another way is there for what the monitor cannot change, or nothing is changed at all.</summary>
    private bool IsRefused(TrialRun run)
    {
        if (run.Treatment.ForMonitor.Count == 0)
        {
            return false;
        }

        var refused = run.Treatment.ForMonitor.Where(action => run.Answer!.Skipped.Any(skipped => skipped.Kind == action.Kind) && run.Answer.Applied.All(applied => applied.Kind != action.Kind)).ToList();
        bool hasOtherWay = refused.Exists(planner.HasKnobFor);
        bool isNothing = refused.Count == run.Treatment.ForMonitor.Count && run.Treatment.Settings.Count == 0;
        foreach (var action in refused.Where(_ => hasOtherWay || isNothing))
        {
            planner.Refuse(action);
        }

        return hasOtherWay || isNothing;
    }
}
