namespace TrainingDoctor.Rules.Optimization.Rates;

/// <summary>Whether a learning rate rose from the first step to the last, and how: in a straight line, or by a constant factor.</summary>
internal sealed class RateTrend
{
    /// <summary>So many levels, each above the one before, are a schedule that rises once an epoch.</summary>
    private const int FewestLevels = 5;
    private long _count;
    private long _rises;
    private long _falls;
    private long _level = 1;
    private long _longestLevel;
    private double _sumStep;
    private double _sumStepSquares;
    private double _sumRate;
    private double _sumProduct;
    private double _squaresRate;
    private double _sumLogarithm;
    private double _sumLogarithmProduct;
    private double _squaresLogarithm;

    /// <summary>Gets the first rate; NaN before any.</summary>
    public double First { get; private set; } = double.NaN;

    /// <summary>Gets its step.</summary>
    public long FirstStep { get; private set; }

    /// <summary>Gets the last rate.</summary>
    public double Last { get; private set; }

    /// <summary>Gets its step.</summary>
    public long LastStep { get; private set; }

    /// <summary>Gets a value indicating whether every rate was above the one before, or in as many steps above it as ever before, and the first above zero.</summary>
    public bool RoseThroughout => First > 0 && (_rises == _count - 1 || (_falls == 0 && _rises >= FewestLevels && _level <= _longestLevel));

    /// <summary>Gets how straight the rise is: the correlation of rate and step.</summary>
    public double Straightness => Correlation(_sumRate, _sumProduct, _squaresRate);

    /// <summary>Gets how exponential the rise is: the correlation of the rate's logarithm and the step.</summary>
    public double Steadiness => Correlation(_sumLogarithm, _sumLogarithmProduct, _squaresLogarithm);

    /// <summary>Takes one finite rate, zero or above.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="rate">The rate.</param>
    public void Add(long step, double rate)
    {
        if (_count++ == 0)
        {
            (First, FirstStep) = (rate, step);
        }
        else if (rate == Last)
        {
            _level++;
        }
        else
        {
            (_rises, _falls) = rate > Last ? (_rises + 1, _falls) : (_rises, _falls + 1);
            (_longestLevel, _level) = (Math.Max(_longestLevel, _level), 1);
        }

        double x = step - FirstStep;
        double logarithm = rate > 0 ? Math.Log(rate) : 0;
        _sumStep += x;
        _sumStepSquares += x * x;
        _sumRate += rate;
        _sumProduct += x * rate;
        _squaresRate += rate * rate;
        _sumLogarithm += logarithm;
        _sumLogarithmProduct += x * logarithm;
        _squaresLogarithm += logarithm * logarithm;
        (Last, LastStep) = (rate, step);
    }

    private double Correlation(double sum, double products, double squares)
    {
        double n = _count;
        double covariance = products - (_sumStep * sum / n);
        double spread = Math.Sqrt(Math.Max(0, _sumStepSquares - (_sumStep * _sumStep / n)) * Math.Max(0, squares - (sum * sum / n)));
        return spread > 0 ? covariance / spread : 0;
    }
}
