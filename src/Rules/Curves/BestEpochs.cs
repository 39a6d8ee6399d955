namespace TrainingDoctor.Rules.Curves;

/// <summary>The epochs of the best validations: kept as they are told, since curves of long runs hold means of blocks.</summary>
internal sealed class BestEpochs
{
    private readonly Dictionary<(Metric Metric, int Scope), (double Value, long Step, double Epoch)> _best = [];
    private long _step = -1;
    private double _epoch = double.NaN;
    private bool _isWaiting;

    /// <summary>Takes a measurement; those that are neither validations nor epochs are passed over.</summary>
    /// <param name="measurement">The measurement.</param>
    public void Add(in Measurement measurement)
    {
        if (measurement.Metric == Metric.Epoch)
        {
            (_step, _epoch) = (measurement.Step, measurement.Value);
            if (_isWaiting)
            {
                Tell();
            }
        }
        else if (measurement.Metric is Metric.ValidationLoss or Metric.ValidationAccuracy && double.IsFinite(measurement.Value))
        {
            var key = (measurement.Metric, measurement.Scope);
            bool isBetter = !_best.TryGetValue(key, out var best) || (measurement.Metric == Metric.ValidationLoss ? measurement.Value < best.Value : measurement.Value > best.Value);
            if (isBetter)
            {
                bool isTold = _step == measurement.Step;
                _best[key] = (measurement.Value, measurement.Step, isTold ? _epoch : double.NaN);
                _isWaiting |= !isTold;
            }
        }
    }

    /// <summary>Returns the epoch of a step that is the best of a validation: the first told there or later; null for any other step, and where none was told.</summary>
    /// <param name="step">The step.</param>
    public double? At(long step)
    {
        foreach (var (_, at, epoch) in _best.Values)
        {
            if (at == step && double.IsFinite(epoch))
            {
                return epoch;
            }
        }

        return null;
    }

    private void Tell()
    {
        _isWaiting = false;
        foreach (var (key, best) in _best)
        {
            if (double.IsNaN(best.Epoch) && best.Step <= _step)
            {
                _best[key] = best with { Epoch = _epoch };
            }
            else
            {
                _isWaiting |= double.IsNaN(best.Epoch);
            }
        }
    }
}
