namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>The eight conditions of DeepDiagnosis (ICSE 2022) as its callback states them: judged once per epoch on its first batch, and only the first hit counts.</summary>
/// <remarks>
/// Saturation is taken from the share of outputs within 1 % of a bound in place of |z| ≥ 5, mean|dW| from the root mean square. Variance of weights and the ratio of
/// updates only choose its remedy and are no alarms.
/// </remarks>
internal sealed class DeepDiagnosisRules(ScopeTable scopes) : Baseline("DeepDiagnosis", scopes)
{
    private readonly List<double> _losses = [];
    private readonly List<double> _accuracies = [];
    private readonly Dictionary<int, double> _rectified = [];
    private readonly Dictionary<int, double> _saturated = [];
    private int _epoch;
    private long? _firstStep;
    private long _lastStep;
    private (double Low, double High) _target = (double.NaN, double.NaN);
    private (double Low, double High) _output = (double.NaN, double.NaN);
    private double _epochLoss;
    private bool _stopped;

    public override void Complete()
    {
        if (_rectified.Values.Any(share => share >= 0.7))
        {
            Stop("Dead Node", _lastStep, "dead-units");
        }
    }

    protected override void Take(Measurement measurement)
    {
        var (step, metric, scope, value) = measurement;
        if (metric == Metric.Loss)
        {
            _lastStep = step;
            _epochLoss = value;
            if (!double.IsFinite(value))
            {
                Stop("Exploding Tensor", step, "non-finite-loss", "non-finite-activation", "non-finite-gradient", "exploding-gradient");
            }
        }
        else if (metric == Metric.Epoch)
        {
            EndEpoch(step);
        }
        else if (metric == Metric.ValidationAccuracy)
        {
            _accuracies.Add(value);
            if (_accuracies.Count >= 20 && IsUnchanged(_accuracies, 20))
            {
                Stop("Accuracy Not Increasing", step, "stalled-loss", "plateaued-loss", "underfitting", "collapsed-activation");
            }
        }
        else if (MetricCatalog.Describe(metric).Scope != ScopeKind.Run || metric is Metric.TargetMinimum or Metric.TargetMaximum)
        {
            // The first batch of the epoch that was measured in full.
            _firstStep ??= step;
            if (step == _firstStep)
            {
                TakeFirstBatch(step, metric, scope, value);
            }
        }
    }

    private void TakeFirstBatch(long step, Metric metric, int scope, double value)
    {
        switch (metric)
        {
            case Metric.ZeroFraction when Activation(scope) == ActivationKind.ReLU:
                _rectified[scope] = value;
                break;
            case Metric.SaturatedFraction when Activation(scope) is ActivationKind.Sigmoid or ActivationKind.Tanh:
                _saturated[scope] = value;
                if (_epoch % 5 == 0 && value > 0.5)
                {
                    Stop("Saturated Activation", step, "saturated-activation");
                }

                break;
            case Metric.GradientNorm when Parameter(scope) is { Shape.Count: >= 2 } parameter:
                if (!double.IsFinite(value) || value == 0)
                {
                    Stop("Exploding Gradient", step, "non-finite-gradient", "exploding-gradient", "vanishing-gradient");
                }
                else if (0.8 * value / Math.Sqrt(parameter.Count) < 1e-7)
                {
                    Stop("Vanishing Gradient", step, "vanishing-gradient");
                }

                break;
            case Metric.UpdateRatio when value == 0:
                Stop("Unchanged Weight", step, "unchanged-weights");
                break;
            case Metric.TargetMinimum:
                _target.Low = value;
                break;
            case Metric.TargetMaximum:
                _target.High = value;
                JudgeRange(step);
                break;
            case Metric.OutputMinimum when Scopes[scope].Name == "(output)":
                _output.Low = value;
                break;
            case Metric.OutputMaximum when Scopes[scope].Name == "(output)":
                _output.High = value;
                break;
        }
    }

    private void JudgeRange(long step)
    {
        var last = Run.Model?.Leaves.LastOrDefault()?.Activation;
        bool outside = last switch
        {
            ActivationKind.Sigmoid or ActivationKind.Softmax => _target.Low < 0 || _target.High > 1,
            ActivationKind.Tanh => _target.Low < -1 || _target.High > 1,
            ActivationKind.ReLU => _target.Low < 0,
            _ => _epoch == 0 && _output.High - _output.Low > 10 * (_target.High - _target.Low),
        };
        if (outside)
        {
            Stop("Out of Range", step, "output-loss-mismatch", "invalid-target", "unscaled-target");
        }
    }

    private void EndEpoch(long step)
    {
        _losses.Add(_epochLoss);
        if (_losses.Count >= 5 && IsUnchanged(_losses, 5))
        {
            Stop("Loss Not Decreasing", step, "stalled-loss", "plateaued-loss");
        }

        _epoch++;
        _firstStep = null;
    }

    private void Stop(string alarm, long step, params string[] rules)
    {
        if (!_stopped)
        {
            _stopped = true;
            Raise(alarm, step, rules);
        }
    }

    private static bool IsUnchanged(List<double> values, int count) => values.Skip(values.Count - count).Distinct().Count() == 1;
}
