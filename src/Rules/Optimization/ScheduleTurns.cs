namespace TrainingDoctor.Rules.Optimization;

/// <summary>Follows where a learning rate turns: how often it comes back up by degrees, and where it jumps back to where the run began.</summary>
/// <remarks>
/// A cosine whose period was meant in epochs and that is moved by steps goes up and down many times an epoch. A schedule that begins anew after a resume jumps back in the middle of its fall;
/// warm restarts wait until the rate has come to rest at its least.
/// </remarks>
internal sealed class ScheduleTurns
{
    /// <summary>The factor between a trough and a peak of a turn.</summary>
    private const double Swing = 3;

    /// <summary>Rates of one climb at least: what comes back at once is a restart.</summary>
    private const int GradualRates = 3;

    /// <summary>Rates of one fall at least before a jump back.</summary>
    private const int FewestFalling = 10;
    private const double Same = 0.02;

    /// <summary>How far the last fall of an exponential decay may be from its mean.</summary>
    private const double Even = 0.1;

    /// <summary>The share of the largest rate above which a fall that goes on has not come to its end.</summary>
    private const double MidFall = 0.05;

    /// <summary>So many jumps back, evenly spaced from the beginning of the run, are a cycle that comes down by steps.</summary>
    private const int FewestInACycle = 3;
    private readonly List<long> _peaks = [];
    private (long Step, long StepBefore, double Before, double Rate)? _reset;
    private long _latestReset;
    private int _resets;
    private long _shortestGap = long.MaxValue;
    private long _longestGap;
    private double _first = double.NaN;
    private double _largest;
    private double _last;
    private long _lastStep;
    private bool _climbs;
    private double _extreme = double.NaN;
    private long _extremeStep;
    private int _climbing;

    // The fall under way: its first rate, the rate before the last, its rates and how many differ from the one before.
    private double _fallFrom;
    private double _beforeLast;
    private int _falling;
    private int _levels;

    /// <summary>Gets the steps at which gradual climbs ended.</summary>
    public IReadOnlyList<long> Peaks => _peaks;

    /// <summary>Gets the first jump back to where the run began out of a fall that had not ended: its step, the step before, the rate there and the rate that it came back to; null for none, and for a cycle.</summary>
    public (long Step, long StepBefore, double Before, double Rate)? Reset => IsCycle ? null : _reset;

    /// <summary>Gets the mean number of steps from one peak to the next; NaN for fewer than two.</summary>
    public double Period => _peaks.Count > 1 ? (double)(_peaks[^1] - _peaks[0]) / (_peaks.Count - 1) : double.NaN;

    /// <summary>Whoever resumes does not do so again and again after as many steps.</summary>
    private bool IsCycle => _resets >= FewestInACycle && _longestGap <= (1 + Even) * _shortestGap;

    /// <summary>Takes a rate.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="rate">The rate; finite and not negative.</param>
    public void Observe(long step, double rate)
    {
        if (double.IsNaN(_first))
        {
            (_first, _extreme, _extremeStep, _fallFrom, _last, _latestReset) = (rate, rate, step, rate, rate, step);
        }

        if (IsReset(rate))
        {
            _reset ??= (step, _lastStep, _last, rate);
            (_shortestGap, _longestGap) = (Math.Min(_shortestGap, step - _latestReset), Math.Max(_longestGap, step - _latestReset));
            (_latestReset, _resets) = (step, _resets + 1);
        }

        FollowTurns(step, rate);
        FollowFall(rate);
        _largest = Math.Max(_largest, rate);
        (_beforeLast, _last, _lastStep) = (_last, rate, step);
    }

    private bool IsReset(double rate) => rate > Swing * _last && _last > 0 && _falling >= FewestFalling && Math.Abs(rate - _first) <= Same * _first && HasNotEnded();

    /// <summary>An exponential decay has no end, a decay by steps keeps few levels, and what still falls as fast as ever in the middle of its range was cut off.</summary>
    private bool HasNotEnded()
    {
        double mean = Math.Log(_fallFrom / _last) / _falling;
        double latest = Math.Log(_beforeLast / _last);
        bool isEven = Math.Abs(latest - mean) <= Even * mean && _levels > _falling / 2;
        bool hasSteps = _levels >= 1 && _levels <= _falling / 10;
        bool isMidway = latest >= mean && _last > MidFall * _largest;
        return isEven || hasSteps || isMidway;
    }

    private void FollowFall(double rate)
    {
        if (rate > _last)
        {
            (_fallFrom, _falling, _levels) = (rate, 0, 0);
            return;
        }

        _falling++;
        _levels += rate < _last ? 1 : 0;
    }

    private void FollowTurns(long step, double rate)
    {
        // Next to nothing is nothing: from there any rate would be a swing.
        double least = Math.Max(rate, 1e-3 * _largest);
        _climbing = rate > _last ? _climbing + 1 : _climbs ? _climbing : 0;
        if (_climbs)
        {
            if (rate > _extreme)
            {
                (_extreme, _extremeStep) = (rate, step);
            }
            else if (least <= _extreme / Swing)
            {
                if (_climbing >= GradualRates)
                {
                    _peaks.Add(_extremeStep);
                }

                (_climbs, _extreme, _extremeStep, _climbing) = (false, least, step, 0);
            }
        }
        else if (least < _extreme)
        {
            (_extreme, _extremeStep) = (least, step);
        }
        else if (least >= Swing * _extreme)
        {
            (_climbs, _extreme, _extremeStep) = (true, rate, step);
        }
    }
}
