using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>What rows of a target sum to that hold a share for each class.</summary>
internal static class TargetRows
{
    private const int MostShares = 1 << 20;

    /// <summary>Sums in half precision over some hundreds of classes are as exact.</summary>
    private const double SameSum = 1e-3;

    /// <summary>Measures a target whose shape is that of the outputs. Zeros and ones are labels, and no shares.</summary>
    /// <param name="target">The target, in main memory.</param>
    /// <param name="observe">Takes the measurement, where all rows sum to the same.</param>
    public static void Measure(Tensor target, Action<Metric, int, double> observe)
    {
        if (target.shape is not [_, > 1 and var width] || target.NumberOfElements > MostShares)
        {
            return;
        }

        TensorMeter.Read(target, values =>
        {
            double low = double.PositiveInfinity;
            double high = double.NegativeInfinity;
            bool areLabels = true;
            for (int start = 0; start < values.Length; start += (int)width)
            {
                double sum = 0;
                foreach (float share in values.Slice(start, (int)width))
                {
                    if (!(share >= 0))
                    {
                        return;
                    }

                    areLabels &= share is 0 or 1;
                    sum += share;
                }

                (low, high) = (Math.Min(low, sum), Math.Max(high, sum));
            }

            if (!areLabels && low > 0 && double.IsFinite(high) && high - low <= SameSum * high)
            {
                observe(Metric.TargetRowSum, ScopeTable.Run, (low + high) / 2);
            }
        });
    }
}
