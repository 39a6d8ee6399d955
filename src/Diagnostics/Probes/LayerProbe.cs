using System.Runtime.CompilerServices;
using TrainingDoctor.Models;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Watches one layer: how often it is called, in which mode, and what comes out of it.</summary>
internal sealed class LayerProbe
{
    /// <summary>Where activation functions end.</summary>
    internal static readonly IReadOnlyDictionary<ActivationKind, (float Low, float High)> Bounds = new Dictionary<ActivationKind, (float Low, float High)>
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
    private readonly LayerMeter _meter;
    private readonly bool _isBounded;
    private long _measuredStep = -1;
    private long _lastDimension;
    private double? _normalizationBatch;
    private Backoff _backoff;
    private bool _isRead;
    private double? _momentum;
    private bool _takesPlacesFirst;
    private (long First, long Second)? _sequence;
    private LookupCounts? _lookups;

    public LayerProbe(LayerDescription layer, int scope)
    {
        _layer = layer;
        Scope = scope;
        (float, float)? bounds = null;
        if (layer.Activation is { } activation && Bounds.TryGetValue(activation, out var limits))
        {
            float margin = BoundShare * (limits.High - limits.Low);
            bounds = (limits.Low + margin, limits.High - margin);
        }

        _isBounded = bounds is not null;
        _meter = new LayerMeter(bounds);
    }

    /// <summary>Gets the scope of the layer's measurements.</summary>
    public int Scope { get; }

    /// <summary>Gets the layer's path.</summary>
    public string Path => _layer.Path;

    /// <summary>Gets the layer's kind.</summary>
    public LayerKind Kind => _layer.Kind;

    /// <summary>Gets a value indicating whether the layer does something else in training than in evaluation.</summary>
    public bool IsModal => _layer.Kind is LayerKind.Dropout or LayerKind.BatchNormalization;

    /// <summary>Gets or sets the number of training calls so far.</summary>
    public long Calls { get; set; }

    /// <summary>Gets or sets the place in the order in which layers were first called; -1 before the first call.</summary>
    public int Order { get; set; } = -1;

    /// <summary>Gets or sets the mode at the last call in training; null when it was not called since the last report.</summary>
    public bool? ModeInTraining { get; set; }

    /// <summary>Gets or sets the mode at the last call in evaluation; null when it was not called since the last validation.</summary>
    public bool? ModeInEvaluation { get; set; }

    /// <summary>Gets the shape of the last output that was looked at; null before the first.</summary>
    public long[]? Shape { get; private set; }

    /// <summary>Gets a value indicating whether the probe failed in this step, or is left alone because it failed lately.</summary>
    public bool IsOff { get; private set; }

    /// <summary>Gets a value indicating whether the probe failed lately.</summary>
    public bool IsTroubled => _backoff.IsTroubled;

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

    /// <summary>Gets the weight that the start values still have in the running statistics; null for what keeps none.</summary>
    public double? StartShare => _momentum is { } momentum ? Math.Pow(1 - momentum, Calls) : null;

    /// <summary>Notes what can be told of a layer by its kind: how fast running statistics follow, which rows are looked up, and which axis of a sequence comes first.</summary>
    /// <param name="module">The layer.</param>
    /// <param name="input">What goes in.</param>
    public void NoteInput(nn.Module module, object? input)
    {
        if (!_isRead)
        {
            _isRead = true;
            _momentum = Kind == LayerKind.BatchNormalization && module.named_buffers().Any(buffer => buffer.name == "running_var") ? SettlingSpeed(module) : null;
            _lookups = Kind == LayerKind.Embedding ? LookupCounts.Of(module) : null;
            _takesPlacesFirst = Kind is LayerKind.Recurrent or LayerKind.Attention
                && (LossInspector.Member(module, "_batch_first") ?? LossInspector.Member(module, "batch_first")) is not true;
        }

        if (_lookups is not null && FirstTensor(input) is { } indices)
        {
            _lookups.Add(indices);
        }

        _sequence = _takesPlacesFirst && FirstTensor(input) is { } sequence && sequence.dim() == 3 ? (sequence.shape[0], sequence.shape[1]) : null;
    }

    /// <summary>Tells whether the sequence of the step has samples where its layer takes places.</summary>
    /// <param name="target">The target of the step, one or one row for each sample.</param>
    /// <returns>Null where the sizes do not tell.</returns>
    public bool? IsAxisSwapped(Tensor target)
    {
        if (_sequence is not var (first, second) || first == second || target.dim() == 0 || (target.dim() > 1 && (target.shape[1] == first || target.shape[1] == second)))
        {
            return null;
        }

        long samples = target.shape[0];
        return samples == second ? false : samples == first ? true : null;
    }

