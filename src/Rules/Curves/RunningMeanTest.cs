namespace TrainingDoctor.Rules.Curves;

/// <summary>
/// Tells whether the values of a series are means of all that came before, as some progress bars print them. The n-th such mean moves by an n-th of what the newest single value differs from
/// it, so that n times its steps are as wide at the end as at the beginning and independent of each other. Neighbouring steps of single values go to and fro, those of a smooth curve go one way.
/// </summary>
internal struct RunningMeanTest
{
    /// <summary>The first means are still single values.</summary>
    private const int From = 16;

    /// <summary>So many have three full windows, each twice as long as the one before.</summary>
    private const int Enough = 128;
    private const double MostCorrelation = 0.25;

    /// <summary>The correlations of stretches of sixteen independent steps have a mean square of a sixteenth. Stretches that go to and fro and stretches that go one way may cancel out in their mean, and not in this.</summary>
    private const double MostMeanSquare = 0.14;
    private const int Stretch = 16;
    private const double MostSpread = 5;

    private long _count;
    private double _last;
    private double _previous;
    private double _products;
    private double _squares;
    private double _window;
    private double _stretchProducts;
    private double _stretchSquares;
    private double _correlations;
    private int _stretches;
    private long _windowCount;
    private long _windowLength;
    private double _narrowest;
    private double _widest;

    /// <summary>Gets a value indicating whether the series is one of running means.</summary>
    public readonly bool Holds => _count >= Enough && _widest < MostSpread * _narrowest && _correlations < MostMeanSquare * _stretches && Math.Abs(_products) < MostCorrelation * _squares;

    /// <summary>Takes one finite value.</summary>
    /// <param name="value">The value.</param>
    public void Add(double value)
    {
        double step = ++_count * (value - _last);
        _last = value;
        if (_count <= From)
        {
            (_previous, _windowLength, _narrowest, _widest) = (step, From, double.PositiveInfinity, 0);
            return;
        }

        _products += step * _previous;
        _stretchProducts += step * _previous;
        _stretchSquares += step * step;
        _squares += step * step;
        _previous = step;
        if ((_count - From) % Stretch == 0)
        {
            double correlation = _stretchSquares > 0 ? _stretchProducts / _stretchSquares : 0;
            _correlations += correlation * correlation;
            _stretches++;
            (_stretchProducts, _stretchSquares) = (0, 0);
        }

        _window += step * step;
        if (++_windowCount < _windowLength)
        {
            return;
        }

        double mean = _window / _windowCount;
        (_narrowest, _widest) = (Math.Min(_narrowest, mean), Math.Max(_widest, mean));
        (_window, _windowCount, _windowLength) = (0, 0, 2 * _windowLength);
    }
}
