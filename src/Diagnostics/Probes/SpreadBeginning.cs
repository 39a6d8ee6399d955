using System.Numerics;

namespace TrainingDoctor.Probes;

/// <summary>
/// The first steps of a run, of which nobody knows yet what they take: which of them are measured whatever they cost, and how many more a hundredth of a second pays for by what measuring is expected to take.
/// </summary>
/// <remarks>
/// What is decided here depends on the network and on what rules and the loss say, never on the clock: the same run is measured at the same steps, on a busy machine too, and what the runtime compiles in the first steps costs it nothing.
/// </remarks>
/// <param name="length">The number of steps at the start.</param>
internal sealed class SpreadBeginning(long length)
{
    /// <summary>What a layer or a parameter takes, in ms: a handle, some calls into torch, some thirty figures (docs/overhead.md).</summary>
    private const double Item = 0.014;

    /// <summary>What an element of a parameter takes, in ms: it is read with its gradient and with both as they were, none of which lies in a cache when the steps before were not measured.</summary>
    private const double Element = 3.5e-6;

    /// <summary>What counting distributions takes more, of what measuring a step takes.</summary>
    private const double Counting = 3;

    /// <summary>What may be spent at once, in ms.</summary>
    private const double Most = 2.5;

    /// <summary>What each step adds to that, in ms.</summary>
    private const double Earned = 0.08;

    /// <summary>For how many steps.</summary>
    private const long EarningSteps = 1000;

    /// <summary>How many steps after a loss that jumped or is no number are measured whatever they cost.</summary>
    private const int AlarmedSteps = 8;

    /// <summary>How many steps after one in doubt are measured: what a rule says of a whole step is heard one step later.</summary>
    private const int DoubtedSteps = 3;

    /// <summary>How many steps may be measured for doubts alone: most are settled in twenty.</summary>
    private const int MostDoubted = 32;

    private readonly UsualTime _measured = new();
    private readonly UsualTime _other = new();
    private readonly UsualTime _training = new();
    private double _expected;
    private double _purse = Most;
    private long _alarmedUntil = -1;
    private long _doubtedUntil = -1;
    private int _doubted;

    /// <summary>Gets the time that the monitor has taken, as usual steps take it, in ticks of the clock.</summary>
    public double Spent => _measured.Total + _other.Total;

    /// <summary>Gets the time that the training has taken, as usual steps take it, in ticks of the clock.</summary>
    public double Trained => _training.Total;

    /// <summary>Tells how large the network is.</summary>
    public void Expect(int layers, int parameters, long weights) => _expected = (Item * (layers + parameters)) + (Element * weights);

    /// <summary>Takes a step that is over.</summary>
    /// <param name="lasted">How long it lasted, in ticks.</param>
    /// <param name="spent">How much of that the monitor took.</param>
    /// <param name="isMeasured">Whether it was measured in full.</param>
    public void Pass(double lasted, double spent, bool isMeasured)
    {
        _training.Add(Math.Max(0, lasted - spent));
        (isMeasured ? _measured : _other).Add(Math.Max(0, spent));
    }

    /// <summary>Tells of a loss that jumped or is no number.</summary>
    public void Alarm(long step) => _alarmedUntil = step + AlarmedSteps;

    /// <summary>Tells that a rule is in doubt.</summary>
    /// <param name="step">The last step that one was in doubt about; -1 for none.</param>
    public void Doubt(long step) => _doubtedUntil = step < 0 ? -1 : step + DoubtedSteps;

    /// <summary>Decides whether distributions are counted in a step that is measured; pays for it where they are.</summary>
    public bool PaysCounting()
    {
        bool isPaid = _purse >= Counting * _expected;
        _purse -= isPaid ? Counting * _expected : 0;
        return isPaid;
    }

    /// <summary>Decides on a step, each once.</summary>
    /// <param name="step">The step.</param>
    /// <param name="isAsked">Whether the schedule asks for it.</param>
    public bool Wants(long step, bool isAsked)
    {
        bool isCertain = step == 0 || BitOperations.IsPow2(step) || (step < length && step <= _alarmedUntil);
        bool isPaid = isAsked && _purse >= _expected;
        bool isDoubted = !isCertain && !isPaid && step < length && step <= _doubtedUntil && _doubted < MostDoubted;
        _doubted += isDoubted ? 1 : 0;
        _purse = Math.Max(0, _purse - (isCertain || isPaid ? _expected : 0));
        _purse = Math.Min(Most, _purse + (step < EarningSteps ? Earned : 0));
        return isCertain || isPaid || isDoubted;
    }
}
