using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Which elements of an output moved when an input was changed.</summary>
internal static class Movement
{
    /// <summary>Beside the output's own size a movement below this is the rounding of another order of summation.</summary>
    private const double Rounding = 1e-5;

    /// <summary>Marks the elements that moved.</summary>
    /// <param name="before">The output before.</param>
    /// <param name="after">The output after; of the same shape.</param>
    public static Tensor Of(Tensor before, Tensor after)
    {
        using var still = no_grad();
        if (!before.is_floating_point())
        {
            return before.ne(after);
        }

        using var scope = NewDisposeScope();
        var difference = (before.to_type(ScalarType.Float64) - after.to_type(ScalarType.Float64)).abs();
        double scale = before.to_type(ScalarType.Float64).nan_to_num(0, 0, 0).abs().mean().item<double>();
        return difference.gt(tensor(Rounding * scale, ScalarType.Float64)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Counts the other samples that an exchanged one reached. An element belongs to the sample that one of its places counts: a place in a dimension whose size is a multiple of the batch's, so that
    /// samples merged with time, pairs of samples and batches of two inputs each are told apart, too.
    /// </summary>
    /// <param name="moved">Which elements moved.</param>
    /// <param name="samples">The number of samples.</param>
    /// <param name="sample">The one that was exchanged.</param>
    /// <returns>The share of the others; null where no dimension counts samples.</returns>
    public static double? Leakage(Tensor moved, long samples, long sample)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        long[] shape = moved.shape;
        int first = Array.FindIndex(shape, size => size >= samples && size % samples == 0);
        if (first < 0)
        {
            return null;
        }

        var allowed = zeros_like(moved);
        for (int dimension = 0; dimension < shape.Length; dimension++)
        {
            long size = shape[dimension];
            if (size >= samples && size % samples == 0)
            {
                long each = size / samples;
                bool[] own = [.. Enumerable.Range(0, (int)size).Select(place => place / each == sample || place % samples == sample)];
                long[] view = [.. shape.Select((_, other) => other == dimension ? size : 1)];
                allowed = allowed.logical_or(tensor(own, device: moved.device).reshape(view));
            }
        }

        var leaked = moved.logical_and(allowed.logical_not());
        if (!leaked.any().item<bool>())
        {
            return 0;
        }

        // One row for each place of the dimension that counts samples, and of these as many for each sample.
        using var rows = leaked.transpose(0, first).reshape(shape[first], -1).any(1);
        bool[] reached = [.. rows.cpu().data<bool>()];
        long perSample = shape[first] / samples;
        int others = Enumerable.Range(0, (int)shape[first]).Where(place => reached[place]).Select(place => place / perSample).Distinct().Count(other => other != sample);
        return (double)Math.Max(1, others) / Math.Max(1, samples - 1);
    }

    /// <summary>Counts the samples whose output changed when all of a batch moved up by one place.</summary>
    /// <param name="before">The output before.</param>
    /// <param name="after">The output of the batch that was turned.</param>
    /// <param name="samples">The number of samples.</param>
    /// <returns>The share of them; null where no dimension counts samples alone.</returns>
    public static double? PlaceDependence(Tensor before, Tensor after, long samples)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        return !before.shape.SequenceEqual(after.shape)
            ? null
            : Enumerable.Range(0, before.shape.Length).Where(dimension => before.shape[dimension] == samples)
                .Select(dimension => (double?)Of(before.roll(1, dimension), after).transpose(0, dimension).reshape(samples, -1).any(1).to_type(ScalarType.Float64).mean().item<double>())
                .Min();
    }

    /// <summary>Measures how far two outputs lie apart: the largest difference, in standard deviations of the first.</summary>
    /// <param name="first">The first.</param>
    /// <param name="second">The second.</param>
    /// <returns>0 where they cannot be compared.</returns>
    public static double Difference(Tensor first, Tensor second)
    {
        if (!first.shape.SequenceEqual(second.shape) || !first.is_floating_point() || first.NumberOfElements == 0)
        {
            return 0;
        }

        double largest = (first.to_type(ScalarType.Float64) - second.to_type(ScalarType.Float64)).abs().nan_to_num(0).max().item<double>();
        double spread = first.NumberOfElements > 1 ? first.to_type(ScalarType.Float64).std(unbiased: false).item<double>() : 0;
        return largest == 0 ? 0 : largest / Math.Max(spread, 1e-6 * first.to_type(ScalarType.Float64).abs().max().item<double>());
    }
}
