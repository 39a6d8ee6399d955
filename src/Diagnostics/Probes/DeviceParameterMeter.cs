using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Measures a parameter on the device it lies on; what the next step is compared with stays there too.</summary>
/// <param name="readback">Brings over what is computed.</param>
internal sealed class DeviceParameterMeter(DeviceReadback readback) : IParameterMeter
{
    private const long MostCounted = 8_192;
    private Tensor? _values;
    private Tensor? _gradient;
    private int _ticket = -1;
    private bool _hasGradient;
    private bool _comparesGradient;
    private bool _comparesValues;

    /// <inheritdoc/>
    public void Remember(Tensor values)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Keep(ref _values, DeviceStatistics.Flatten(values));
    }

    /// <inheritdoc/>
    public void Measure(Tensor values, Tensor? gradient, bool followsRemembered, bool followsGradient)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var numbers = new List<Tensor>();
        var now = DeviceStatistics.Flatten(values);
        numbers.Add(DeviceStatistics.Reduce(now));
        _comparesValues = followsRemembered && _values is not null && Matches(_values, now);
        if (_comparesValues)
        {
            var change = now - _values!;
            numbers.Add(stack([(change * change).sum(), (_values! * _values!).sum()]));
        }

        Keep(ref _values, now);
        _hasGradient = gradient is not null;
        _comparesGradient = false;
        if (gradient is not null)
        {
            var flat = DeviceStatistics.Flatten(gradient);
            numbers.Add(DeviceStatistics.Reduce(flat));
            _comparesGradient = followsGradient && _gradient is not null && Matches(_gradient, flat);
            if (_comparesGradient)
            {
                numbers.Add(stack([(flat * _gradient!).sum(), (flat * flat).sum(), (_gradient! * _gradient!).sum()]));
            }

            Keep(ref _gradient, flat);
        }

        _ticket = readback.Add(cat(numbers));
    }

    /// <inheritdoc/>
    public void Count(MagnitudeHistogram histogram, bool ofGradient)
    {
        if ((ofGradient ? _gradient : _values) is not { } kept)
        {
            return;
        }

        // Every n-th element: the first ones of a matrix belong to few units.
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var some = kept[TensorIndex.Slice(step: Math.Max(1, kept.NumberOfElements / MostCounted))].to(ScalarType.Float64).cpu().contiguous();
        using var elements = some.data<double>();
        histogram.Add<double>(elements.ToArray());
    }

    /// <inheritdoc/>
    public ParameterReading Read()
    {
        var numbers = readback.Take(_ticket);
        var values = DeviceStatistics.Read(numbers);
        numbers = numbers[DeviceStatistics.Length..];
        var (change, before) = (double.NaN, double.NaN);
        if (_comparesValues)
        {
            (change, before) = (numbers[0], numbers[1]);
            numbers = numbers[2..];
        }

        TensorStatistics? gradient = null;
        double? cosine = null;
        if (_hasGradient)
        {
            gradient = DeviceStatistics.Read(numbers);
            numbers = numbers[DeviceStatistics.Length..];
            if (_comparesGradient && gradient.Value.NonFiniteCount == 0)
            {
                double scale = Math.Sqrt(numbers[1]) * Math.Sqrt(numbers[2]);
                cosine = scale > 0 && double.IsFinite(scale) ? Math.Clamp(numbers[0] / scale, -1, 1) : null;
            }
        }

        return new ParameterReading { Gradient = gradient, Cosine = cosine, Values = values, SquaredChange = change, SquaredBefore = before };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _values?.Dispose();
        _gradient?.Dispose();
    }

    private static bool Matches(Tensor kept, Tensor now) => kept.NumberOfElements == now.NumberOfElements && kept.device.ToString() == now.device.ToString();

    /// <summary>Copies: a flattened view may share the memory of the parameter itself.</summary>
    private static void Keep(ref Tensor? kept, Tensor now)
    {
        if (kept is not null && Matches(kept, now))
        {
            kept.copy_(now);
            return;
        }

        kept?.Dispose();
        kept = now.clone().DetachFromDisposeScope();
    }
}
