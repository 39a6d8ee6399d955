using System.Numerics;
using System.Runtime.InteropServices;

namespace TrainingDoctor.Probes;

/// <summary>Which units of a layer were zero, or at a bound, for every sample of a window of recent batches.</summary>
/// <remarks>Per-unit activity over a window, as in TheDeepChecker (TOSEM 2022): a global share of zeros would call a healthy, sparse layer dead.</remarks>
/// <param name="bounds">The values at and beyond which an element is at a bound; null for a function without bounds.</param>
internal sealed class UnitActivity((float Low, float High)? bounds)
{
    private const int MinimumSamples = 256;
    private const int MinimumBatches = 5;
    private long[] _zeroSamples = [];
    private int[] _zeroBatches = [];
    private long[] _boundSamples = [];
    private int[] _boundBatches = [];
    private int[] _active = [];
    private int[] _free = [];
    private bool _isSettled;
    private long _atBound;
    private long _elements;
    private long _samples;
    private int _batches;

    /// <summary>Gets a value indicating whether the window holds enough samples to call a unit dead.</summary>
    public bool IsReady => _samples >= MinimumSamples && _batches >= MinimumBatches;

    /// <summary>Gets the share of units that were zero for the whole window.</summary>
    public double DeadFraction => Share(_zeroSamples, _zeroBatches);

    /// <summary>Gets the share of units that were at a bound for the whole window.</summary>
    public double BoundFraction => Share(_boundSamples, _boundBatches);

    /// <summary>Gets the share of elements of the last batch that were at a bound.</summary>
    public double ElementBoundFraction => _elements > 0 ? (double)_atBound / _elements : 0;

    /// <summary>Begins a batch.</summary>
    /// <param name="units">The number of units.</param>
    public void Begin(int units)
    {
        if (_zeroSamples.Length != units)
        {
            (_zeroSamples, _zeroBatches, _boundSamples, _boundBatches) = (new long[units], new int[units], new long[units], new int[units]);
            (_active, _free) = (new int[units], new int[units]);
            (_samples, _batches) = (0, 0);
        }

        Array.Clear(_active);
        Array.Clear(_free);
        (_atBound, _elements, _isSettled) = (0, 0, false);
    }

    /// <summary>Takes values of the batch.</summary>
    /// <param name="values">Whole samples, row-major.</param>
    /// <param name="layout">Where the units lie.</param>
    public void Add(ReadOnlySpan<float> values, UnitLayout layout)
    {
        _elements += values.Length;
        if (bounds is null)
        {
            AddUnbounded(values, layout);
        }
        else if (layout.Inner == 1)
        {
            AddColumns(values, layout.Units);
        }
        else
        {
            for (int plane = 0; plane * layout.Inner < values.Length; plane++)
            {
                AddPlane(values.Slice(plane * layout.Inner, layout.Inner), plane % layout.Units);
            }
        }
    }

    /// <summary>Ends the batch.</summary>
    /// <param name="samples">How many samples (or samples times time steps) it had.</param>
    public void End(int samples)
    {
        for (int u = 0; u < _active.Length; u++)
        {
            Extend(ref _zeroSamples[u], ref _zeroBatches[u], _active[u] != 0, samples);
            Extend(ref _boundSamples[u], ref _boundBatches[u], _free[u] != 0, samples);
        }

        _samples += samples;
        _batches++;
    }

    /// <summary>Takes a whole batch that was looked at elsewhere.</summary>
    /// <param name="active">For each unit, other than 0 when a value was not zero.</param>
    /// <param name="free">For each unit, other than 0 when a value was not at a bound.</param>
    /// <param name="atBound">The share of elements at a bound.</param>
    /// <param name="samples">How many samples (or samples times time steps) it had.</param>
    public void Add(ReadOnlySpan<double> active, ReadOnlySpan<double> free, double atBound, int samples)
    {
        Begin(active.Length);
        for (int u = 0; u < active.Length; u++)
        {
            _active[u] = active[u] != 0 ? 1 : 0;
            _free[u] = free[u] != 0 ? 1 : 0;
        }

        (_atBound, _elements) = ((long)(atBound * 1_000_000), 1_000_000);
        End(samples);
    }

