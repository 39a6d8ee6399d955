using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>What the outputs that a loss compares are: numbers of any kind, shares that sum to 1, or logarithms of such shares.</summary>
/// <param name="Kind">0 for numbers of any kind, 1 for shares, 2 for logarithms of shares. The numbers are those of <see cref="Metric.ComparedForm"/>.</param>
/// <param name="Dimension">The dimension over which they sum to 1; -1 for numbers of any kind.</param>
internal readonly record struct OutputForm(int Kind, int Dimension)
{
    private const long MostElements = 1 << 20;

    /// <summary>Sums in single precision over many classes are not exact.</summary>
    private const double Exact = 1e-4;

    /// <summary>Looks at the outputs of an evaluation.</summary>
    /// <param name="output">The outputs.</param>
    /// <returns>Their kind, or 3 for numbers from 0 to 1 that are no shares; null where they tell nothing.</returns>
    public static int? OfEvaluation(Tensor output)
    {
        if (Of(output) is { Kind: > 0, Dimension: > 0 } shares)
        {
            return shares.Kind;
        }

        if (!output.is_floating_point() || output.NumberOfElements is < 2 or > MostElements)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return output.min().to_type(ScalarType.Float64).item<double>() >= 0 && output.max().to_type(ScalarType.Float64).item<double>() <= 1 ? 3 : 0;
    }

    /// <summary>Looks at outputs.</summary>
    /// <param name="output">The outputs: samples first, or places first.</param>
    /// <returns>Null where they have no rows of several numbers, or are none that can be read.</returns>
    public static OutputForm? Of(Tensor output)
    {
        if (!output.is_floating_point() || output.dim() is < 2 or > 5 || output.NumberOfElements is 0 or > MostElements)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var o = output.detach().cpu().to_type(ScalarType.Float64);
        double low = o.min().item<double>();
        double high = o.max().item<double>();
        int kind = high <= Exact && low < 0 ? 2 : low >= 0 && high <= 1 + Exact ? 1 : 0;
        if (kind == 0)
        {
            return double.IsFinite(low) && double.IsFinite(high) && o.shape.Count(size => size > 1) > 1 ? new OutputForm(0, -1) : null;
        }

        var shares = kind == 2 ? o.exp() : o;

        // Classes stand in the last dimension or behind the samples; the samples' own comes last, since a batch may hold one of each class.
        foreach (int dimension in new[] { (int)o.dim() - 1, 1, 0 }.Distinct().Where(dimension => o.shape[dimension] > 1))
        {
            if ((shares.sum(dimension) - 1).abs().max().item<double>() < Exact)
            {
                return new OutputForm(kind, dimension);
            }
        }

        return new OutputForm(0, -1);
    }
}
