using TrainingDoctor.Cures;
using TrainingDoctor.Host.Trials.Evidence;
using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Host.Trials;

/// <summary>Takes one trial as far as it is to run: begins it or lets it go on, accompanies it, lets it stand still or ends it, and judges it.</summary>
/// <param name="request">What is to be cured.</param>
/// <param name="planner">Decides how remedies are applied.</param>
/// <param name="starter">Starts trainings.</param>
/// <param name="runs">Keeps them.</param>
/// <param name="asItIs">The training as it is.</param>
/// <param name="length">A whole training, in the unit that parts are asked for in.</param>
internal sealed class TrialCourse(CureRequest request, TreatmentPlanner planner, TrialStarter starter, TrialRuns runs, AsItIs asItIs, int length)
{
    /// <summary>A remedy may make a training longer, but not endless.</summary>
    private const double LongestShare = 4;

    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    /// <summary>Gets what is told what goes on.</summary>
    public required Action<string> Say { get; init; }

    /// <summary>Gets what ends waiting.</summary>
    public required CancellationToken Cancellation { get; init; }

    /// <summary>Runs a trial up to a part of its length, from where it stands or from its beginning.</summary>
    /// <param name="run">The trial; null to begin it.</param>
    /// <param name="candidate">The remedies.</param>
    /// <param name="part">How far.</param>
    /// <param name="seed">The seed; null for the program's own.</param>
    /// <param name="title">What is tried, in words.</param>
    public async Task<TrialRun> ContinueAsync(TrialRun? run, RemedyCandidate candidate, int part, int? seed, string title)
    {
        bool isWhole = part >= length;
        var treatment = run?.Treatment ?? planner.Plan(candidate, seed);
        long? stopAt = treatment.LastEpoch is { } epoch && asItIs.StepAtEpoch(epoch) is { } step ? step : asItIs.IsCut ? asItIs.LastStep : null;
        long? target = isWhole ? stopAt : Math.Min(asItIs.StepAt(part, length), stopAt ?? long.MaxValue);

        // A short trial tells whether there is hope, whether or not there are others to hold it against.
        long firstLook = asItIs.StepAt((int)Math.Ceiling(request.Search.ShortShare * length), length);
        bool looks = isWhole && run is null && request.Pauses && (target is null || firstLook < target);
        run ??= Begin(title, treatment, looks ? firstLook : target);
        Say(FormattableString.Invariant($"{run.Folder.Name}: {(isWhole ? "to its end" : FormattableString.Invariant($"for {part} % of its steps"))}: {title}"));
        var hope = new TrialHope(asItIs, request.Search.MinimumGain, firstLook);
        var pace = new TrialPace(request.Patience, (asItIs.Took * LongestShare) + LongestStart) { Hopeless = hope.Of, IsRefused = planner.IsRefused };
        var end = await FollowAsync(run, pace, looks ? firstLook : target).ConfigureAwait(false);
        if (looks && end == PaceEnd.Reached)
        {
            run.Stopped = run.Reader.Look(Cancellation) is { } curves ? hope.Of(run, curves) : null;
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
            return await ContinueAsync(null, candidate, part, seed, title).ConfigureAwait(false);
        }

        await SettleAsync(run, end, target, stopAt).ConfigureAwait(false);
        return run;
    }

    private Task<PaceEnd> FollowAsync(TrialRun run, TrialPace pace, long? target)
    {
        MonitorPlan.WritePace(run.Folder, target);
        run.Process.Resume();
        return pace.FollowAsync(run, target, Cancellation);
    }

    private TrialRun Begin(string title, Treatment treatment, long? lastStep)
    {
        var run = starter.Start(title, treatment, lastStep);
        runs.AddOpen(run);
        return run;
    }

    private void Close(TrialRun run)
    {
        run.IsOver = true;
        runs.Forget(run);
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

        long first = asItIs.FirstStep;
        long? reached = run.Reader.Read(null, Cancellation)?.Curves.LastStep;
        run.Share = Math.Max(0, (double)((reached ?? first - 1) - first + 1) / asItIs.Steps);

        // A program that fails proves nothing, unless it fails as it is.
        bool fails = end == PaceEnd.Over && run.ExitCode is not (null or 0) && asItIs.Run.ExitCode is null or 0;
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
            runs.Forget(run);
        }
    }

    /// <summary>Judges a trial as one that ended at a step.</summary>
    /// <param name="run">The trial.</param>
    /// <param name="lastStep">The step; null for all of it.</param>
    /// <param name="isWhole">Whether that is the end of a whole training.</param>
    public Trial Judge(TrialRun run, long? lastStep, bool isWhole)
    {
        var reading = run.Reader.Read(lastStep, Cancellation);
        return reading is null
            ? asItIs.Trial with { Score = asItIs.Score.Of(new RunCurves()), IsWhole = false }
            : new Trial(reading.Curves.ToCurve(), reading.Report, asItIs.Score.Of(reading.Curves), isWhole) { Noise = isWhole ? asItIs.Score.NoiseOf(reading.Curves) : 0 };
    }
}
