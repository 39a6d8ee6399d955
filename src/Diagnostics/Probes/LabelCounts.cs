using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Counts how often each class occurs among the targets of a run, however they are written: as indices, as zeros and ones, as rows with a single one.</summary>
/// <param name="ignored">The index that the loss leaves out, as it says itself; null where it does not say.</param>
/// <param name="tellsBounds">Whether indices may be signs, so that their smallest and largest say something.</param>
internal sealed class LabelCounts(long? ignored = null, bool tellsBounds = false)
{
    /// <summary>The index that torch's losses leave out unless told otherwise.</summary>
    private const long IgnoredIndex = -100;

    private const int MostClasses = 10_000;
    private readonly Dictionary<long, long> _classes = [];
    private long _counted;
    private bool _areNumbers;

    /// <summary>Measures class indices.</summary>
    /// <param name="target">The indices, of any shape.</param>
    /// <param name="classes">The number of classes that the output has.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void MeasureIndices(Tensor target, long classes, Action<Metric, int, double> observe)
    {
        using var scope = NewDisposeScope();
        MeasureIndices(target.detach().to(ScalarType.Int64).cpu().flatten().contiguous().data<long>().ToArray(), classes, observe);
    }

    /// <summary>Measures class indices. Those that torch's losses leave out are left out.</summary>
    /// <param name="indices">The indices.</param>
    /// <param name="classes">The number of classes that the output has.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void MeasureIndices(long[] indices, long classes, Action<Metric, int, double> observe)
    {
        long[] labels = [.. indices.Where(label => label != IgnoredIndex && label != ignored)];
        if (indices.Length > 0)
        {
            observe(Metric.TargetIgnoredFraction, ScopeTable.Run, 1 - ((double)labels.Length / indices.Length));
        }

        observe(Metric.TargetInvalidCount, ScopeTable.Run, labels.Count(label => label < 0 || label >= classes));
        if (labels.Length > 0)
        {
            if (tellsBounds)
            {
                observe(Metric.TargetMinimum, ScopeTable.Run, labels.Min());
                observe(Metric.TargetMaximum, ScopeTable.Run, labels.Max());
            }

            Measure(labels, observe);
        }
    }

    /// <summary>Measures targets that are numbers, as long as they are labels all the same: a column of zeros and ones, or rows with a single one.</summary>
    /// <param name="target">The numbers.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void MeasureNumbers(Tensor target, Action<Metric, int, double> observe)
    {
        if (!_areNumbers)
        {
            TensorMeter.Read(target, values => MeasureNumbers(values, WidthOf(target.shape), observe));
        }
    }

    /// <summary>Measures targets that are numbers, as long as they are labels all the same: a column of zeros and ones, or rows with a single one.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="width">The length of a row; 0 when they stand in no rows.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void MeasureNumbers(ReadOnlySpan<float> values, int width, Action<Metric, int, double> observe)
    {
        // One batch of other numbers tells that earlier ones were zeros and ones by chance.
        if (_areNumbers)
        {
            return;
        }

        if (width > 1 && MultipleShare(values, width) is { } share)
        {
            observe(Metric.TargetMultipleFraction, ScopeTable.Run, share);
        }

        var labels = width switch
        {
            0 => null,
            1 => FromColumn(values),
            _ => FromRows(values, width),
        };
        _areNumbers = labels is null;
        if (labels is not null)
        {
            Measure(labels, observe);
        }
    }

    /// <summary>Gets the length of a row of a target.</summary>
    /// <param name="shape">The target's shape.</param>
    /// <returns>0 when it has no rows.</returns>
    public static int WidthOf(long[] shape) => shape.Length switch
    {
        1 => 1,
        2 => (int)shape[1],
        _ => 0,
    };

    /// <summary>Finds how many classes a prediction tells apart: its dimension that the target lacks.</summary>
    /// <param name="target">The shape of the target.</param>
    /// <param name="prediction">The shape of what the target is compared with; null when it is not known.</param>
    /// <returns>The largest number there is when the shapes do not tell.</returns>
    public static long ClassesOf(long[] target, long[]? prediction)
    {
        if (prediction is not { Length: > 1 })
        {
            return long.MaxValue;
        }

        if (target.SequenceEqual([prediction[0], .. prediction[2..]]))
        {
            return prediction[1];
        }

        long rows = prediction[..^1].Aggregate(1L, (product, size) => product * size);
        return rows == target.Aggregate(1L, (product, size) => product * size) ? prediction[^1] : long.MaxValue;
    }

    /// <summary>Gets the share of rows with more than a single one; null when there is anything but zeros and ones.</summary>
    private static double? MultipleShare(ReadOnlySpan<float> values, int width)
    {
        if (values.ContainsAnyExcept(0f, 1f))
        {
            return null;
        }

        int multiple = 0;
        int rows = values.Length / width;
        for (int row = 0; row < rows; row++)
        {
            multiple += values.Slice(row * width, width).Count(1f) > 1 ? 1 : 0;
        }

        return (double)multiple / rows;
    }

    private static long[]? FromColumn(ReadOnlySpan<float> values)
    {
        var labels = new long[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is not (0 or 1))
            {
                return null;
            }

            labels[i] = (long)values[i];
        }

        return labels;
    }

    private static long[]? FromRows(ReadOnlySpan<float> values, int width)
    {
        var labels = new long[values.Length / width];
        for (int row = 0; row < labels.Length; row++)
        {
            var cells = values.Slice(row * width, width);
            int one = cells.IndexOf(1f);
            if (one < 0 || cells[..one].ContainsAnyExcept(0f) || cells[(one + 1)..].ContainsAnyExcept(0f))
            {
                return null;
            }

            labels[row] = one;
        }

        return labels;
    }

    private void Measure(long[] labels, Action<Metric, int, double> observe)
    {
        long repeated = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            long label = labels[i];
            repeated += i > 0 && label == labels[i - 1] ? 1 : 0;
            if (_classes.Count < MostClasses || _classes.ContainsKey(label))
            {
                _classes[label] = _classes.GetValueOrDefault(label) + 1;
                _counted++;
            }
        }

        observe(Metric.TargetLabelCount, ScopeTable.Run, labels.Length);
        observe(Metric.TargetClassCount, ScopeTable.Run, _classes.Count);
        observe(Metric.TargetMajorityFraction, ScopeTable.Run, (double)_classes.Values.Max() / _counted);
        observe(Metric.TargetMinorityFraction, ScopeTable.Run, (double)_classes.Values.Min() / _counted);
        if (labels.Length > 1)
        {
            observe(Metric.TargetSortedFraction, ScopeTable.Run, (double)repeated / (labels.Length - 1));
            observe(Metric.TargetSingleClassBatch, ScopeTable.Run, repeated == labels.Length - 1 ? 1 : 0);
        }
    }
}
