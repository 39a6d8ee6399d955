using System.Diagnostics;

namespace TrainingDoctor.Probes;

/// <summary>Decides which steps are measured in full: the schedule asks, the budget grants.</summary>
/// <param name="schedule">The schedule.</param>
/// <param name="maximum">The share of time that the monitor may take.</param>
internal sealed class SampleClock(SamplingSchedule schedule, double maximum)
{
    /// <summary>How much time the monitor may take beyond its share, once: short runs are measured throughout.</summary>
    private static readonly double Grace = Stopwatch.Frequency;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly LossAlarm _alarm = new();
    private long _spent;
    private long _alarmedUntil = -1;

    /// <summary>Gets the share of the time since the start that was spent on measuring.</summary>
    public double Overhead => (double)_spent / Math.Max(1, Stopwatch.GetTimestamp() - _started);

    /// <summary>Tells what the monitor was busy with.</summary>
    /// <param name="started">The time stamp of its beginning.</param>
    public void Spend(long started) => Interlocked.Add(ref _spent, Stopwatch.GetTimestamp() - started);

    /// <summary>Asks for dense measuring: something looks wrong.</summary>
    /// <param name="step">The present step.</param>
    public void Alarm(long step) => _alarmedUntil = step + schedule.AlarmedSteps;

    /// <summary>Takes a loss, at every step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="loss">The loss.</param>
    public void Observe(long step, double loss)
    {
        if (_alarm.IsAlarming(loss))
        {
            Alarm(step);
        }
    }

    /// <summary>Decides on a step.</summary>
    /// <param name="step">The step.</param>
    public bool Wants(long step) =>
        schedule.Wants(step, step <= _alarmedUntil)
        && (!schedule.KeepsBudget || _spent < Grace || _spent < maximum * (Stopwatch.GetTimestamp() - _started));
}
