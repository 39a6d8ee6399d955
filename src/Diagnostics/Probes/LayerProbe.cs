using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Measures what comes out of one layer.</summary>
internal sealed class LayerProbe
{
    private static readonly Dictionary<ActivationKind, (float Low, float High)> Bounds = new()
    {
        [ActivationKind.Sigmoid] = (0, 1),
        [ActivationKind.Hardsigmoid] = (0, 1),
        [ActivationKind.Tanh] = (-1, 1),
        [ActivationKind.Hardtanh] = (-1, 1),
        [ActivationKind.Softsign] = (-1, 1),
        [ActivationKind.Softmax] = (0, 1),
    };

    private const float BoundShare = 0.01f;
    private readonly LayerDescription _layer;
    private readonly UnitActivity _units = new();
    private readonly (float Low, float High)? _bounds;
    private long _measuredStep = -1;

    public LayerProbe(LayerDescription layer, int scope)
    {
        _layer = layer;
        Scope = scope;
        if (layer.Activation is { } activation && Bounds.TryGetValue(activation, out var bounds))
        {
            float margin = BoundShare * (bounds.High - bounds.Low);
            _bounds = (bounds.Low + margin, bounds.High - margin);
        }
    }

    /// <summary>Gets the scope of the layer's measurements.</summary>
    public int Scope { get; }

    /// <summary>Gets the layer's path.</summary>
    public string Path => _layer.Path;

    /// <summary>Gets or sets the number of training calls since the last report.</summary>
    public int Calls { get; set; }

    /// <summary>Gets or sets the mode at the last call in training; null when it was not called since the last report.</summary>
    public bool? ModeInTraining { get; set; }

    /// <summary>Gets or sets the mode at the last call without gradients; null when it was not called since the last validation.</summary>
    public bool? ModeInEvaluation { get; set; }

    /// <summary>Gets the layer's kind.</summary>
    public LayerKind Kind => _layer.Kind;

    /// <summary>Gets or sets the place in the order in which layers were first called.</summary>
    public int Order { get; set; }

    /// <summary>Gets or sets a value indicating whether the layer was ever called in training.</summary>
    public bool HasFired { get; set; }

    /// <summary>Finds the tensor in what a module returned: itself, or the first of a tuple.</summary>
    public static Tensor? FirstTensor(object? value) => value switch
    {
        Tensor tensor => tensor,
        ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => FirstTensor(tuple[i])).FirstOrDefault(tensor => tensor is not null),
        IEnumerable<Tensor> tensors => tensors.FirstOrDefault(),
        _ => null,
    };

    /// <summary>Measures an output, once per step: a layer that is called several times is judged by its first call.</summary>
    /// <param name="input">What went in.</param>
    /// <param name="output">What came out.</param>
    /// <param name="step">The step.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void Measure(object? input, Tensor output, long step, Action<Metric, int, double> observe)
    {
        if (_measuredStep == step || output.NumberOfElements == 0 || !output.is_floating_point())
        {
            return;
        }

        _measuredStep = step;
        var shape = output.shape;
        TensorMeter.Read(output, values =>
        {
            var statistics = FusedPass.Measure(values);
            Report(statistics, observe);
            if (shape.Length >= 2 && statistics.NonFiniteCount == 0)
            {
                ReportUnits(values, shape, statistics, observe);
            }
        });
        if (_layer.Kind == LayerKind.BatchNormalization && FirstTensor(input) is { } batch && batch.dim() >= 2)
        {
            observe(Metric.NormalizationBatchSize, Scope, (double)batch.NumberOfElements / batch.shape[1]);
        }
    }

    private void Report(in TensorStatistics statistics, Action<Metric, int, double> observe)
    {
        observe(Metric.OutputNonFiniteCount, Scope, statistics.NonFiniteCount);
        if (statistics.NonFiniteCount == statistics.Count)
        {
            return;
        }

        observe(Metric.OutputMean, Scope, statistics.Mean);
        observe(Metric.OutputStandardDeviation, Scope, statistics.StandardDeviation);
        observe(Metric.OutputMinimum, Scope, statistics.Minimum);
        observe(Metric.OutputMaximum, Scope, statistics.Maximum);
        observe(Metric.OutputAbsoluteMaximum, Scope, statistics.AbsoluteMaximum);
        observe(Metric.OutputSkewness, Scope, statistics.Skewness);
        observe(Metric.ZeroFraction, Scope, statistics.ZeroFraction);
        observe(Metric.NegativeFraction, Scope, statistics.NegativeFraction);
    }

    private void ReportUnits(ReadOnlySpan<float> values, long[] shape, in TensorStatistics statistics, Action<Metric, int, double> observe)
    {
        // Images and sequences of channels: dimension 1. Everything else: the last dimension.
        bool channels = shape.Length >= 4 || (shape.Length == 3 && _layer.Kind is LayerKind.Convolution or LayerKind.BatchNormalization);
        int units = (int)(channels ? shape[1] : shape[^1]);
        int inner = channels ? (int)shape.Skip(2).Aggregate(1L, (product, size) => product * size) : 1;
        int outer = values.Length / Math.Max(1, units * inner);
        var (low, high) = _bounds ?? (float.NegativeInfinity, float.PositiveInfinity);
        _units.Add(values, outer, units, inner, low, high);
        bool isActivation = _layer.Kind == LayerKind.Activation;
        if (_bounds is not null)
        {
            observe(Metric.SaturatedFraction, Scope, _units.ElementBoundFraction);
        }

        if (_units.IsReady && isActivation)
        {
            observe(Metric.DeadFraction, Scope, _units.DeadFraction);
            if (_bounds is not null)
            {
                observe(Metric.SaturatedUnitFraction, Scope, _units.BoundFraction);
            }
        }

        if (outer >= 2)
        {
            double scale = Math.Max(statistics.StandardDeviation, 1e-6 * statistics.AbsoluteMaximum);
            observe(Metric.BatchVariation, Scope, scale > 0 ? _units.SpreadAcrossSamples / scale : 0);
        }

        observe(Metric.RowSum, Scope, statistics.Mean * shape[^1]);
    }
}
