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
    /// <summary>Who is asked to end by the system has five seconds, the report included.</summary>
    private static readonly TimeSpan GraceInHaste = TimeSpan.FromSeconds(1);

    private readonly TrialStarter _starter = new(request);
    private readonly TrialRuns _runs = new();
    private AsItIs? _asItIs;
    private TrialCourse? _course;

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
    public IReadOnlyList<TrialRun> Runs => _runs.All;

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
        _runs.Add(run);
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
        _course = new TrialCourse(request, planner, _starter, _runs, _asItIs, Length) { Say = say, Cancellation = cancellation };
        planner.HasMonitor = run.Answer is not null;
        planner.PresentOf = _asItIs.PresentOf;
        foreach (string note in BaselineFault.Notes(_asItIs))
        {
            say(note);
        }

        if (files is not null && !cancellation.IsCancellationRequested && _starter.KeepApart(files, folder.Look()) is { } told)
        {
            say(told);
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
        var dropped = _runs.GiveUp(candidates.Select(candidate => candidate.Title));
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

    private async Task<(RemedyCandidate Candidate, Trial? Trial)> TryOutAsync(RemedyCandidate candidate, int length, int? seed, string title)
    {
        var (asItIs, course) = (_asItIs!, _course!);
        var run = _runs.Open(title);

        if (run is null && planner.Plan(candidate, seed) is { ChangesNothing: true, LastEpoch: { } epoch, Seed: null } && asItIs.StepAtEpoch(epoch) is { } end)
        {
            // Nothing but an earlier end: that much of the training as it is has been seen.
            return (candidate with { Score = asItIs.Score.Of(asItIs.Reading.Curves, end).Value }, course.Judge(asItIs.Run, end, isWhole: true));
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

        double before = _runs.SpentOn(title);
        try
        {
            run = await course.ContinueAsync(run, candidate, length, seed, title).ConfigureAwait(false);
            return (Described(candidate, run), run.Outcome);
        }
        catch (Exception exception) when (exception is UsageException or IOException or UnauthorizedAccessException)
        {
            return (candidate with { Skipped = [exception.Message] }, null);
        }
        finally
        {
            request.Budget.Settle(expected, _runs.SpentOn(title) - before);
        }
    }

    private static RemedyCandidate Described(RemedyCandidate candidate, TrialRun run) => candidate with
    {
        Score = run.Outcome?.Score.Value,
        Skipped = run.Outcome is null ? [.. run.Skipped, run.Stopped ?? "Nothing was measured."] : run.Skipped,
        Verdict = run.Outcome?.Report.Verdict,
        Primary = run.Outcome?.Report.Primary?.Rule.Name,
    };
}
