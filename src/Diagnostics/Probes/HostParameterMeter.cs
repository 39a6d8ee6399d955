using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Measures a parameter in main memory: statistics, and the change of what is kept of it, in one walk over its values.</summary>
/// <typeparam name="T">What is kept: float for single and half precision, double for double precision.</typeparam>
internal sealed class HostParameterMeter<T> : IParameterMeter, IElementPass
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>From this share of untouched elements on, a sample of the values may miss those that move.</summary>
    private const double SparseShare = 0.5;

    private readonly SuccessiveValues<T> _gradients = new();
    private readonly SuccessiveValues<T> _values = new();
    private Moments _moments;
    private bool _isGradient;
    private ParameterReading _reading;

    /// <inheritdoc/>
    public void Remember(Tensor values) => Walk(values, isGradient: false, follows: false);

    /// <inheritdoc/>
    public void Measure(Tensor values, Tensor? gradient, bool followsRemembered, bool followsGradient)
    {
        TensorStatistics? gradients = null;
        double? cosine = null;
        if (gradient is not null)
        {
            Walk(gradient, isGradient: true, followsGradient);
            gradients = _moments.ToStatistics();
            cosine = gradients.Value.NonFiniteCount == 0 ? _gradients.Cosine : null;
        }

        Walk(values, isGradient: false, followsRemembered);
        _reading = new ParameterReading
        {
            Gradient = gradients,
            Cosine = cosine,
            Values = _moments.ToStatistics(),
            SquaredChange = _values.SquaredChange,
            SquaredBefore = _values.SquaredBefore,
        };
        if (!_values.KeepsAll && gradients is null or { ZeroFraction: > SparseShare })
        {
            // From now on: this step was still compared with what the last one kept.
            _values.KeepsAll = true;
            Remember(values);
        }
    }

    /// <inheritdoc/>
    public void Count(MagnitudeHistogram histogram, bool ofGradient) => histogram.Add((ofGradient ? _gradients : _values).Kept);

    /// <inheritdoc/>
    public ParameterReading Read() => _reading;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values)
    {
        if (_isGradient)
        {
            _moments.Add<ScaleAndZeros>(values);
        }
        else
        {
            _moments.Add<ScaleOnly>(values);
        }

        if (typeof(T) == typeof(float))
        {
            Compare(MemoryMarshal.Cast<float, T>(values));
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<double> values)
    {
        if (_isGradient)
        {
            _moments.Add<ScaleAndZeros>(values);
        }
        else
        {
            _moments.Add<ScaleOnly>(values);
        }

        if (typeof(T) == typeof(double))
        {
            Compare(MemoryMarshal.Cast<double, T>(values));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Walk(Tensor tensor, bool isGradient, bool follows)
    {
        _moments = Moments.Empty;
        _isGradient = isGradient;
        (isGradient ? _gradients : _values).Begin(tensor.NumberOfElements, follows);
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

    private void Compare(ReadOnlySpan<T> values) => (_isGradient ? _gradients : _values).Add(values);
}
