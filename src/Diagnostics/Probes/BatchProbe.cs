using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Measures what goes into a model and what it should answer.</summary>
internal sealed class BatchProbe
{
    private readonly LabelCounts _labels = new();
    private ulong _previousHash;
    private bool _hasPrevious;

    /// <summary>Measures the input of the first layer. Token and class indices are no features and have no scale.</summary>
    public void MeasureInput(Tensor input, Action<Metric, int, double> observe)
    {
        if (input.dim() > 0)
        {
            observe(Metric.BatchSize, ScopeTable.Run, input.shape[0]);
        }

        if (!input.is_floating_point() || input.NumberOfElements == 0)
        {
            return;
        }

        var shape = input.shape;
        TensorMeter.Read(input, values =>
        {
            var statistics = FusedPass.Measure(values);
            observe(Metric.InputNonFiniteCount, ScopeTable.Run, statistics.NonFiniteCount);
            if (statistics.NonFiniteCount == statistics.Count)
            {
                return;
            }

            observe(Metric.InputMean, ScopeTable.Run, statistics.Mean);
            observe(Metric.InputStandardDeviation, ScopeTable.Run, statistics.StandardDeviation);
            observe(Metric.InputAbsoluteMaximum, ScopeTable.Run, statistics.AbsoluteMaximum);
            ulong hash = Hash(values);
            if (_hasPrevious)
            {
                observe(Metric.InputIdenticalBatch, ScopeTable.Run, hash == _previousHash ? 1 : 0);
            }

            (_previousHash, _hasPrevious) = (hash, true);
            if (shape is [> 1, > 0 and <= 4096])
            {
                MeasureFeatures(values, (int)shape[0], (int)shape[1], observe);
            }
        });
    }

    /// <summary>Measures the target against the shape of the model's output.</summary>
    public void MeasureTarget(Tensor target, long[]? output, Action<Metric, int, double> observe)
    {
        if (target.NumberOfElements == 0)
        {
            return;
        }

        if (target.is_floating_point())
        {
            var statistics = TensorMeter.Measure(target);
            observe(Metric.TargetNonFiniteCount, ScopeTable.Run, statistics.NonFiniteCount);
            if (statistics.NonFiniteCount < statistics.Count)
            {
                observe(Metric.TargetMean, ScopeTable.Run, statistics.Mean);
                observe(Metric.TargetStandardDeviation, ScopeTable.Run, statistics.StandardDeviation);
                observe(Metric.TargetMinimum, ScopeTable.Run, statistics.Minimum);
                observe(Metric.TargetMaximum, ScopeTable.Run, statistics.Maximum);
            }

            if (output is not null)
            {
                observe(Metric.TargetBroadcast, ScopeTable.Run, Broadcasts(target.shape, output) ? 1 : 0);
            }

            _labels.MeasureNumbers(target, observe);
            return;
        }

        _labels.MeasureIndices(target, output is { Length: > 1 } ? output[1] : long.MaxValue, observe);
    }

    private static bool Broadcasts(long[] target, long[] output) =>
        !target.SequenceEqual(output) && target.Aggregate(1L, (a, b) => a * b) == output.Aggregate(1L, (a, b) => a * b) && target.Aggregate(1L, (a, b) => a * b) > 1;

    private static void MeasureFeatures(ReadOnlySpan<float> values, int rows, int columns, Action<Metric, int, double> observe)
    {
        int constant = 0;
        double smallest = double.PositiveInfinity;
        double largest = 0;
        for (int c = 0; c < columns; c++)
        {
            double sum = 0;
            double squares = 0;
            float first = values[c];
            bool varies = false;
            for (int r = 0; r < rows; r++)
            {
                float x = values[(r * columns) + c];
                varies |= x != first;
                sum += x - (double)first;
                squares += ((double)x - first) * ((double)x - first);
            }

            if (!varies)
            {
                constant++;
                continue;
            }

            double mean = sum / rows;
            double deviation = Math.Sqrt(Math.Max(0, (squares / rows) - (mean * mean)));
            smallest = deviation > 0 ? Math.Min(smallest, deviation) : smallest;
            largest = Math.Max(largest, deviation);
        }

        observe(Metric.InputConstantFraction, ScopeTable.Run, (double)constant / columns);
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
