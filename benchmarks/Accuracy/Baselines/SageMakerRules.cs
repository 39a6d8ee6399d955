namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>The built-in rules of SageMaker Debugger with the defaults of its documentation.</summary>
/// <remarks>
/// mean|g| is taken from the gradient's root mean square (times 0.8, as for a normal distribution), the 5 to 95 percentile range as 3.29 standard deviations, saturation
/// from the share of units within 1 % of a bound. TensorVariance has no default limits and is left out; Confusion and rules on images and tokens need data that no run has.
/// </remarks>
internal sealed class SageMakerRules(ScopeTable scopes) : Baseline("SageMaker Debugger", scopes)
{
    private readonly List<double> _losses = [];
    private readonly List<double> _validations = [];
    private readonly List<double> _epochLosses = [];
    private readonly Dictionary<int, int> _unchanged = [];
    private readonly Dictionary<int, double> _variances = [];
    private double _majority;
    private long _labels;

    protected override void Take(Measurement measurement)
    {
        var (step, metric, scope, value) = measurement;
        switch (metric)
        {
            case Metric.Loss:
                TakeLoss(step, value);
                break;
            case Metric.ValidationLoss:
                TakeValidation(step, value);
                break;
            case Metric.GradientNorm:
                TakeGradient(step, scope, value);
                break;
            case Metric.GradientNonFiniteCount or Metric.WeightNonFiniteCount or Metric.OutputNonFiniteCount when value > 0:
                Raise("ExplodingTensor", step, "non-finite-gradient", "non-finite-weights", "non-finite-activation", "non-finite-loss", "exploding-gradient");
                break;
            case Metric.DeadFraction when value > 0.5 && Activation(scope) == ActivationKind.ReLU:
                Raise("DeadRelu", step, "dead-units");
                break;
            case Metric.SaturatedUnitFraction when value > 0.5 && Activation(scope) is ActivationKind.Tanh or ActivationKind.Sigmoid:
                Raise("SaturatedActivation", step, "saturated-activation");
                break;
            case Metric.UpdateRatio:
                TakeUpdate(step, scope, value);
                break;
            case Metric.GradientZeroFraction or Metric.ZeroFraction when value >= 1:
                Raise("AllZero", step, "vanishing-gradient", "dead-units", "collapsed-activation", "constant-input");
                break;
            case Metric.WeightStandardDeviation when step < 10 && Parameter(scope) is { Shape.Count: >= 2 }:
                _variances[scope] = value * value;
                if (_variances.Values.Min() > 0 && _variances.Values.Max() / _variances.Values.Min() > 10)
                {
                    Raise("PoorWeightInitialization", step, "poor-initialization", "initialization-mismatch", "symmetric-units");
                }

                break;
            case Metric.GradientStandardDeviation when step < 10 && 3.29 * value < 0.001 && Parameter(scope) is { Shape.Count: >= 2 }:
                Raise("PoorWeightInitialization", step, "poor-initialization", "initialization-mismatch", "symmetric-units");
                break;
            case Metric.BatchSize:
                _labels += (long)value;
                break;
            case Metric.TargetMajorityFraction:
                _majority = value;
                break;
            case Metric.TargetMinorityFraction when _labels >= 500 && value > 0 && _majority / value > 10:
                Raise("ClassImbalance", step, "class-imbalance");
                break;
        }
    }

    private void TakeLoss(long step, double value)
    {
        if (!double.IsFinite(value))
        {
            Raise("ExplodingTensor", step, "non-finite-gradient", "non-finite-weights", "non-finite-activation", "non-finite-loss", "exploding-gradient");
        }

        _losses.Add(value);
        _epochLosses.Add(value);
        if (_losses.Count > 10 && !(value < _losses[^11]))
        {
            Raise("LossNotDecreasing", step, "stalled-loss", "diverging-loss", "oscillating-loss", "plateaued-loss", "slow-convergence", "underfitting");
        }
    }

    private void TakeValidation(long step, double value)
    {
        double training = _epochLosses.Count > 0 ? _epochLosses.Average() : double.NaN;
        _epochLosses.Clear();
        if ((value - training) / training > 0.1)
        {
            Raise("Overfit", step, "overfitting");
        }

        _validations.Add(value);
        if (_validations.Count > 10 && _validations.Skip(_validations.Count - 10).Min() > _validations.Take(_validations.Count - 10).Min() - 0.1)
        {
            Raise("Overtraining", step, "overtraining", "overfitting");
        }
    }

    private void TakeGradient(long step, int scope, double value)
    {
        if (Parameter(scope) is { Count: > 0 } parameter && 0.8 * value / Math.Sqrt(parameter.Count) < 1e-7)
        {
            Raise("VanishingGradient", step, "vanishing-gradient");
        }
    }

    private void TakeUpdate(long step, int scope, double value)
    {
        if (value is > 10 or < 1e-8)
        {
            Raise("WeightUpdateRatio", step, value > 10 ? ["oversized-update", "exploding-weights"] : ["undersized-update", "unchanged-weights"]);
        }

        _unchanged[scope] = value < 1e-5 ? _unchanged.GetValueOrDefault(scope) + 1 : 0;
        if (_unchanged[scope] >= 3)
        {
            Raise("UnchangedTensor", step, "unchanged-weights", "undersized-update");
        }
    }
}
