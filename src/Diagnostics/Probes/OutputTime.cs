using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Where an output has its time.</summary>
/// <param name="Dimension">The dimension of time.</param>
/// <param name="Sizes">The shape in which the output has it.</param>
internal sealed record OutputTime(int Dimension, long[] Sizes)
{
    /// <summary>Lets samples take each other's values at one place in time.</summary>
    /// <param name="values">The values.</param>
    /// <param name="place">The place.</param>
    /// <param name="samples">The dimension that counts the samples.</param>
    /// <param name="time">The dimension of time.</param>
    public static Tensor ExchangePlace(Tensor values, long place, int samples, int time)
    {
        using var still = no_grad();
        var changed = values.clone();
        changed.select(time, place).copy_(values.roll(1, samples).select(time, place));
        return changed;
    }

    /// <summary>Finds the dimension of time in the output: as long as in the input, and not that of the samples.</summary>
    /// <param name="output">The output.</param>
    /// <param name="input">The input.</param>
    /// <param name="samples">The dimension of the input that counts the samples.</param>
    /// <param name="time">The dimension of time in the input.</param>
    /// <returns>Null where no dimension, or more than one, can be it.</returns>
    public static OutputTime? Of(Tensor output, Tensor input, int samples, int time)
    {
        long length = input.shape[time];
        long count = input.shape[samples];
        if (output.dim() >= 2 && output.shape[0] == length * count)
        {
            long[] merged = samples == 0 ? [count, length] : [length, count];
            return new OutputTime(time, [.. merged, .. output.shape[1..]]);
        }

        if (output.dim() >= 3 && output.shape[samples] == count)
        {
            int[] candidates = [.. Enumerable.Range(0, (int)output.dim()).Where(dimension => dimension != samples && output.shape[dimension] == length)];
            int dimension = candidates.Contains(time) && candidates.Length != 1 ? time : candidates is [var only] ? only : -1;
            return dimension < 0 ? null : new OutputTime(dimension, output.shape);
        }

        return null;
    }

    /// <summary>Gives an output that shape.</summary>
    /// <param name="output">The output.</param>
    public Tensor Shape(Tensor output) => output.reshape(Sizes);
}