    /// <summary>Finds the tensor in what a module took or returned: itself, or the first of a tuple.</summary>
    public static Tensor? FirstTensor(object? value)
    {
        switch (value)
        {
            case Tensor tensor:
                return tensor;
            case ITuple tuple:
                for (int i = 0; i < tuple.Length; i++)
                {
                    if (FirstTensor(tuple[i]) is { } first)
                    {
                        return first;
                    }
                }

                return null;
            case IEnumerable<Tensor> tensors:
                return tensors.FirstOrDefault();
            default:
                return null;
        }
    }

    /// <summary>Gets how the last output that was measured is spread; null unless that was asked for and could be read.</summary>
    public MagnitudeHistogram? Histogram => _meter.Histogram;

    /// <summary>Tells whether the layer was measured in a step.</summary>
    /// <param name="step">The step.</param>
    public bool HasMeasured(long step) => _measuredStep == step;

    /// <summary>Measures an output, once per step: a layer that is called several times is judged by its first call.</summary>
    /// <param name="input">What went in.</param>
    /// <param name="output">What came out.</param>
    /// <param name="step">The step.</param>
    /// <param name="readback">Brings over what a device computes.</param>
    /// <param name="forceDevice">Whether to reduce by torch what could be read directly.</param>
    /// <param name="isCounted">Whether its numbers are counted into a distribution too.</param>
    public void Measure(object? input, Tensor output, long step, DeviceReadback readback, bool forceDevice, bool isCounted = false)
    {
        if (_measuredStep == step)
        {
            return;
        }

        long[] shape = output.shape;
        Shape = shape;
        if (output.NumberOfElements == 0 || !TensorMeter.CanMeasure(output))
        {
            return;
        }

        _lastDimension = shape.Length > 0 ? shape[^1] : 1;
        UnitLayout? layout = shape.Length >= 2 ? UnitLayout.Of(shape, _layer.Kind) : null;
        _meter.Measure(output, layout, forceDevice || !TensorMeter.IsOnHost(output) ? readback : null, isCounted);
        _normalizationBatch = _layer.Kind == LayerKind.BatchNormalization && FirstTensor(input) is { } batch && batch.dim() >= 2
            ? (double)batch.NumberOfElements / batch.shape[1]
            : null;
        _measuredStep = step;
    }

    /// <summary>Tells what was measured.</summary>
    /// <param name="readback">Has brought over what devices computed.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void Report(DeviceReadback readback, Action<Metric, int, double> observe)
    {
        _meter.Resolve(readback);
        var statistics = _meter.Statistics;
        observe(Metric.OutputNonFiniteCount, Scope, statistics.NonFiniteCount);
        if (statistics.NonFiniteCount < statistics.Count)
        {
            observe(Metric.OutputMean, Scope, statistics.Mean);
            observe(Metric.OutputStandardDeviation, Scope, statistics.StandardDeviation);
            observe(Metric.OutputMinimum, Scope, statistics.Minimum);
            observe(Metric.OutputMaximum, Scope, statistics.Maximum);
            observe(Metric.OutputAbsoluteMaximum, Scope, statistics.AbsoluteMaximum);
            observe(Metric.OutputSkewness, Scope, statistics.Skewness);
            observe(Metric.ZeroFraction, Scope, statistics.ZeroFraction);
            observe(Metric.NegativeFraction, Scope, statistics.NegativeFraction);
        }

        if (_meter.HasUnits)
        {
            ReportUnits(statistics, observe);
        }

        if (_lookups?.TakeShare() is { } share)
        {
            observe(Metric.EmbeddingModeShare, Scope, share);
        }

        if (_normalizationBatch is { } size)
        {
            observe(Metric.NormalizationBatchSize, Scope, size);
        }
    }

    /// <summary>The share of the batch in a running statistic; none means a mean over all batches, which forgets its start at once.</summary>
    private static double? SettlingSpeed(nn.Module module) => (LossInspector.Member(module, "momentum") ?? LossInspector.Member(module, "_momentum")) as double?;

    private void ReportUnits(in TensorStatistics statistics, Action<Metric, int, double> observe)
    {
        var units = _meter.Units;
        if (_isBounded)
        {
            observe(Metric.SaturatedFraction, Scope, units.ElementBoundFraction);
        }

        if (units.IsReady && _layer.Kind == LayerKind.Activation)
        {
            observe(Metric.DeadFraction, Scope, units.DeadFraction);
            if (_isBounded)
            {
                observe(Metric.SaturatedUnitFraction, Scope, units.BoundFraction);
            }
        }

        if (!double.IsNaN(_meter.Variation))
        {
            double scale = Math.Max(statistics.StandardDeviation, 1e-6 * statistics.AbsoluteMaximum);
            observe(Metric.BatchVariation, Scope, scale > 0 ? _meter.Variation / scale : 0);
        }

        observe(Metric.RowSum, Scope, statistics.Mean * _lastDimension);
    }
}
