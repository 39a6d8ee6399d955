using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>The statistics of the fused pass, as reductions on the device that a tensor lies on. They give the same figures; only a few numbers leave the device.</summary>
internal static class DeviceStatistics
{
    /// <summary>The number of values that <see cref="Reduce"/> gives.</summary>
    public const int Length = 10;

    /// <summary>Brings a tensor into the form that is reduced: one dimension, detached, of the type that the device computes statistics in.</summary>
    /// <remarks>To be called with gradients off and in a dispose scope.</remarks>
    public static Tensor Flatten(Tensor tensor)
    {
        var dense = tensor.is_sparse ? tensor.detach().to_dense() : tensor.detach();
        return dense.reshape(-1).to(DeviceReadback.TypeOn(tensor.device));
    }

    /// <summary>Reduces a flat tensor to the numbers that statistics are made of.</summary>
    /// <param name="flat">What <see cref="Flatten"/> returned, not empty.</param>
    public static Tensor Reduce(Tensor flat)
    {
        var finite = flat.isfinite();
        var count = finite.sum().to(flat.dtype);
        var zero = zeros_like(flat);
        var mean = flat.where(finite, zero).sum() / count;
        var d = (flat - mean).where(finite, zero);
        var squares = d * d;
        var infinity = full_like(flat, double.PositiveInfinity);
        var bad = finite.logical_not();
        return stack(
        [
            count,
            mean,
            squares.sum(),
            (squares * d).sum(),
            flat.where(finite, infinity).min(),
            flat.where(finite, infinity.neg()).max(),
            flat.logical_not().sum().to(flat.dtype),
            flat.lt(zero).sum().to(flat.dtype),
            bad.sum().to(flat.dtype),
            bad.to(ScalarType.Int32).argmax().to(flat.dtype),
        ]);
    }

    /// <summary>Makes statistics of the numbers.</summary>
    /// <param name="numbers">What <see cref="Reduce"/> gave, brought over.</param>
    public static TensorStatistics Read(ReadOnlySpan<double> numbers)
    {
        double finite = numbers[0];
        double total = finite + numbers[8];
        double variance = numbers[2] / finite;
        double deviation = Math.Sqrt(variance);
        double skewness = numbers[3] / finite / (variance * deviation);
        return new TensorStatistics
        {
            Count = (long)total,
            NonFiniteCount = (long)numbers[8],
            FirstNonFinite = numbers[8] > 0 ? (long)numbers[9] : -1,
            Mean = finite > 0 ? numbers[1] : double.NaN,
            StandardDeviation = deviation,
            Skewness = double.IsFinite(skewness) ? skewness : 0,
            Minimum = finite > 0 ? numbers[4] : double.NaN,
            Maximum = finite > 0 ? numbers[5] : double.NaN,
            ZeroFraction = numbers[6] / total,
            NegativeFraction = numbers[7] / total,
        };
    }
}
