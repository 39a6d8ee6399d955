namespace TrainingDoctor.Interventions;

/// <summary>Where the loss of a treated training has come from and where it stands: roughly, from a smoothed curve.</summary>
internal sealed class LossCourse
{
    private const double Smoothing = 0.1;
    private const double Learned = 0.1;
    private const double ComingDown = 0.01;
    private const double Ruin = 10;
    private double _smoothed = double.NaN;
    private double _first = double.NaN;
    private double _last = double.NaN;
    private double _best = double.NaN;
    private double _marked = double.NaN;
    private long _progressed;

    /// <summary>Gets a value indicating whether the loss has come down from where it began: weights that have learned nothing are no better than the first ones.</summary>
    public bool HasLearned => _smoothed < _first - (Learned * Math.Abs(_first));

    /// <summary>Gets a value indicating whether the loss has begun to come down.</summary>
    public bool IsComingDown => _smoothed < _first - (ComingDown * Math.Abs(_first));

    /// <summary>Gets a value indicating whether the loss is so far above where it began that smaller steps do not lead back: such weights are worth no more than ones that are not finite.</summary>
    public bool IsRuined => _last > _first + (Ruin * Math.Abs(_first));

    /// <summary>Gets a value indicating whether half of what was learned is lost again.</summary>
    public bool HasRelapsed => _best < _first - (2 * Learned * Math.Abs(_first)) && _smoothed > (_best + _first) / 2;

    /// <summary>Gets a value indicating whether more than half of the loss is left.</summary>
    public bool IsHigh => _smoothed > Math.Abs(_first) / 2;

    /// <summary>Takes the loss of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="loss">The loss.</param>
    public void Add(long step, double loss)
    {
        _first = double.IsNaN(_first) ? loss : _first;
        _smoothed = double.IsNaN(_smoothed) ? loss : _smoothed + (Smoothing * (loss - _smoothed));
        _last = loss;
        _best = _smoothed >= _best ? _best : _smoothed;
        if (!(_best > _marked - (ComingDown * Math.Abs(_first))))
        {
            (_marked, _progressed) = (_best, step);
        }
    }

    /// <summary>Tells how many steps have passed without progress.</summary>
    /// <param name="step">The present step.</param>
    /// <param name="since">The step from which it counts.</param>
    public long StepsWithoutProgress(long step, long since) => step - Math.Max(_progressed, since);

    /// <summary>Goes on with other weights of the same model: where the loss began still holds.</summary>
    public void GoOn() => (_smoothed, _best, _marked) = (double.NaN, double.NaN, double.NaN);

    /// <summary>Begins with another model.</summary>
    public void Begin() => (_first, _smoothed) = (double.NaN, double.NaN);
}
