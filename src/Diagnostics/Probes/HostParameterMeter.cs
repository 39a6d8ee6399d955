using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Measures a parameter in main memory: statistics, change and copy in one walk over its values.</summary>
/// <typeparam name="T">What is kept: float for single and half precision, double for double precision.</typeparam>
internal sealed class HostParameterMeter<T> : IParameterMeter, IElementPass
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SuccessiveGradients<T> _gradients = new();
    private T[] _kept = [];
    private Moments _moments;
    private int _index;
    private bool _isGradient;
    private bool _comparesValues;
    private double _change;
    private double _before;
    private ParameterReading _reading;

    /// <inheritdoc/>
    public void Remember(Tensor values)
    {
        Begin(isGradient: false, compares: false);
        Walk(values);
    }

    /// <inheritdoc/>
    public void Measure(Tensor values, Tensor? gradient, bool followsRemembered, bool followsGradient)
    {
        TensorStatistics? gradients = null;
        double? cosine = null;
        if (gradient is not null)
        {
            Begin(isGradient: true, compares: false);
            _gradients.Begin(gradient.NumberOfElements, followsGradient);
            Walk(gradient);
            gradients = _moments.ToStatistics();
            cosine = gradients.Value.NonFiniteCount == 0 ? _gradients.Cosine : null;
        }

        Begin(isGradient: false, compares: followsRemembered && _kept.Length == values.NumberOfElements);
        Walk(values);
        _reading = new ParameterReading
        {
            Gradient = gradients,
            Cosine = cosine,
            Values = _moments.ToStatistics(),
            SquaredChange = _comparesValues ? _change : double.NaN,
            SquaredBefore = _comparesValues ? _before : double.NaN,
        };
    }

    /// <inheritdoc/>
    public ParameterReading Read() => _reading;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values)
    {
        _moments.Add(values);
        if (typeof(T) == typeof(float))
        {
            Compare(MemoryMarshal.Cast<float, T>(values));
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<double> values)
    {
        _moments.Add(values);
        if (typeof(T) == typeof(double))
        {
            Compare(MemoryMarshal.Cast<double, T>(values));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Begin(bool isGradient, bool compares)
    {
        _moments = Moments.Empty;
        (_index, _change, _before) = (0, 0, 0);
        (_isGradient, _comparesValues) = (isGradient, compares);
    }

    private void Walk(Tensor tensor)
    {
        if (!_isGradient && _kept.Length != tensor.NumberOfElements)
        {
            _kept = new T[tensor.NumberOfElements];
        }

        if (!tensor.is_sparse)
        {
            ElementWalk.Visit(tensor, 1, this);
            return;
        }

        using var guard = no_grad();
        using var detached = tensor.detach();
        using var dense = detached.to_dense();
        ElementWalk.Visit(dense, 1, this);
    }

    private void Compare(ReadOnlySpan<T> values)
    {
        if (_isGradient)
        {
            _gradients.Add(values);
            return;
        }

        var kept = _kept.AsSpan(_index, values.Length);
        if (_comparesValues)
        {
            AddChange(values, kept);
        }

        values.CopyTo(kept);
        _index += values.Length;
    }

    /// <summary>Sums in the elements' type over a few thousand elements at most, then in double.</summary>
    private void AddChange(ReadOnlySpan<T> values, ReadOnlySpan<T> before)
    {
        var change = Vector<T>.Zero;
        var size = Vector<T>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var b = new Vector<T>(before[i..]);
            var d = new Vector<T>(values[i..]) - b;
            change += d * d;
            size += b * b;
        }

        double changed = double.CreateTruncating(Vector.Sum(change));
        double sized = double.CreateTruncating(Vector.Sum(size));
        if (!(changed is > 1e-24 and < 1e24 && sized is > 1e-24 and < 1e24))
        {
            // Squares of what is very small or very large leave the range of float.
            (changed, sized, i) = (0, 0, 0);
        }

        for (; i < values.Length; i++)
        {
            double b = double.CreateTruncating(before[i]);
            double d = double.CreateTruncating(values[i]) - b;
            changed += d * d;
            sized += b * b;
        }

        _change += changed;
        _before += sized;
    }
}
