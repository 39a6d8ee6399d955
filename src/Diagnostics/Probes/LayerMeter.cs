using System.Buffers;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Measures the output of one layer: on the CPU in one walk over its memory, elsewhere by reductions on the device.</summary>
/// <param name="bounds">The values at and beyond which an element is at a bound; null for a function without bounds.</param>
internal sealed class LayerMeter((float Low, float High)? bounds) : IElementPass
{
    /// <summary>So many elements tell how all are spread.</summary>
    private const long MostCounted = 4096;

    private readonly SampleVariation _variation = new();
    private Moments _moments;
    private UnitLayout? _layout;
    private int _ticket = -1;
    private long _stride;
    private long _skipped;

    /// <summary>Gets which units were active.</summary>
    public UnitActivity Units { get; } = new(bounds);

    /// <summary>Gets the statistics of the elements.</summary>
    public TensorStatistics Statistics { get; private set; }

    /// <summary>Gets a value indicating whether units were looked at: the output has two dimensions or more, and all of it is finite.</summary>
    public bool HasUnits => _layout is not null && Statistics.NonFiniteCount == 0;

    /// <summary>Gets the mean over places of the standard deviation across samples; NaN for fewer than two samples.</summary>
    public double Variation { get; private set; }

    /// <summary>Gets how the elements of the last output are spread; null unless that was asked for and could be read.</summary>
    public MagnitudeHistogram? Histogram { get; private set; }

    /// <summary>Measures an output.</summary>
    /// <param name="output">What came out of the layer, not empty.</param>
    /// <param name="layout">Where its units lie; null when it has none.</param>
    /// <param name="readback">Brings over what a device computes; null to read memory directly.</param>
    /// <param name="isCounted">Whether a sample of the elements is counted into a distribution.</param>
    public void Measure(Tensor output, UnitLayout? layout, DeviceReadback? readback, bool isCounted = false)
    {
        _layout = layout;
        Histogram = isCounted && readback is null ? new MagnitudeHistogram() : null;
        (_stride, _skipped) = (Math.Max(1, output.NumberOfElements / MostCounted), 0);
        if (readback is not null)
        {
            _ticket = readback.Add(Enqueue(output, layout));
            return;
        }

        _ticket = -1;
        _moments = Moments.Empty;
        if (layout is { } units)
        {
            Units.Begin(units.Units);
            _variation.Begin(units.RowLength);
        }

        ElementWalk.Visit(output, layout?.RowLength ?? 1, this);
        Statistics = _moments.ToStatistics();
        Variation = HasUnits ? _variation.End() : double.NaN;
        if (HasUnits)
        {
            Units.End(layout!.Value.Samples * layout.Value.Outer);
        }
    }

    /// <summary>Takes what a device computed, if one did.</summary>
    /// <param name="readback">Has brought it over.</param>
    public void Resolve(DeviceReadback readback)
    {
        if (_ticket < 0)
        {
            return;
        }

        var numbers = readback.Take(_ticket);
        _ticket = -1;
        Statistics = DeviceStatistics.Read(numbers);
        if (HasUnits)
        {
            var layout = _layout!.Value;
            var rest = numbers[DeviceStatistics.Length..];
            Variation = layout.Samples < 2 ? double.NaN : rest[0];
            Units.Add(rest.Slice(2, layout.Units), rest.Slice(2 + layout.Units, layout.Units), rest[1], layout.Samples * layout.Outer);
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values)
    {
        _moments.Add(values);
        Count(values);
        AddUnits(values);
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<double> values)
    {
        _moments.Add(values);
        Count(values);
        if (_layout is null)
        {
            return;
        }

        float[] narrow = ArrayPool<float>.Shared.Rent(values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            // What is too small for a float is still not zero.
            narrow[i] = (float)values[i];
            narrow[i] = narrow[i] == 0 && values[i] != 0 ? float.Epsilon : narrow[i];
        }

        AddUnits(narrow.AsSpan(0, values.Length));
        ArrayPool<float>.Shared.Return(narrow);
    }

    private void Count<T>(ReadOnlySpan<T> values)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        if (Histogram is { } histogram)
        {
            for (; _skipped < values.Length; _skipped += _stride)
            {
                histogram.Add(values.Slice((int)_skipped, 1));
            }

            _skipped -= values.Length;
        }
    }

    private void AddUnits(ReadOnlySpan<float> values)
    {
        if (_layout is { } layout)
        {
            Units.Add(values, layout);
            _variation.Add(values);
        }
    }

    private Tensor Enqueue(Tensor output, UnitLayout? layout)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var flat = DeviceStatistics.Flatten(output);
        var numbers = DeviceStatistics.Reduce(flat);
        if (layout is not { } units)
        {
            return numbers.MoveToOuterDisposeScope();
        }

        var planes = flat.reshape(units.Samples * units.Outer, units.Units, units.Inner);
        var active = planes.logical_not().logical_not().any(2).any(0).to(flat.dtype);
        var free = bounds is var (low, high) ? planes.gt(tensor(low, flat.dtype, flat.device)).logical_and(planes.lt(tensor(high, flat.dtype, flat.device))) : ones_like(planes, ScalarType.Bool);
        var places = flat.reshape(units.Samples, units.RowLength).index_select(1, tensor(SampleVariation.Places(units.RowLength), ScalarType.Int64, flat.device));
        var variation = places.std(0, unbiased: false).mean();
        var atBound = 1 - free.to(flat.dtype).mean();
        return cat([numbers, stack([variation, atBound]), active, free.any(2).any(0).to(flat.dtype)]).MoveToOuterDisposeScope();
    }
}
