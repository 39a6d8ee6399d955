using System.Numerics;
using System.Runtime.InteropServices;

namespace TrainingDoctor.Probes;

/// <summary>How much each feature of an input differs from sample to sample.</summary>
internal sealed class FeatureDeviations
{
    /// <summary>So few differences are summed in float that none of them is lost; then the sums go on in double.</summary>
    private const int RowsInFloat = 64;

    private double[] _sums = [];
    private double[] _squares = [];
    private float[] _fewSums = [];
    private float[] _fewSquares = [];
    private int[] _differences = [];

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
            (_fewSums, _fewSquares, _differences) = (new float[columns], new float[columns], new int[columns]);
        }

        Array.Clear(_sums);
        Array.Clear(_squares);
        Array.Clear(_differences);

        // Row by row, as the values lie in memory; the first row is the pivot.
        var first = values[..columns];
        for (int r = 1; r < rows; r++)
        {
            AddRow(values.Slice(r * columns, columns), first);
            if (r % RowsInFloat == 0 || r == rows - 1)
            {
                KeepSums();
            }
        }

        for (int c = 0; c < columns; c++)
        {
            _squares[c] = _differences[c] == 0 ? 0 : Math.Sqrt(Math.Max(double.Epsilon, Variance(values, rows, c)));
        }

        return _squares;
    }

    private double Variance(ReadOnlySpan<float> values, int rows, int column)
    {
        var (sum, square) = (_sums[column], _squares[column]);
        if (square is not (> 1e-30 and < 1e30))
        {
            // Squares of what is very small or very large leave the range of float; the square of the least difference of two floats is still a double.
            (sum, square) = (0, 0);
            int columns = _sums.Length;
            for (int i = column + columns; i < rows * columns; i += columns)
            {
                double d = (double)values[i] - values[column];
                sum += d;
                square += d * d;
            }
        }

        double mean = sum / rows;
        return (square / rows) - (mean * mean);
    }

    private void AddRow(ReadOnlySpan<float> row, ReadOnlySpan<float> first)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(row);
        var pivots = MemoryMarshal.Cast<float, Vector<float>>(first)[..vectors.Length];
        var sums = MemoryMarshal.Cast<float, Vector<float>>(_fewSums.AsSpan())[..vectors.Length];
        var squares = MemoryMarshal.Cast<float, Vector<float>>(_fewSquares.AsSpan())[..vectors.Length];
        var differences = MemoryMarshal.Cast<int, Vector<int>>(_differences.AsSpan())[..vectors.Length];
        for (int v = 0; v < vectors.Length; v++)
        {
            var d = vectors[v] - pivots[v];
            sums[v] += d;
            squares[v] += d * d;
            differences[v] |= Vector.AsVectorInt32(d);
        }

        for (int c = vectors.Length * Vector<float>.Count; c < row.Length; c++)
        {
            float d = row[c] - first[c];
            _fewSums[c] += d;
            _fewSquares[c] += d * d;
            _differences[c] |= d != 0 ? 1 : 0;
        }
    }

    private void KeepSums()
    {
        for (int c = 0; c < _sums.Length; c++)
        {
            _sums[c] += _fewSums[c];
            _squares[c] += _fewSquares[c];
        }

        Array.Clear(_fewSums);
        Array.Clear(_fewSquares);
    }
}
