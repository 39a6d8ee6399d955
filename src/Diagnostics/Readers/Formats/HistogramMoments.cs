using TrainingDoctor.Readers.Protocol;

namespace TrainingDoctor.Readers.Formats;

/// <summary>What a histogram tells of the numbers in it.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="SumOfSquares">The sum of their squares; from the middles of the bins where the exact sum was not logged.</param>
/// <param name="Minimum">The smallest.</param>
/// <param name="Maximum">The largest.</param>
internal readonly record struct HistogramMoments(double Count, double Sum, double SumOfSquares, double Minimum, double Maximum)
{
    /// <summary>More bins than any writer makes.</summary>
    private const int MaximumBins = 100_000;

    public double Mean => Sum / Count;

    public double StandardDeviation => Math.Sqrt(Math.Max(0, (SumOfSquares / Count) - (Mean * Mean)));

    public double Norm => Math.Sqrt(SumOfSquares);

    public double AbsoluteMaximum => Math.Max(Math.Abs(Minimum), Math.Abs(Maximum));

    public static HistogramMoments? Of(HistogramRecord histogram) =>
        histogram.Num > 0 ? new HistogramMoments(histogram.Num, histogram.Sum, histogram.SumSquares, histogram.Min, histogram.Max) : null;

    /// <summary>Reads the tensor form: rows of left edge, right edge and count.</summary>
    public static HistogramMoments? Of(TensorRecord tensor)
    {
        if (tensor.TensorShape is not { Dim: [{ Size: > 0 and <= MaximumBins } rows, { Size: 3 }] })
        {
            return null;
        }

        double count = 0;
        double sum = 0;
        double squares = 0;
        double minimum = double.NaN;
        double maximum = double.NaN;
        for (int bin = 0; bin < rows.Size; bin++)
        {
            if (!TensorNumbers.TryRead(tensor, 3 * bin, out double left) || !TensorNumbers.TryRead(tensor, (3 * bin) + 1, out double right)
                || !TensorNumbers.TryRead(tensor, (3 * bin) + 2, out double inBin))
            {
                return null;
            }

            if (inBin > 0)
            {
                double middle = 0.5 * (left + right);
                count += inBin;
                sum += inBin * middle;
                squares += inBin * middle * middle;
                minimum = double.IsNaN(minimum) ? left : minimum;
                maximum = right;
            }
        }

        return count > 0 ? new HistogramMoments(count, sum, squares, minimum, maximum) : null;
    }
}
