using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Measures what goes into a model and what it should answer.</summary>
/// <param name="loss">The loss, which says which class index it leaves out; null where it is not known.</param>
/// <param name="takesOneTensor">Whether the model takes one tensor and nothing else.</param>
internal sealed class BatchProbe(LossDescription? loss = null, bool takesOneTensor = false) : IDisposable
{
    private readonly LabelCounts _labels = new(loss?.IgnoredIndex, tellsBounds: loss is null or { Kind: LossKind.Other, TakesSigns: false });
    private readonly DeviceBatch _device = new();
    private readonly RepeatedRows _repeated = new(takesOneTensor);
    private readonly LinearFit _linear = new(takesOneTensor && loss is null or { Kind: LossKind.MeanSquaredError or LossKind.Other });
    private readonly FeatureDeviations _features = new();
    private ulong _previousHash;
    private bool _hasPrevious;

    /// <summary>Measures the input of the first layer. Token and class indices are no features and have no scale.</summary>
    /// <param name="input">The input.</param>
    /// <param name="readback">Brings over what a device computes; null to read memory directly.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void MeasureInput(Tensor input, DeviceReadback? readback, Action<Metric, int, double> observe)
    {
        if (input.dim() > 0)
        {
            observe(Metric.BatchSize, ScopeTable.Run, input.shape[0]);
        }

        if (input.NumberOfElements == 0 || !TensorMeter.CanMeasure(input))
        {
            return;
        }

        if (readback is not null)
        {
            _device.AddInput(input, readback);
            return;
        }

        var shape = input.shape;
        TensorMeter.Read(input, values =>
        {
            ulong hash = Hash(values);
            bool? isSame = _hasPrevious ? hash == _previousHash : null;
            (_previousHash, _hasPrevious) = (hash, true);
            ReportInput(Moments.Measure(values), isSame, observe);
            if (shape is [> 1, > 0 and <= DeviceBatch.MostFeatures])
            {
                ReportFeatures(_features.Measure(values, (int)shape[0], (int)shape[1]), observe);
            }
        });
    }

    /// <summary>Takes a call of the model, whose rows are compared with each other and with what they are to be answered by.</summary>
    /// <param name="input">What went in.</param>
    public void AddCall(Tensor input)
    {
        _repeated.AddCall(input);
        _linear.AddCall(input);
    }

    /// <summary>Takes what the loss compares the outputs with.</summary>
    /// <param name="target">The target.</param>
    public void AddCompared(Tensor target)
    {
        _repeated.AddTarget(target);
        _linear.AddTarget(target);
    }

    /// <summary>Measures the target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="prediction">The shape of what it is compared with; null when it is not known.</param>
    /// <param name="readback">Brings over what a device computes; null to read memory directly.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void MeasureTarget(Tensor target, long[]? prediction, DeviceReadback? readback, Action<Metric, int, double> observe)
    {
        if (target.NumberOfElements == 0 || (target.is_floating_point() && !TensorMeter.CanMeasure(target)))
        {
            return;
        }

        long classes = LabelCounts.ClassesOf(target.shape, prediction);
        if (readback is not null)
        {
            _device.AddTarget(target, classes, readback);
        }
        else if (target.is_floating_point())
        {
            ReportTarget(TensorMeter.Measure(target), observe);
            _labels.MeasureNumbers(target, observe);
            if (prediction is not null && target.shape.SequenceEqual(prediction))
            {
                TargetRows.Measure(target, observe);
            }
        }
        else
        {
            _labels.MeasureIndices(target, classes, observe);
        }

        AddCompared(target);
    }

    /// <summary>Tells what devices computed.</summary>
    /// <param name="readback">Has brought it over.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void Resolve(DeviceReadback readback, Action<Metric, int, double> observe)
    {
        _repeated.Report(observe);
        _linear.Report(observe);
        if (_device.TakeInput(readback) is { } input)
        {
            ReportInput(input.Statistics, input.IsSame, observe);
            if (input.Deviations is { } deviations)
            {
                ReportFeatures(deviations, observe);
            }
        }

        switch (_device.TakeTarget(readback))
        {
            case { Statistics: { } statistics } target:
                ReportTarget(statistics, observe);
                _labels.MeasureNumbers([.. target.Values.Select(value => (float)value)], target.Width, observe);
                break;
            case { } target:
                _labels.MeasureIndices([.. target.Values.Select(value => (long)value)], target.Classes, observe);
                break;
        }
    }

    /// <summary>Measures whether a target has the elements of a prediction in another shape, so that their difference is a table of all pairs.</summary>
    public static void MeasureBroadcast(long[] target, long[] prediction, Action<Metric, int, double> observe)
    {
        long elements = target.Aggregate(1L, (product, size) => product * size);
        bool isBroadcast = elements > 1 && !target.SequenceEqual(prediction) && elements == prediction.Aggregate(1L, (product, size) => product * size);
        observe(Metric.TargetBroadcast, ScopeTable.Run, isBroadcast ? 1 : 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _device.Dispose();
        _linear.Dispose();
    }

    private static void ReportInput(in TensorStatistics statistics, bool? isSame, Action<Metric, int, double> observe)
    {
        observe(Metric.InputNonFiniteCount, ScopeTable.Run, statistics.NonFiniteCount);
        if (statistics.NonFiniteCount == statistics.Count)
        {
            return;
        }

        observe(Metric.InputMean, ScopeTable.Run, statistics.Mean);
        observe(Metric.InputStandardDeviation, ScopeTable.Run, statistics.StandardDeviation);
        observe(Metric.InputAbsoluteMaximum, ScopeTable.Run, statistics.AbsoluteMaximum);
        if (isSame is { } same)
        {
            observe(Metric.InputIdenticalBatch, ScopeTable.Run, same ? 1 : 0);
        }
    }

    private static void ReportTarget(in TensorStatistics statistics, Action<Metric, int, double> observe)
    {
        observe(Metric.TargetNonFiniteCount, ScopeTable.Run, statistics.NonFiniteCount);
        if (statistics.NonFiniteCount < statistics.Count)
        {
            observe(Metric.TargetMean, ScopeTable.Run, statistics.Mean);
            observe(Metric.TargetStandardDeviation, ScopeTable.Run, statistics.StandardDeviation);
            observe(Metric.TargetMinimum, ScopeTable.Run, statistics.Minimum);
            observe(Metric.TargetMaximum, ScopeTable.Run, statistics.Maximum);
        }
    }

    private static void ReportFeatures(ReadOnlySpan<double> deviations, Action<Metric, int, double> observe)
    {
        int constant = 0;
        double smallest = double.PositiveInfinity;
        double largest = 0;
        foreach (double deviation in deviations)
        {
            if (deviation == 0)
            {
                constant++;
            }
            else if (deviation > 1e-100)
            {
                smallest = Math.Min(smallest, deviation);
                largest = Math.Max(largest, deviation);
            }
        }

        observe(Metric.InputConstantFraction, ScopeTable.Run, (double)constant / deviations.Length);
        if (largest > 0 && double.IsFinite(smallest))
        {
            observe(Metric.InputFeatureScaleRatio, ScopeTable.Run, largest / smallest);
        }
    }

    private static ulong Hash(ReadOnlySpan<float> values)
    {
        // FNV-1a over the bits of at most 4096 evenly spread values: equal batches are looked for, not forged ones.
        ulong hash = 14695981039346656037;
        int stride = Math.Max(1, values.Length / 4096);
        for (int i = 0; i < values.Length; i += stride)
        {
            hash = (hash ^ (uint)BitConverter.SingleToInt32Bits(values[i])) * 1099511628211;
        }

        return hash;
    }
}
