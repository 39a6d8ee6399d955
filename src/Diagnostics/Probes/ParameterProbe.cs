using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Watches one parameter: its gradient, its values, and how far a step moved them.</summary>
/// <param name="name">Its name in the model.</param>
/// <param name="parameter">The parameter.</param>
/// <param name="scope">The scope of its measurements.</param>
internal sealed class ParameterProbe(string name, Parameter parameter, int scope) : IDisposable
{
    private IParameterMeter? _meter;
    private (bool IsOnHost, ScalarType Type) _kind;
    private long _rememberedStep = -2;
    private long _gradientStep = -2;
    private long _measuredStep = -2;
    private bool _hasGradient;
    private Backoff _backoff;
    private (long Step, Tensor? Gradient) _kept = (-2, null);

    /// <summary>Gets the parameter's name.</summary>
    public string Name => name;

    /// <summary>Gets or sets the parameter: moving a model to another device or type replaces its parameters.</summary>
    public Parameter Parameter { get; set; } = parameter;

    /// <summary>Gets a value indicating whether the probe failed in this step, or is left alone because it failed lately.</summary>
    public bool IsOff { get; private set; }

    /// <summary>Gets a value indicating whether the parameter was to be trained at the last measurement.</summary>
    public bool IsTrained { get; private set; }

    /// <summary>Gets the square of the gradient's norm at the last measurement; 0 without a gradient.</summary>
    public double SquaredGradientNorm { get; private set; }

    /// <summary>Gets the square of the norm of the values at the last measurement.</summary>
    public double SquaredWeightNorm { get; private set; }

    /// <summary>Gets the square of the norm of the last step's change; NaN when the values before it are not known.</summary>
    public double SquaredChange { get; private set; }

    /// <summary>Gets the square of the norm of the values before the last step; NaN when they are not known.</summary>
    public double SquaredBefore { get; private set; }

    /// <summary>Begins a turn: a probe that failed is tried again after growing pauses.</summary>
    public void BeginTurn()
    {
        if (!IsOff)
        {
            _backoff.Succeed();
        }

        IsOff = !_backoff.TryTake();
    }

    /// <summary>Notes that the probe failed: nothing of it counts until its next turn.</summary>
    public void Fail()
    {
        IsOff = true;
        _backoff.Fail();
    }

    /// <summary>Keeps the values, so that the change of the next step can be measured.</summary>
    /// <param name="step">The step after which they stand.</param>
    /// <param name="readback">Brings over what a device computes.</param>
    /// <param name="forceDevice">Whether to reduce by torch what could be read directly.</param>
    public void Remember(long step, DeviceReadback readback, bool forceDevice)
    {
        if (_rememberedStep != step && Meter(readback, forceDevice) is { } meter)
        {
            meter.Remember(Parameter);
            _rememberedStep = step;
        }
    }

    /// <summary>Keeps the gradient as it is now.</summary>
    /// <param name="step">The step that is to come.</param>
    public void KeepGradient(long step)
    {
        _kept.Gradient?.Dispose();
        using var gradient = Parameter.grad;
        using var detached = gradient?.detach();
        _kept = (step, detached?.clone().DetachFromDisposeScope());
    }

    /// <summary>Measures gradient and values after a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="readback">Brings over what a device computes.</param>
    /// <param name="forceDevice">Whether to reduce by torch what could be read directly.</param>
    public void Measure(long step, DeviceReadback readback, bool forceDevice)
    {
        if (Meter(readback, forceDevice) is not { } meter)
        {
            return;
        }

        using var gradient = TakeGradient(step);
        bool hasGradient = gradient is not null && gradient.NumberOfElements > 0 && TensorMeter.CanMeasure(gradient);
        meter.Measure(Parameter, hasGradient ? gradient : null, _rememberedStep == step - 1, _gradientStep == step - 1);
        IsTrained = Parameter.requires_grad;
        _hasGradient = gradient is not null;
        _rememberedStep = step;
        _measuredStep = step;
        _gradientStep = hasGradient ? step : _gradientStep;
    }

