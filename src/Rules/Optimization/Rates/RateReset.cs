using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Optimization.Rates;

/// <summary>
/// Looks for a schedule that begins again while it is under way: the rate falls, and from one value to the next it is what it was at the very beginning, and goes on as it did then. That is what a
/// scheduler does whose state was not restored with the weights. Cycles begin again only after they have come down, and more than once.
/// </summary>
internal sealed class RateReset
{
    /// <summary>So many rates that do not rise make a schedule that is under way.</summary>
    private const int LeastFalling = 5;

    /// <summary>A rate below this share of the largest is at the end of its cycle.</summary>
    private const double UnderWay = 0.15;

    /// <summary>A rate that has fallen by less has not moved far enough for a beginning to be told from it.</summary>
    private const double Fallen = 0.9;
    private const double Same = 0.05;
    private double _first = double.NaN;
    private double _second = double.NaN;
    private double _largest;
    private double _previous = double.NaN;
    private long _previousStep;
    private int _falling;
    private (long Step, double Before, double Rate)? _candidate;

    /// <summary>Gets how often the schedule began again.</summary>
    public int Count { get; private set; }

    /// <summary>Gets where it first began again: the step, the rate just before and the rate there.</summary>
    public (long Step, long StepBefore, double Before, double Rate) First { get; private set; }

    /// <summary>Takes one finite rate, zero or above.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="rate">The rate.</param>
    public void Add(long step, double rate)
    {
        if (_candidate is { } candidate && IsNear(rate, _second))
        {
            First = Count++ == 0 ? (candidate.Step, _previousStep, candidate.Before, candidate.Rate) : First;
        }

        _candidate = null;
        if (double.IsNaN(_first))
        {
            _first = rate;
        }
        else if (double.IsNaN(_second))
        {
            _second = rate;
        }
        else if (_falling >= LeastFalling && _previous > UnderWay * _largest && _previous < Fallen * _largest && IsNear(rate, _first) && _previous < Fallen * rate)
        {
            _candidate = (step, _previous, rate);
        }

        _falling = rate < _previous ? _falling + 1 : rate > _previous ? 0 : _falling;
        _largest = Math.Max(_largest, rate);
        _previousStep = _candidate is null ? step : _previousStep;
        _previous = rate;
    }

    /// <summary>Tells whether the loss lies higher just after a step than just before, by a share that counts and beyond its noise.</summary>
    /// <param name="losses">The losses.</param>
    /// <param name="stepBefore">The last step of the schedule before it began again.</param>
    /// <param name="step">The first after.</param>
    /// <param name="share">The share.</param>
    public static bool IsDearAt(CompactedSeries losses, long stepBefore, long step, double share)
    {
        int at = 0;
        while (at < losses.BlockCount && losses.Steps[at] <= stepBefore)
        {
            at++;
        }

        double block = 1.0 / losses.BlockCount;
        double before = losses.MeanOf((at - 2.5) * block, (at - 0.5) * block);
        double after = losses.MeanOf((at + 0.5) * block, (at + 2.5) * block);
        return at > 2 && step <= losses.LastStep && after - before > Math.Max(share * before, LossFall.Sure * losses.BlockNoiseOf(0.3, 1));
    }

    private static bool IsNear(double rate, double other) => Math.Abs(rate - other) <= Same * other;
}
