using System.Diagnostics;

namespace TrainingDoctor.Probes;

/// <summary>Decides which steps are measured in full: the schedule asks, the budget grants.</summary>
/// <param name="schedule">The schedule.</param>
/// <param name="maximum">The share of time that the monitor may take.</param>
internal sealed class SampleClock(SamplingSchedule schedule, double maximum)
{
    /// <summary>What the monitor takes beyond what it can time itself, of that time: being called, and what training pays for finding its caches full of other things (benchmarks/Overhead).</summary>
    private const double Unseen = 0.5;

    /// <summary>How much time the monitor may take beyond its share, once, after the dense steps: short runs are measured throughout.</summary>
    private static readonly double Grace = 0.1 * Stopwatch.Frequency;

    private readonly LossAlarm _alarm = new();
    private long _started = Stopwatch.GetTimestamp();
    private long _spent;
    private long _alarmedUntil = -1;

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
    public bool Wants(long step)
    {
        if (step < schedule.DenseSteps)
        {
            return true;
        }

        if (step == schedule.DenseSteps)
        {
            // The dense steps are asked for as they are, and include the runtime's compiling: the account begins after them.
            (_started, _spent) = (Stopwatch.GetTimestamp(), 0);
        }

        return schedule.Wants(step, step <= _alarmedUntil) && (!schedule.KeepsBudget || HasTime());
    }

    private bool HasTime()
    {
        double taken = _spent * (1 + Unseen);
        return taken < Grace || taken < maximum * (Stopwatch.GetTimestamp() - _started);
    }
}
