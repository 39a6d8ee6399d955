namespace TrainingDoctor.Rules.Optimization.Rates;

/// <summary>The zeros of a learning rate, and the rates that are next to nothing beside what was before: how many, where, and what the log tells of rates that are not.</summary>
/// <param name="nearlyNothing">The share of its largest at and below which a rate is next to nothing.</param>
internal sealed class RateZeros(double nearlyNothing)
{
    private (double First, double Next, double Last) _positive;
    private double _smallest = double.PositiveInfinity;
    private long _run;
    private long _since;

    /// <summary>Gets how many rates were zero.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the length of the longest run of zeros.</summary>
    public long Longest { get; private set; }

    /// <summary>Gets the first and last step of the longest run of zeros.</summary>
    public (long First, long Last) LongestSteps { get; private set; }

    /// <summary>Gets how many rates at the end were zero, where no run of zeros before was longer; 0 otherwise.</summary>
    public long AtTheEnd => _run == Longest ? _run : 0;

    /// <summary>Gets how many rates above zero at the end were next to nothing.</summary>
    public long Vanished { get; private set; }

    /// <summary>Gets the first and last step of those.</summary>
    public (long First, long Last) VanishedSteps { get; private set; }

    /// <summary>Gets the largest rate.</summary>
    public double Largest { get; private set; }

    /// <summary>Takes one finite rate, zero or above.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="rate">The rate.</param>
    public void Add(long step, double rate)
    {
        if (rate > nearlyNothing * Largest)
        {
            Vanished = 0;
        }
        else if (rate > 0)
        {
            VanishedSteps = (Vanished++ == 0 ? step : VanishedSteps.First, step);
        }

        Largest = Math.Max(Largest, rate);
        if (rate > 0)
        {
            _run = 0;
            _smallest = Math.Min(_smallest, rate);
            _positive = (_positive.Next, _positive.Last, rate);
            return;
        }

        Count++;
        _since = _run++ == 0 ? step : _since;
        if (_run > Longest)
        {
            (Longest, LongestSteps) = (_run, (_since, step));
        }
    }

    /// <summary>Tells whether the zeros at the end are none of rounding: the log tells rates far below the largest, or they came down to zero in a straight line.</summary>
    /// <param name="toldShare">The share of the largest rate below which a log must have told rates.</param>
    public bool AreTrue(double toldShare) => _smallest < toldShare * Largest || CameInAStraightLine();

    private bool CameInAStraightLine()
    {
        double before = _positive.First - _positive.Next;
        double fall = _positive.Next - _positive.Last;
        return fall > before / 2 && fall < 2 * before && _positive.Last < 1.5 * fall;
    }
}
