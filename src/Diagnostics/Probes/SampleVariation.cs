using System.Numerics;

namespace TrainingDoctor.Probes;

/// <summary>How much the values of one place of an output differ from sample to sample, averaged over places.</summary>
/// <remarks>At most 1,024 places, spread evenly over a sample: the mean of so many deviations is known to a few percent, and more would cost a second look at everything.</remarks>
internal sealed class SampleVariation
{
    private const int MostGroups = 128;
    private const int GroupLength = 8;
    private int[] _places = [];
    private float[] _pivots = [];
    private double[] _sums = [];
    private double[] _squares = [];
    private int _rowLength = -1;
    private int _samples;

    /// <summary>Gets the mean over places of the standard deviation across samples (population); NaN for fewer than two samples.</summary>
    public double Deviation
    {
        get
        {
            double total = 0;
            for (int i = 0; i < _places.Length; i++)
            {
                double mean = _sums[i] / _samples;
                total += Math.Sqrt(Math.Max(0, (_squares[i] / _samples) - (mean * mean)));
            }

            return _samples < 2 ? double.NaN : total / _places.Length;
        }
    }

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
        }

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

        _samples += values.Length / _rowLength;
        int p = 0;
        int width = Vector<float>.Count;
        for (; p <= _places.Length - width; p += width)
        {
            if (_places[p + width - 1] - _places[p] == width - 1)
            {
                AddNeighbours(values, p);
            }
            else
            {
                AddEach(values, p, width);
            }
        }

        AddEach(values, p, _places.Length - p);
    }

    private void AddNeighbours(ReadOnlySpan<float> values, int first)
    {
        var pivots = new Vector<float>(_pivots, first);
        var sum = Vector<float>.Zero;
        var squares = Vector<float>.Zero;
        for (int i = _places[first]; i < values.Length; i += _rowLength)
        {
            var d = new Vector<float>(values[i..]) - pivots;
            sum += d;
            squares += d * d;
        }

        for (int i = 0; i < Vector<float>.Count; i++)
        {
            _sums[first + i] += sum[i];
            _squares[first + i] += squares[i];
        }
    }

    private void AddEach(ReadOnlySpan<float> values, int first, int count)
    {
        for (int p = first; p < first + count; p++)
        {
            for (int i = _places[p]; i < values.Length; i += _rowLength)
            {
                double d = values[i] - _pivots[p];
                _sums[p] += d;
                _squares[p] += d * d;
            }
        }
    }
}