    /// <summary>Without bounds all that is asked is whether a unit was ever other than zero. In a healthy layer a few samples answer that for all units, and the rest need not be looked at.</summary>
    private void AddUnbounded(ReadOnlySpan<float> values, UnitLayout layout)
    {
        if (_isSettled)
        {
            return;
        }

        if (layout.Inner == 1)
        {
            for (int start = 0; start < values.Length; start += layout.Units)
            {
                AddRow(values.Slice(start, layout.Units));
            }
        }
        else
        {
            for (int plane = 0; plane * layout.Inner < values.Length; plane++)
            {
                int unit = plane % layout.Units;
                if (_active[unit] == 0)
                {
                    _active[unit] = values.Slice(plane * layout.Inner, layout.Inner).ContainsAnyExcept(0f) ? 1 : 0;
                }
            }
        }

        Array.Fill(_free, 1);
        _isSettled = !_active.AsSpan().Contains(0);
    }

    /// <summary>All bits but the sign: those of zero, and of zero alone, are clear.</summary>
    private void AddRow(ReadOnlySpan<float> row)
    {
        var magnitude = new Vector<int>(int.MaxValue);
        var vectors = MemoryMarshal.Cast<float, Vector<int>>(row);
        var active = MemoryMarshal.Cast<int, Vector<int>>(_active.AsSpan());
        for (int v = 0; v < vectors.Length; v++)
        {
            active[v] |= vectors[v] & magnitude;
        }

        for (int u = vectors.Length * Vector<int>.Count; u < row.Length; u++)
        {
            _active[u] |= row[u] != 0 ? 1 : 0;
        }
    }

    private void AddColumns(ReadOnlySpan<float> values, int units)
    {
        var (low, high) = bounds!.Value;
        var (lows, highs) = (new Vector<float>(low), new Vector<float>(high));
        int u = 0;
        for (; u <= units - Vector<float>.Count; u += Vector<float>.Count)
        {
            var bits = Vector<int>.Zero;
            var free = Vector<int>.Zero;
            var count = Vector<int>.Zero;
            for (int i = u; i < values.Length; i += units)
            {
                var x = new Vector<float>(values[i..]);
                bits |= Vector.AsVectorInt32(x);
                var isFree = Vector.GreaterThan(x, lows) & Vector.LessThan(x, highs);
                free |= isFree;
                count -= isFree;
            }

            _atBound += ((long)values.Length / units * Vector<float>.Count) - Vector.Sum(count);
            (new Vector<int>(_active, u) | (bits & new Vector<int>(int.MaxValue))).CopyTo(_active, u);
            (new Vector<int>(_free, u) | free).CopyTo(_free, u);
        }

        for (; u < units; u++)
        {
            for (int i = u; i < values.Length; i += units)
            {
                AddOne(values[i], u);
            }
        }
    }

    private void AddPlane(ReadOnlySpan<float> plane, int unit)
    {
        var (low, high) = bounds!.Value;
        var (lows, highs) = (new Vector<float>(low), new Vector<float>(high));
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(plane);
        var bits = Vector<int>.Zero;
        var free = Vector<int>.Zero;
        foreach (var x in vectors)
        {
            bits |= Vector.AsVectorInt32(x);
            free -= Vector.GreaterThan(x, lows) & Vector.LessThan(x, highs);
        }

        int count = Vector.Sum(free);
        _atBound += (vectors.Length * Vector<float>.Count) - count;
        _free[unit] |= count;
        _active[unit] |= Vector.Sum(Vector.Negate(Vector.AsVectorInt32(Vector.GreaterThan(bits & new Vector<int>(int.MaxValue), Vector<int>.Zero))));
        foreach (float x in plane[(vectors.Length * Vector<float>.Count)..])
        {
            AddOne(x, unit);
        }
    }

    private void AddOne(float x, int unit)
    {
        bool isBound = x <= bounds!.Value.Low || x >= bounds.Value.High;
        _active[unit] |= x != 0 ? 1 : 0;
        _free[unit] |= isBound ? 0 : 1;
        _atBound += isBound ? 1 : 0;
    }

    private static void Extend(ref long samples, ref int batches, bool interrupted, int added)
    {
        samples = interrupted ? 0 : samples + added;
        batches = interrupted ? 0 : batches + 1;
    }

    private static double Share(long[] samples, int[] batches)
    {
        int count = 0;
        for (int u = 0; u < samples.Length; u++)
        {
            count += samples[u] >= MinimumSamples && batches[u] >= MinimumBatches ? 1 : 0;
        }

        return samples.Length == 0 ? 0 : (double)count / samples.Length;
    }
}
