using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Measures inputs and targets on the device they lie on.</summary>
internal sealed class DeviceBatch : IDisposable
{
    /// <summary>The largest number of features that are looked at one by one.</summary>
    public const int MostFeatures = 4096;

    private const int MostLabels = 65_536;

    private Tensor? _previous;
    private (int Ticket, bool HasPrevious, int Features)? _input;
    private (int Ticket, bool IsNumbers, int Width, long Classes)? _target;

    /// <summary>Measures an input.</summary>
    /// <param name="input">A floating tensor that is not empty.</param>
    /// <param name="readback">Brings over what is computed.</param>
    public void AddInput(Tensor input, DeviceReadback readback)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var shape = input.shape;
        var flat = DeviceStatistics.Flatten(input);
        var numbers = new List<Tensor> { DeviceStatistics.Reduce(flat) };
        bool hasPrevious = _previous is not null && _previous.device.ToString() == flat.device.ToString();
        if (hasPrevious)
        {
            bool isSameSize = _previous!.NumberOfElements == flat.NumberOfElements;
            numbers.Add((isSameSize ? _previous.eq(flat).all() : zeros(1, ScalarType.Bool, flat.device)).reshape(1).to(flat.dtype));
        }

        int features = shape is [> 1, > 0 and <= MostFeatures] ? (int)shape[1] : 0;
        if (features > 0)
        {
            var table = flat.reshape(shape);
            var varies = table.ne(table[0]).any(0);
            numbers.Add(table.std(0, unbiased: false).clamp_min(double.Epsilon) * varies.to(flat.dtype));
        }

        _previous?.Dispose();
        _previous = flat.clone().DetachFromDisposeScope();
        _input = (readback.Add(cat(numbers)), hasPrevious, features);
    }

    /// <summary>Measures a target. Labels leave the device, as they are few.</summary>
    /// <param name="target">The target, not empty.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="readback">Brings over what is computed.</param>
    public void AddTarget(Tensor target, long classes, DeviceReadback readback)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var flat = DeviceStatistics.Flatten(target);
        bool isNumbers = target.is_floating_point();
        int width = flat.NumberOfElements <= MostLabels ? LabelCounts.WidthOf(target.shape) : 0;
        var numbers = isNumbers ? width > 0 ? cat([DeviceStatistics.Reduce(flat), flat]) : DeviceStatistics.Reduce(flat) : flat.clone();
        _target = (readback.Add(numbers), isNumbers, width, classes);
    }

    /// <summary>Gets what was measured of the input since it was last taken; null when nothing was.</summary>
    /// <param name="readback">Has brought it over.</param>
    public (TensorStatistics Statistics, bool? IsSame, double[]? Deviations)? TakeInput(DeviceReadback readback)
    {
        if (_input is not var (ticket, hasPrevious, features))
        {
            return null;
        }

        _input = null;
        var numbers = readback.Take(ticket);
        return (
            DeviceStatistics.Read(numbers),
            hasPrevious ? numbers[DeviceStatistics.Length] != 0 : null,
            features > 0 ? numbers[^features..].ToArray() : null);
    }

    /// <summary>Gets what was measured of the target since it was last taken; null when nothing was.</summary>
    /// <param name="readback">Has brought it over.</param>
    public DeviceTarget? TakeTarget(DeviceReadback readback)
    {
        if (_target is not var (ticket, isNumbers, width, classes))
        {
            return null;
        }

        _target = null;
        var numbers = readback.Take(ticket);
        return isNumbers
            ? new DeviceTarget(DeviceStatistics.Read(numbers), numbers[DeviceStatistics.Length..].ToArray(), width, classes)
            : new DeviceTarget(null, numbers.ToArray(), width, classes);
    }

    /// <summary>Drops what waits.</summary>
    public void Dispose()
    {
        _previous?.Dispose();
        _previous = null;
        _input = null;
        _target = null;
    }
}

/// <summary>What was measured of a target on a device.</summary>
/// <param name="Statistics">Its statistics; null for class indices.</param>
/// <param name="Values">Its values, as far as they may be labels.</param>
/// <param name="Width">The length of a row; 0 when they are no labels.</param>
/// <param name="Classes">How many classes there are.</param>
internal sealed record DeviceTarget(TensorStatistics? Statistics, double[] Values, int Width, long Classes);