    /// <summary>Tells what was measured.</summary>
    /// <param name="step">The step.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void Report(long step, Action<Metric, int, double> observe)
    {
        if (_measuredStep != step)
        {
            (SquaredGradientNorm, SquaredWeightNorm, SquaredChange, SquaredBefore) = (0, 0, 0, 0);
            return;
        }

        if (IsTrained)
        {
            observe(Metric.GradientPresent, scope, _hasGradient ? 1 : 0);
        }

        var reading = _meter!.Read();
        SquaredGradientNorm = 0;
        if (reading.Gradient is { } gradient)
        {
            ReportGradient(gradient, reading.Cosine, observe);
        }

        ReportValues(reading, observe);
    }

    /// <summary>Tells the histograms of the step's values and gradient.</summary>
    /// <param name="step">The step, which was measured.</param>
    /// <param name="sink">Takes them.</param>
    public void ReportHistograms(long step, IHistogramSink sink)
    {
        if (_measuredStep != step)
        {
            return;
        }

        var values = new MagnitudeHistogram();
        _meter!.Count(values, ofGradient: false);
        MagnitudeHistogram? gradient = null;
        if (_gradientStep == step)
        {
            gradient = new MagnitudeHistogram();
            _meter.Count(gradient, ofGradient: true);
        }

        sink.Observe(Name, values, gradient);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _meter?.Dispose();
        _kept.Gradient?.Dispose();
    }

    /// <summary>Returns the gradient that was kept for the step, or the one of now.</summary>
    private Tensor? TakeGradient(long step)
    {
        var (kept, gradient) = _kept;
        _kept = (-2, null);
        if (kept == step)
        {
            return gradient;
        }

        gradient?.Dispose();
        return Parameter.grad;
    }

    private void ReportGradient(in TensorStatistics gradient, double? cosine, Action<Metric, int, double> observe)
    {
        observe(Metric.GradientNonFiniteCount, scope, gradient.NonFiniteCount);
        double norm = gradient.NonFiniteCount > 0 ? double.NaN : gradient.Norm;
        SquaredGradientNorm = norm * norm;
        observe(Metric.GradientNorm, scope, norm);
        if (gradient.NonFiniteCount < gradient.Count)
        {
            observe(Metric.GradientStandardDeviation, scope, gradient.StandardDeviation);
            observe(Metric.GradientAbsoluteMaximum, scope, gradient.AbsoluteMaximum);
            observe(Metric.GradientZeroFraction, scope, gradient.ZeroFraction);
        }

        if (cosine is { } angle)
        {
            observe(Metric.GradientCosine, scope, angle);
        }
    }

    private void ReportValues(in ParameterReading reading, Action<Metric, int, double> observe)
    {
        var values = reading.Values;
        observe(Metric.WeightNonFiniteCount, scope, values.NonFiniteCount);
        double norm = values.NonFiniteCount > 0 ? double.NaN : values.Norm;
        SquaredWeightNorm = norm * norm;
        observe(Metric.WeightNorm, scope, norm);
        if (values.NonFiniteCount < values.Count)
        {
            observe(Metric.WeightMean, scope, values.Mean);
            observe(Metric.WeightStandardDeviation, scope, values.StandardDeviation);
            observe(Metric.WeightAbsoluteMaximum, scope, values.AbsoluteMaximum);
        }

        (SquaredChange, SquaredBefore) = (reading.SquaredChange, reading.SquaredBefore);
        if (SquaredBefore > 0)
        {
            observe(Metric.UpdateRatio, scope, Math.Sqrt(SquaredChange / SquaredBefore));
        }
    }

    private IParameterMeter? Meter(DeviceReadback readback, bool forceDevice)
    {
        if (Parameter.IsInvalid || Parameter.NumberOfElements == 0 || !TensorMeter.CanMeasure(Parameter))
        {
            return null;
        }

        var kind = (IsOnHost: !forceDevice && TensorMeter.IsOnHost(Parameter), Type: Parameter.dtype);
        if (_meter is null || kind != _kind)
        {
            _meter?.Dispose();
            _kind = kind;
            _rememberedStep = -2;
            _gradientStep = -2;
            _meter = !kind.IsOnHost ? new DeviceParameterMeter(readback)
                : kind.Type == ScalarType.Float64 ? new HostParameterMeter<double>()
                : new HostParameterMeter<float>();
        }

        return _meter;
    }
}
