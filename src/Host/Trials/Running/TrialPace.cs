using System.Diagnostics;
using TrainingDoctor.Host.Trials.Evidence;

namespace TrainingDoctor.Host.Trials.Running;

/// <summary>Accompanies a training until it has come as far as it is to come, and ends one that gives no sign of life, takes too long or has no hope.</summary>
/// <param name="patience">How long it may give no sign of life.</param>
/// <param name="longest">How long it may run at most; null for any time.</param>
internal sealed class TrialPace(TimeSpan patience, TimeSpan? longest)
{
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(250);

    /// <summary>A look at a training that has run for a minute may be half a second late.</summary>
    private const double LooksPerTime = 100;

    /// <summary>Gets what tells that a training has no hope, by its curves so far; null where nobody looks.</summary>
    public Func<TrialRun, Evidence.RunCurves, string?>? Hopeless { get; init; }

    /// <summary>Gets what is told of a monitor's answer as soon as it is there, and says whether to begin again; null where nobody asks.</summary>
    public Func<TrialRun, bool>? IsRefused { get; init; }

    /// <summary>Accompanies a training.</summary>
    /// <param name="run">The training.</param>
    /// <param name="lastStep">The step that it is to come to; null for its end.</param>
    /// <param name="cancellation">Stops waiting; the training goes on.</param>
    /// <returns>Why waiting is over.</returns>
    public async Task<PaceEnd> FollowAsync(TrialRun run, long? lastStep, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        long sign = Stopwatch.GetTimestamp();
        long judged = sign;
        (long Printed, long Size) before = (-1, -1);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            bool isOver = run.Process.HasExited;
            var now = (run.Process.Printed, run.Places.Size);
            if (now != before)
            {
                (before, sign) = (now, Stopwatch.GetTimestamp());
            }

            if (run.Answer is null || run.Answer.Applied.Count + run.Answer.Skipped.Count < run.Treatment.ForMonitor.Count)
            {
                run.Answer = MonitorPlan.Read(run.Folder) ?? run.Answer;
                if (run.Answer is not null && IsRefused?.Invoke(run) == true)
                {
                    return PaceEnd.Refused;
                }
            }

            var curves = isOver ? null : run.Reader.Look(cancellation);
            // What is measured behind a step, such as a validation, has been told when the next is.
            if (!isOver && (run.Places.IsRecorded ? curves?.LastStep > lastStep : curves?.LastStep >= lastStep))
            {
                return PaceEnd.Reached;
            }

            if (isOver)
            {
                return PaceEnd.Over;
            }

            if (curves is not null && Hopeless is not null && Stopwatch.GetElapsedTime(judged) > LongestLook)
            {
                run.Stopped = Hopeless(run, curves);
                judged = Stopwatch.GetTimestamp();
            }

            run.Stopped ??= Stopwatch.GetElapsedTime(sign) >= patience ? $"no output and no measurement for {Duration.Tell(patience)}"
                : run.Process.Ran >= longest ? $"still running after {Duration.Tell(longest.Value)}"
                : null;
            if (run.Stopped is not null)
            {
                return PaceEnd.Stopped;
            }

            var look = run.Process.Ran / LooksPerTime;
            await Task.Delay(look < ShortestLook ? ShortestLook : look > LongestLook ? LongestLook : look, cancellation).ConfigureAwait(false);
        }
    }
}

/// <summary>Why a training is accompanied no longer.</summary>
internal enum PaceEnd
{
    /// <summary>It has come as far as asked.</summary>
    Reached,

    /// <summary>The program is over.</summary>
    Over,

    /// <summary>It is to be ended; <see cref="TrialRun.Stopped"/> says why.</summary>
    Stopped,

    /// <summary>Its monitor cannot make a change that another way can.</summary>
    Refused,
}
