namespace TrainingDoctor.Tests.Telemetry.Push;

/// <summary>A clock whose pauses are over at once; it notes how long they should have been. Repeated timers and the time limits of requests run as ever.</summary>
internal sealed class PauseLog(TimeSpan answerTime, TimeSpan drain) : TimeProvider
{
    private readonly List<TimeSpan> _pauses = [];

    public IReadOnlyList<TimeSpan> Pauses
    {
        get
        {
            lock (_pauses)
            {
                return [.. _pauses];
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // A timer may be made first and set later.
        if (period != Timeout.InfiniteTimeSpan || dueTime == answerTime || dueTime == drain)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        lock (_pauses)
        {
            _pauses.Add(dueTime);
        }

        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
