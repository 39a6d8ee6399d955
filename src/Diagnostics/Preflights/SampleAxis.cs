using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Preflights;

/// <summary>Which dimension of a batch counts samples, and which counts time.</summary>
internal static class SampleAxis
{
    private const double FarSmoother = 0.5;
    private const double MostEqual = 0.95;

    /// <summary>Finds the dimension of the samples by sizes: that of the input as many as the targets are.</summary>
    /// <param name="input">The input.</param>
    /// <param name="target">The target.</param>
    public static int BySize(Tensor input, Tensor target) =>
        input.dim() >= 2 && target.dim() >= 1 && target.shape[0] != input.shape[0] && target.shape[0] == input.shape[1] ? 1 : 0;

    /// <summary>Finds which of the first two dimensions is time by the data themselves; null when they do not tell.</summary>
    /// <param name="input">The input.</param>
    /// <param name="target">The target.</param>
    public static int? Time(Tensor input, Tensor target)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        if (input.dim() < 2 || input.shape[0] < 2 || input.shape[1] < 2)
        {
            return null;
        }

        bool[] shifts = [Shift(input, target, 0) is > 0, Shift(input, target, 1) is > 0];
        if (shifts[0] != shifts[1])
        {
            return shifts[0] ? 0 : 1;
        }

        // Padding fills the ends of sequences with one value.
        double[] padded = [Padded(input, 0), Padded(input, 1)];
        if (Math.Max(padded[0], padded[1]) > 0.25 && Math.Min(padded[0], padded[1]) == 0)
        {
            return padded[0] > padded[1] ? 0 : 1;
        }

        if (!input.is_floating_point())
        {
            return null;
        }

        // What follows in time is alike, what follows in a shuffled batch is not.
        double[] rough = [Roughness(input, 0), Roughness(input, 1)];
        return rough[0] < FarSmoother * rough[1] ? 0 : rough[1] < FarSmoother * rough[0] ? 1 : null;
    }

    /// <summary>Finds by how many places the targets run ahead of the inputs along a dimension; null when they are no shifted copy.</summary>
    /// <param name="input">The input.</param>
    /// <param name="target">The target.</param>
    /// <param name="dimension">The dimension of time.</param>
    public static int? Shift(Tensor input, Tensor target, int dimension)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        if (AsInput(target, input) is not { } answers || input.shape[dimension] < 4)
        {
            return null;
        }

        long length = input.shape[dimension];
        for (int shift = 0; shift <= Math.Min(3, length - 2); shift++)
        {
            var asked = answers.narrow(dimension, 0, length - shift);
            var given = input.narrow(dimension, shift, length - shift);
            var counted = asked.is_floating_point() ? ones_like(asked, dtype: ScalarType.Bool) : asked.ge(tensor(0, ScalarType.Int64));
            long valid = counted.sum().item<long>();

            // A constant sequence equals itself at any shift.
            bool varies = given.ne(given.roll(1, dimension)).to_type(ScalarType.Float32).mean().item<float>() > 0.2;
            if (valid > 0 && varies && asked.eq(given).logical_and(counted).sum().item<long>() >= MostEqual * valid)
            {
                return shift;
            }
        }

        return null;
    }

    /// <summary>Gives targets the shape of the inputs, where they are as many.</summary>
    /// <param name="target">The target.</param>
    /// <param name="input">The input.</param>
    public static Tensor? AsInput(Tensor target, Tensor input) =>
        target.NumberOfElements == input.NumberOfElements && target.is_floating_point() == input.is_floating_point() ? target.reshape(input.shape) : null;

    private static double Padded(Tensor input, int dimension)
    {
        var last = input.select(dimension, -1);
        var same = last.eq(input.select(dimension, -2)).logical_and(last.eq(last.flatten()[0]));
        return same.to_type(ScalarType.Float64).mean().item<double>();
    }

    private static double Roughness(Tensor input, int dimension)
    {
        long size = input.shape[dimension];
        return (input.narrow(dimension, 1, size - 1) - input.narrow(dimension, 0, size - 1)).abs().mean().to_type(ScalarType.Float64).item<double>();
    }
}
