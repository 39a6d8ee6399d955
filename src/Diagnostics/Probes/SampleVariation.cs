using System.Numerics;
using System.Runtime.InteropServices;

namespace TrainingDoctor.Probes;

/// <summary>How much the values of one place of an output differ from sample to sample, averaged over places.</summary>
/// <remarks>At most 1,024 places, spread evenly over a sample: the mean of so many deviations is known to a few percent, and more would cost a second look at everything.</remarks>
internal sealed class SampleVariation
{
    private const int MostGroups = 128;
    private const int GroupLength = 8;

    /// <summary>So few differences are summed in float that none of them is lost; then the sums go on in double.</summary>
    private const int SamplesInFloat = 64;
    private int[] _places = [];
    private float[] _pivots = [];
    private float[] _fewSums = [];
    private float[] _fewSquares = [];
    private double[] _sums = [];
    private double[] _squares = [];
    private int _rowLength = -1;
    private int _vectors;
    private int _samples;

    /// <summary>Chooses the places of a sample that are compared: groups of neighbours, spread evenly.</summary>
    /// <param name="rowLength">The number of elements of a sample.</param>
    public static int[] Places(int rowLength)
    {
        int groups = Math.Min(MostGroups, (rowLength + GroupLength - 1) / GroupLength);
        return [.. Enumerable.Range(0, groups)
            .Select(group => (int)((long)group * rowLength / groups))
            .SelectMany(start => Enumerable.Range(start, GroupLength))
            .Where(place => place < rowLength)
            .Distinct()];
    }

    /// <summary>Begins a batch.</summary>
    /// <param name="rowLength">The number of elements of a sample.</param>
    public void Begin(int rowLength)
    {
        if (_rowLength != rowLength)
        {
            _rowLength = rowLength;
            _places = Places(rowLength);
            (_pivots, _sums, _squares) = (new float[_places.Length], new double[_places.Length], new double[_places.Length]);
            (_fewSums, _fewSquares) = (new float[_places.Length], new float[_places.Length]);
            _vectors = CountVectors();
        }

        Array.Clear(_fewSums);
        Array.Clear(_fewSquares);
        Array.Clear(_sums);
        Array.Clear(_squares);
        _samples = 0;
    }

    /// <summary>Takes whole samples.</summary>
    /// <param name="values">The samples, row-major.</param>
    public void Add(ReadOnlySpan<float> values)
    {
        if (_samples == 0)
        {
            // The first sample is the pivot, so that a small spread around a large value is not lost.
            for (int i = 0; i < _places.Length; i++)
            {
                _pivots[i] = values[_places[i]];
            }
        }

        for (int start = 0; start < values.Length; start += _rowLength)
        {
            AddSample(values.Slice(start, _rowLength));
            if (++_samples % SamplesInFloat == 0)
            {
                KeepSums();
            }
        }
    }

    /// <summary>Ends the batch.</summary>
    /// <returns>The mean over places of the standard deviation across samples (population); NaN for fewer than two samples.</returns>
    public double End()
    {
        KeepSums();
        double total = 0;
        for (int i = 0; i < _places.Length; i++)
        {
            double mean = _sums[i] / _samples;
            total += Math.Sqrt(Math.Max(0, (_squares[i] / _samples) - (mean * mean)));
        }

        return _samples < 2 ? double.NaN : total / _places.Length;
    }

    /// <summary>In the order of memory, which is the quickest to read.</summary>
    private void AddSample(ReadOnlySpan<float> sample)
    {
        var pivots = MemoryMarshal.Cast<float, Vector<float>>(_pivots)[.._vectors];
        var sums = MemoryMarshal.Cast<float, Vector<float>>(_fewSums.AsSpan())[.._vectors];
        var squares = MemoryMarshal.Cast<float, Vector<float>>(_fewSquares.AsSpan())[.._vectors];
        if (_places.Length == _rowLength)
        {
            var vectors = MemoryMarshal.Cast<float, Vector<float>>(sample)[.._vectors];
            for (int v = 0; v < vectors.Length; v++)
            {
                var d = vectors[v] - pivots[v];
                sums[v] += d;
                squares[v] += d * d;
            }
        }
        else
        {
            for (int v = 0; v < pivots.Length; v++)
            {
                var d = new Vector<float>(sample[_places[v * Vector<float>.Count]..]) - pivots[v];
                sums[v] += d;
                squares[v] += d * d;
            }
        }

        for (int p = _vectors * Vector<float>.Count; p < _places.Length; p++)
        {
            float d = sample[_places[p]] - _pivots[p];
            _fewSums[p] += d;
            _fewSquares[p] += d * d;
        }
    }

    private void KeepSums()
    {
        for (int p = 0; p < _places.Length; p++)
        {
            _sums[p] += _fewSums[p];
            _squares[p] += _fewSquares[p];
        }

        Array.Clear(_fewSums);
        Array.Clear(_fewSquares);
    }

    /// <summary>Counts the vectors of places that are neighbours, from the first place on.</summary>
    private int CountVectors()
    {
        int width = Vector<float>.Count;
        int vectors = 0;
        while ((vectors + 1) * width <= _places.Length && _places[((vectors + 1) * width) - 1] - _places[vectors * width] == width - 1)
        {
            vectors++;
        }

        return vectors;
    }
}
