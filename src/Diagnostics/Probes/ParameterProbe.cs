using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Measures the gradient of one parameter, its values, and how far a step moved them.</summary>
internal sealed class ParameterProbe(Parameter parameter, int scope)
{
    private float[]? _previousValues;
    private float[]? _previousGradient;
    private long _previousStep = -1;
    private long _previousGradientStep = -1;

    /// <summary>Gets the square of the gradient's norm at the last measurement.</summary>
    public double SquaredGradientNorm { get; private set; }

    /// <summary>Gets the square of the norm of the values at the last measurement.</summary>
    public double SquaredWeightNorm { get; private set; }

    /// <summary>Gets the square of the norm of the last step's change; NaN when the values before it are not known.</summary>
    public double SquaredChange { get; private set; }

    /// <summary>Keeps the values, so that the change of the next step can be measured.</summary>
    /// <param name="step">The step after which they stand.</param>
    public void Remember(long step) => TensorMeter.Read(parameter, values => Keep(values, ref _previousValues, ref _previousStep, step));

    /// <summary>Measures gradient and values after a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void Measure(long step, Action<Metric, int, double> observe)
    {
        SquaredGradientNorm = 0;
        MeasureGradient(step, observe);
        MeasureValues(step, observe);
    }

    private void MeasureGradient(long step, Action<Metric, int, double> observe)
    {
        using var gradient = parameter.grad;
        if (parameter.requires_grad)
        {
            observe(Metric.GradientPresent, scope, gradient is null ? 0 : 1);
        }

        if (gradient is null || gradient.NumberOfElements == 0)
        {
            return;
        }

        TensorMeter.Read(gradient, values =>
        {
            var statistics = FusedPass.Measure(values);
            observe(Metric.GradientNonFiniteCount, scope, statistics.NonFiniteCount);
            double norm = statistics.NonFiniteCount > 0 ? double.NaN : statistics.Norm;
            SquaredGradientNorm = norm * norm;
            observe(Metric.GradientNorm, scope, norm);
            if (statistics.NonFiniteCount < statistics.Count)
            {
                observe(Metric.GradientStandardDeviation, scope, statistics.StandardDeviation);
                observe(Metric.GradientAbsoluteMaximum, scope, statistics.AbsoluteMaximum);
                observe(Metric.GradientZeroFraction, scope, statistics.ZeroFraction);
            }

            if (_previousGradient is { } before && _previousGradientStep == step - 1 && Cosine(before, values) is { } cosine)
            {
                observe(Metric.GradientCosine, scope, cosine);
            }

            Keep(values, ref _previousGradient, ref _previousGradientStep, step);
        });
    }

    private void MeasureValues(long step, Action<Metric, int, double> observe) => TensorMeter.Read(parameter, values =>
    {
        var statistics = FusedPass.Measure(values);
        observe(Metric.WeightNonFiniteCount, scope, statistics.NonFiniteCount);
        double norm = statistics.NonFiniteCount > 0 ? double.NaN : statistics.Norm;
        SquaredWeightNorm = norm * norm;
        observe(Metric.WeightNorm, scope, norm);
        if (statistics.NonFiniteCount < statistics.Count)
        {
            observe(Metric.WeightMean, scope, statistics.Mean);
            observe(Metric.WeightStandardDeviation, scope, statistics.StandardDeviation);
            observe(Metric.WeightAbsoluteMaximum, scope, statistics.AbsoluteMaximum);
        }

        SquaredChange = double.NaN;
        if (_previousValues is { } before && _previousStep == step - 1)
        {
            var (change, size) = Change(before, values);
            SquaredChange = change;
            if (size > 0)
            {
                observe(Metric.UpdateRatio, scope, Math.Sqrt(change / size));
            }
        }

        Keep(values, ref _previousValues, ref _previousStep, step);
    });

    private static void Keep(ReadOnlySpan<float> values, ref float[]? kept, ref long keptStep, long step)
    {
        if (kept is null || kept.Length != values.Length)
        {
            kept = new float[values.Length];
        }

        values.CopyTo(kept);
        keptStep = step;
    }

    private static (double Change, double Size) Change(float[] before, ReadOnlySpan<float> after)
    {
        double change = 0;
        double size = 0;
        for (int i = 0; i < before.Length; i++)
        {
            double d = (double)after[i] - before[i];
            change += d * d;
            size += (double)before[i] * before[i];
        }

        return (change, size);
    }

    private static double? Cosine(float[] before, ReadOnlySpan<float> after)
    {
        double product = 0;
        double left = 0;
        double right = 0;
        for (int i = 0; i < before.Length; i++)
        {
            product += (double)before[i] * after[i];
            left += (double)before[i] * before[i];
            right += (double)after[i] * after[i];
        }

        double scale = Math.Sqrt(left) * Math.Sqrt(right);
        return scale > 0 && double.IsFinite(scale) ? Math.Clamp(product / scale, -1, 1) : null;
    }
}
