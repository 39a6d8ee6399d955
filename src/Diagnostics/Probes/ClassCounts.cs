namespace TrainingDoctor.Probes;

/// <summary>Counts classes among targets, and sees labels that are no class, sorted labels and batches of one class.</summary>
internal sealed class ClassCounts
{
    /// <summary>The index that torch's losses leave out unless told otherwise.</summary>
    private const double IgnoredLabel = -100;

    private const int MostClasses = 10_000;
    private readonly Dictionary<double, long> _classes = [];
    private long _labels;

    /// <summary>Finds how many classes a prediction tells apart: its dimension that the target lacks.</summary>
    /// <param name="target">The shape of the target.</param>
    /// <param name="prediction">The shape of what the target is compared with.</param>
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

    /// <summary>Takes the labels of a batch.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void Add(double[] labels, long classes, Action<Metric, int, double> observe)
    {
        long invalid = 0;
        long repeated = 0;
        long counted = 0;
        double previous = double.NaN;
        foreach (double label in labels)
        {
            if (label == IgnoredLabel)
            {
                continue;
            }

            counted++;
            invalid += label < 0 || label >= classes ? 1 : 0;
            repeated += label == previous ? 1 : 0;
            previous = label;
            if (_classes.Count < MostClasses || _classes.ContainsKey(label))
            {
                _classes[label] = _classes.GetValueOrDefault(label) + 1;
                _labels++;
            }
        }

        if (counted == 0)
        {
            return;
        }

        observe(Metric.TargetInvalidCount, ScopeTable.Run, invalid);
        observe(Metric.TargetClassCount, ScopeTable.Run, _classes.Count);
        observe(Metric.TargetMajorityFraction, ScopeTable.Run, (double)_classes.Values.Max() / _labels);
        observe(Metric.TargetMinorityFraction, ScopeTable.Run, (double)_classes.Values.Min() / _labels);
        if (counted > 1)
        {
            observe(Metric.TargetSortedFraction, ScopeTable.Run, (double)repeated / (counted - 1));
            observe(Metric.TargetSingleClassBatch, ScopeTable.Run, repeated == counted - 1 ? 1 : 0);
        }
    }
}
