using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Curves;

/// <summary>One metric of a run over its steps, in bounded memory, and its description: computed when it is asked for, kept until the next value.</summary>
internal sealed class Curve
{
    /// <summary>Values printed with six digits are the same to a millionth.</summary>
    private const double Digits = 1e-6;

    private CurveDescription? _falling;
    private CurveDescription? _rising;
    private double _repeated = double.NaN;
    private RunningMeanTest _runningMean;

    /// <summary>Gets the values as means of blocks; NaN and infinities are passed over.</summary>
    public CompactedSeries Series { get; } = new();

    /// <summary>Gets a value indicating whether each value is the mean of all so far, which hides what the last ones did.</summary>
    public bool IsRunningMean => _runningMean.Holds;

    /// <summary>Gets how many values at the end are the same to six digits.</summary>
    public long Repeats { get; private set; }

    /// <summary>Gets the step since which the value has been the same to six digits; -1 before any.</summary>
    public long RepeatedSince { get; private set; } = -1;

    /// <summary>Gets the number of infinite values. Unlike NaN, which some logs write where nothing was measured, they were computed.</summary>
    public long Infinities { get; private set; }

    /// <summary>Gets the first infinite value and its step; -1 before any.</summary>
    public (long Step, double Value) FirstInfinity { get; private set; } = (-1, double.NaN);

    /// <summary>Takes one value.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="value">The value.</param>
    public void Add(long step, double value)
    {
        (_falling, _rising) = (null, null);
        if (double.IsInfinity(value))
        {
            FirstInfinity = Infinities++ == 0 ? (step, value) : FirstInfinity;
        }

        if (!(Math.Abs(value - _repeated) <= Digits * Math.Abs(_repeated)))
        {
            (_repeated, Repeats, RepeatedSince) = (value, 0, step);
        }

        Repeats++;
        if (double.IsFinite(value))
        {
            _runningMean.Add(value);
        }

        Series.Add(step, value);
    }

    /// <summary>Describes the curve.</summary>
    /// <param name="higherIsBetter">Whether it is a score; a loss otherwise.</param>
    /// <returns>Null before the first finite value.</returns>
    public CurveDescription? Describe(bool higherIsBetter = false) => Series.BlockCount == 0
        ? null
        : higherIsBetter ? _rising ??= CurveDescription.Of(Series, -1) : _falling ??= CurveDescription.Of(Series, 1);
}
