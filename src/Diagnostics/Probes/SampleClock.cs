namespace TrainingDoctor.Probes;

/// <summary>Decides which steps are measured in full: the schedule asks, the budget grants.</summary>
/// <param name="schedule">The schedule.</param>
/// <param name="maximum">The share of the training's time that the monitor may take.</param>
/// <param name="time">The clock; null for the system's.</param>
internal sealed class SampleClock(SamplingSchedule schedule, double maximum, TimeProvider? time = null)
{
    /// <summary>What the monitor takes beyond what it can time itself, of that time: being called at every step, and what training pays for finding its caches full of other things (benchmarks/Overhead).</summary>
    private const double Unseen = 1.5;

    /// <summary>How much time the monitor may take beyond its share, once, after dense steps that were asked for.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(0.1);

    /// <summary>How many usual steps one step may count for. What lasts longer is a pause, an evaluation or another network's turn, and earns no time to measure in.</summary>
    private const double LongestStep = 1.5;

    /// <summary>The weight of one step in the usual one.</summary>
    private const double Smoothing = 0.05;

    private readonly LossAlarm _alarm = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SpreadBeginning _beginning = new(schedule.DenseSteps);
    private long _last = -1;
    private double _usual = double.NaN;
    private double _trained;
    private long _spent;
    private long _spentBefore;
    private bool _isMeasured = true;
    private bool _hasTime;
    private long _alarmedUntil = -1;

    /// <summary>Tells what measuring a step in full is expected to take, before any was.</summary>
    /// <param name="layers">The number of layers that are watched.</param>
    /// <param name="parameters">The number of parameters, as tensors.</param>
    /// <param name="weights">The number of their elements.</param>
    public void Expect(int layers, int parameters, long weights) => _beginning.Expect(layers, parameters, weights);

    /// <summary>Tells what the monitor was busy with.</summary>
    /// <param name="started">The time stamp of its beginning.</param>
    public void Spend(long started) => Interlocked.Add(ref _spent, _time.GetTimestamp() - started);

    /// <summary>Asks for dense measuring: something looks wrong.</summary>
    /// <param name="step">The present step.</param>
    public void Alarm(long step) => _alarmedUntil = step + schedule.AlarmedSteps;

    /// <summary>Tells that a rule is in doubt.</summary>
    /// <param name="step">The last step that one was in doubt about; -1 for none yet.</param>
    public void Doubt(long step) => _beginning.Doubt(step);

    /// <summary>Takes a loss, at every step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="loss">The loss.</param>
    public void Observe(long step, double loss)
    {
        if (_alarm.IsAlarming(loss))
        {
            Alarm(step);
            _beginning.Alarm(step);
        }
    }

    /// <summary>Decides on a step.</summary>
    /// <param name="step">The step.</param>
    public bool Wants(long step)
    {
        Pass(step);
        return _isMeasured = schedule.IsSpread ? WantsSpread(step) : WantsAsAsked(step);
    }

    /// <summary>Decides whether distributions are counted in the step that was decided on last, which takes several times as long as measuring it.</summary>
    public bool PaysCounting() => !schedule.IsSpread || _hasTime || _beginning.PaysCounting();

    private bool WantsAsAsked(long step)
    {
        if (step < schedule.DenseSteps)
        {
            return true;
        }

        if (step == schedule.DenseSteps)
        {
            // The dense steps are asked for as they are, and include the runtime's compiling: the account begins after them.
            (_trained, _spent, _spentBefore) = (0, 0, 0);
        }

        return schedule.Wants(step, step <= _alarmedUntil) && (!schedule.KeepsBudget || Allows(_spent, Math.Max(Grace.TotalSeconds * _time.TimestampFrequency, maximum * _trained)));
    }

    private bool WantsSpread(long step)
    {
        if (step == schedule.DenseSteps)
        {
            (_spent, _trained) = ((long)_beginning.Spent, _beginning.Trained);
            _spentBefore = _spent;
        }

        bool isAsked = schedule.Wants(step, step <= _alarmedUntil);
        _hasTime = step < schedule.DenseSteps ? Allows(_beginning.Spent, maximum * _beginning.Trained) : Allows(_spent, maximum * _trained);
        return _beginning.Wants(step, isAsked) || (isAsked && _hasTime);
    }

    private static bool Allows(double spent, double allowed) => spent * (1 + Unseen) < allowed;

    /// <summary>Adds the step that is over to the training's time.</summary>
    private void Pass(long step)
    {
        long now = _time.GetTimestamp();
        double spent = Interlocked.Read(ref _spent) - _spentBefore;
        _spentBefore += (long)spent;
        if (_last >= 0)
        {
            double lasted = now - _last;
            double counted = double.IsNaN(_usual) ? lasted : Math.Min(lasted, LongestStep * _usual);
            _usual = double.IsNaN(_usual) ? counted : _usual + (Smoothing * (counted - _usual));
            _trained += counted;
            if (step <= schedule.DenseSteps)
            {
                _beginning.Pass(lasted, spent, _isMeasured);
            }
        }

        _last = now;
    }
}
