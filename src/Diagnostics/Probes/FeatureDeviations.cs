using System.Numerics;

namespace TrainingDoctor.Probes;

/// <summary>How much each feature of an input differs from sample to sample.</summary>
internal sealed class FeatureDeviations
{
    private double[] _sums = [];
    private double[] _squares = [];

    /// <summary>Measures a batch.</summary>
    /// <param name="values">The batch, row-major.</param>
    /// <param name="rows">The number of samples.</param>
    /// <param name="columns">The number of features.</param>
    /// <returns>The standard deviation (population) of each feature; 0 for those that are constant, and for no others. Good until the next call.</returns>
    public ReadOnlySpan<double> Measure(ReadOnlySpan<float> values, int rows, int columns)
    {
        if (_sums.Length != columns)
        {
            (_sums, _squares) = (new double[columns], new double[columns]);
        }

        Array.Clear(_sums);
        Array.Clear(_squares);

        // Row by row, as the values lie in memory; the first row is the pivot.
        var first = values[..columns];
        for (int r = 1; r < rows; r++)
        {
            AddRow(values.Slice(r * columns, columns), first);
        }

        for (int c = 0; c < columns; c++)
        {
            // The square of the least difference of two floats is still a double: only constant features sum up to zero.
            double mean = _sums[c] / rows;
            double variance = (_squares[c] / rows) - (mean * mean);
            _squares[c] = _squares[c] != 0 ? Math.Sqrt(Math.Max(double.Epsilon, variance)) : 0;
        }

        return _squares;
    }

    private void AddRow(ReadOnlySpan<float> row, ReadOnlySpan<float> first)
    {
        var (sums, squares) = (_sums, _squares);
        int half = Vector<double>.Count;
        int c = 0;
        for (; c <= row.Length - Vector<float>.Count; c += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(row[c..]), out var lower, out var upper);
            Vector.Widen(new Vector<float>(first[c..]), out var lowerPivot, out var upperPivot);
            Add(lower - lowerPivot, c);
            Add(upper - upperPivot, c + half);
        }

        for (; c < row.Length; c++)
        {
            double d = (double)row[c] - first[c];
            sums[c] += d;
            squares[c] += d * d;
        }

        void Add(Vector<double> d, int at)
        {
            (new Vector<double>(sums, at) + d).CopyTo(sums, at);
            (new Vector<double>(squares, at) + (d * d)).CopyTo(squares, at);
        }
    }
}
