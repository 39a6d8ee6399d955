using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Brings answers of two values, such as -1 and 1 or 0 and 255, to 0 and 1.</summary>
internal sealed class TargetRange
{
    /// <summary>Of fewer numbers two values may be chance, unless they are -1 and 1.</summary>
    private const int Fewest = 8;

    private readonly double _low;
    private readonly double _high;

    private TargetRange(double low, double high) => (_low, _high) = (low, high);

    /// <summary>Looks at targets.</summary>
    /// <param name="target">The targets.</param>
    /// <returns>Null where they are not real numbers of two values, or are 0 and 1 already.</returns>
    public static TargetRange? Of(Tensor target)
    {
        if (!target.is_floating_point() || target.numel() < 2)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var values = target.detach().to_type(ScalarType.Float64);
        var (low, high) = (values.min(), values.max());
        var (least, most) = (low.item<double>(), high.item<double>());
        bool isSign = (least, most) == (-1, 1);
        bool isRange = isSign || (target.numel() >= Fewest && double.IsFinite(least) && double.IsFinite(most) && least <= 0 && least < most && (least, most) != (0, 1));
        return isRange && values.eq(low).logical_or(values.eq(high)).all().item<bool>() ? new TargetRange(least, most) : null;
    }

    /// <summary>Brings targets to 0 and 1.</summary>
    /// <param name="target">The targets.</param>
    public Tensor Apply(Tensor target)
    {
        using var scope = NewDisposeScope();

        // Calculated with tensors, since TorchSharp 0.107 may free a scalar before its call.
        var low = tensor(_low, target.dtype, target.device);
        return ((target - low) / (tensor(_high, target.dtype, target.device) - low)).MoveToOuterDisposeScope();
    }
}
