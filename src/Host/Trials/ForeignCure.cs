using TrainingDoctor.Cures;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Trials.Knobs;
using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Host.Trials;

/// <summary>Cures a command: runs it as it is, turns what its report prescribes into trials, and has the winner confirmed by a second seed.</summary>
/// <param name="request">What is to be cured.</param>
/// <param name="chooseKnobs">Is given what asks the program for its help, null where it has a monitor, and returns the knobs that may be used.</param>
/// <param name="say">Is told what goes on.</param>
internal sealed class ForeignCure(CureRequest request, Func<Func<string>?, IReadOnlyList<Knob>> chooseKnobs, Action<string> say)
{
    private readonly TreatmentPlanner _planner = new();
    private Func<IReadOnlyList<TrialRun>> _runs = () => [];

    /// <summary>Gets everything that was begun by now.</summary>
    public IReadOnlyList<TrialRun> Runs => _runs();

    /// <summary>Runs it all. An interruption ends the trials, not the report.</summary>
    /// <param name="cancellation">Interrupts.</param>
    /// <exception cref="UsageException">The command cannot be run, or nothing was measured.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted before anything was known.</exception>
    public async Task<CureOutcome> RunAsync(CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (request.Budget.Left is { } left)
        {
            deadline.CancelAfter(left);
        }

        var training = new ForeignTraining(request, _planner, say, deadline.Token);
        _runs = () => training.Runs;
        await using (training.ConfigureAwait(false))
        {
            say($"t00: as it is: {request.Command}");
            var before = await Task.Run(training.RunAsItIs, CancellationToken.None).ConfigureAwait(false);
            var search = new RemedySearch(training, request.Search);
            var outcome = new Search(default, default, Confirmation.NotAsked, null);
            bool isCut = deadline.IsCancellationRequested;
            try
            {
                if (before.Report.Primary is not null && !isCut)
                {
                    _planner.Knobs = chooseKnobs(_planner.HasMonitor ? null : training.AskForHelp);
                    outcome = await Task.Run(() => Look(training, search, before), CancellationToken.None).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (IsCancellation(exception))
            {
                isCut = true;
                var (winner, trial) = search.BestSoFar(before);
                outcome = new Search(winner, trial, Confirmation.NotAsked, null);
            }

            // Everything has ended before anything is told, and so has its output.
            await training.DisposeAsync().ConfigureAwait(false);
            return Conclude(training, search, before, outcome) with { IsInterrupted = isCut && cancellation.IsCancellationRequested, IsOutOfTime = isCut && !cancellation.IsCancellationRequested };
        }
    }

    private static bool IsCancellation(Exception exception) =>
        exception is OperationCanceledException || (exception is AggregateException several && several.Flatten().InnerExceptions.All(inner => inner is OperationCanceledException));

    private Search Look(ForeignTraining training, RemedySearch search, Trial before)
    {
        var (winner, trial) = search.Run(before);
        if (winner is null)
        {
            return new Search(null, null, Confirmation.NotAsked, null);
        }

        try
        {
            var confirmation = Confirm(training, winner, trial!, before);
            return confirmation == Confirmation.Refuted ? new Search(null, null, confirmation, winner) : new Search(winner, trial, confirmation, null);
        }
        catch (Exception exception) when (IsCancellation(exception))
        {
            return new Search(winner, trial, Confirmation.NoBudget, null);
        }
    }

    /// <summary>Lets another seed confirm what won: against the training as it is with that seed too where the first is not enough.</summary>
    private Confirmation Confirm(ForeignTraining training, RemedyCandidate winner, Trial after, Trial before)
    {
        if (!request.Confirms)
        {
            return Confirmation.NotAsked;
        }

        if (_planner.Plan(winner).ChangesNothing || !_planner.CanSeed)
        {
            return Confirmation.NoSeed;
        }

        int seed = (request.Seed ?? request.Search.Seed) + 1;
        double margin = request.Search.MinimumGain;
        if (training.RunWithSeed(winner, seed) is not { } again)
        {
            return Confirmation.NoBudget;
        }

        if (Holds(again, before, after, margin))
        {
            return Confirmation.Confirmed;
        }

        return training.RunWithSeed(null, seed) is not { } beforeAgain ? Confirmation.Refuted
            : Holds(again, beforeAgain with { Report = before.Report }, after, margin) ? Confirmation.Confirmed : Confirmation.Refuted;
    }

    /// <summary>What won by a better score has to be better again; what won because the problem was gone has to be rid of it again.</summary>
    private static bool Holds(Trial again, Trial before, Trial after, double margin) =>
        again.IsBetterThan(before, margin) || (!after.IsBetterThan(before, margin) && again.Ends(before) && again.Score.Value >= before.Score.Value - margin);

    private CureOutcome Conclude(ForeignTraining training, RemedySearch search, Trial before, Search found)
    {
        var results = search.Tried.Where(item => item.Candidate.References.Count == 1)
            .GroupBy(item => item.Candidate.References[0])
            .ToDictionary(group => group.Key, group => Trial.ResultOf(group.Last().Candidate, group.Last().Trial, before, request.Search.MinimumGain));
        var run = found.Winner is { } winner ? training.Runs.LastOrDefault(candidate => candidate.Title == winner.Title) : null;
        return new CureOutcome(
            training.Baseline!,
            before.Report.WithTrials(results),
            found.Winner,
            run,
            found.Trial,
            found.Confirmation,
            [.. search.Tried.GroupBy(item => item.Candidate.Title).Select(group => group.Last().Candidate).OrderByDescending(candidate => candidate.Score ?? double.NegativeInfinity)],
            training.Runs,
            request.Budget.Spent)
        {
            Refuted = found.Refuted,
            OutOfReach = before.Report.Primary is { } primary ? [.. primary.Remedies.Where(remedy => remedy.Actions.Count > 0 && !_planner.IsApplicable(new RemedyCandidate([], [remedy]))).Select(remedy => remedy.Title.ToString())] : [],
        };
    }

    private sealed record Search(RemedyCandidate? Winner, Trial? Trial, Confirmation Confirmation, RemedyCandidate? Refuted);
}
