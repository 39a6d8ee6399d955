using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Models;

/// <summary>What the values of a parameter are like. Mean, deviation and maximum are those of the finite ones, and NaN where there is none.</summary>
internal readonly record struct ParameterValues
{
    /// <summary>Up to here one pass over memory takes less than a dozen calls into torch, each of which costs some microseconds: models have ten thousand small parameters.</summary>
    private const long Small = 1 << 16;

    /// <summary>The smallest normal number of single precision.</summary>
    private const double SmallestNormal = 1.17549435e-38;

    /// <summary>Gets the number of values.</summary>
    public required long Count { get; init; }

    /// <summary>Gets how many are NaN or infinite.</summary>
    public required long NonFinite { get; init; }

    /// <summary>Gets how many are exactly zero.</summary>
    public required long Zeros { get; init; }

    /// <summary>Gets how many are neither zero nor normal numbers of single precision.</summary>
    public required long Denormal { get; init; }

    /// <summary>Gets the mean.</summary>
    public required double Mean { get; init; }

    /// <summary>Gets the standard deviation of the population.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Gets the largest magnitude.</summary>
    public required double AbsoluteMaximum { get; init; }

    /// <summary>Gets a value indicating whether there are several rows, and all are equal.</summary>
    public required bool HasEqualRows { get; init; }

    /// <summary>Measures a parameter.</summary>
    /// <param name="parameter">The parameter, of any type and on any device.</param>
    /// <param name="rows">The length of its first dimension, where rows are to be compared; 1 for no comparison.</param>
    public static ParameterValues Of(Parameter parameter, long rows) =>
        parameter.NumberOfElements is > 0 and <= Small && parameter.device_type == DeviceType.CPU && !parameter.is_sparse && parameter.is_contiguous()
            ? parameter.dtype switch
            {
                ScalarType.Float32 => Pass(MemoryMarshal.Cast<byte, float>(parameter.bytes), (int)rows),
                ScalarType.Float64 => Pass(MemoryMarshal.Cast<byte, double>(parameter.bytes), (int)rows),
                _ => Reduce(parameter, rows),
            }
            : Reduce(parameter, rows);

    private static ParameterValues Pass<T>(ReadOnlySpan<T> values, int rows)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        long zeros = 0;
        long denormal = 0;
        long finite = 0;
        double shift = double.NaN;
        double sum = 0;
        double squares = 0;
        double maximum = double.NaN;
        foreach (var item in values)
        {
            double value = double.CreateChecked(item);
            if (!double.IsFinite(value))
            {
                continue;
            }

            // Around the first value: what is constant has a deviation of exactly zero.
            shift = finite++ == 0 ? value : shift;
            double magnitude = Math.Abs(value);
            sum += value - shift;
            maximum = magnitude > maximum || double.IsNaN(maximum) ? magnitude : maximum;
            zeros += value == 0 ? 1 : 0;
            denormal += value != 0 && magnitude < SmallestNormal ? 1 : 0;
        }

        double mean = sum / finite;
        foreach (var item in values)
        {
            double value = double.CreateChecked(item);
            squares += double.IsFinite(value) ? (value - shift - mean) * (value - shift - mean) : 0;
        }

        return new ParameterValues
        {
            Count = values.Length,
            NonFinite = values.Length - finite,
            Zeros = zeros,
            Denormal = denormal,
            Mean = shift + mean,
            StandardDeviation = Math.Sqrt(squares / finite),
            AbsoluteMaximum = maximum,
            HasEqualRows = rows > 1 && AreEqual(values, values.Length / rows),
        };
    }

    private static bool AreEqual<T>(ReadOnlySpan<T> values, int width)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            // Not a number equals nothing, itself neither.
            if (values[i] != values[i % width])
            {
                return false;
            }
        }

        return true;
    }

    private static ParameterValues Reduce(Parameter parameter, long rows)
    {
        using var scope = NewDisposeScope();
        var values = parameter.detach().to_type(ScalarType.Float64).cpu().flatten();
        var finite = values.masked_select(values.isfinite());
        bool any = finite.NumberOfElements > 0;
        var magnitude = finite.abs();

        // A tensor: TorchSharp 0.107 may free a number made into a Scalar on the way before the call has read it ("Unknown scalar type").
        var smallestNormal = tensor(SmallestNormal, ScalarType.Float64);
        return new ParameterValues
        {
            Count = values.NumberOfElements,
            NonFinite = values.NumberOfElements - finite.NumberOfElements,
            Zeros = values.NumberOfElements - values.count_nonzero().item<long>(),
            Denormal = any ? magnitude.logical_not().logical_not().logical_and(magnitude.lt(smallestNormal)).sum().item<long>() : 0,
            Mean = any ? finite.mean().item<double>() : double.NaN,
            StandardDeviation = any ? finite.std(unbiased: false).item<double>() : double.NaN,
            AbsoluteMaximum = any ? magnitude.max().item<double>() : double.NaN,
            HasEqualRows = rows > 1 && HasEqual(parameter.detach().reshape(rows, -1)),
        };
    }

    private static bool HasEqual(Tensor rows) => rows.eq(rows[0]).all().item<bool>();
}
