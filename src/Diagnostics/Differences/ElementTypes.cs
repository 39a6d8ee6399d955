namespace TrainingDoctor.Differences;

/// <summary>The rounding of element types.</summary>
internal static class ElementTypes
{
    /// <summary>
    /// So many units of the last place: what a sum of some thousand products and the depth of a model make of one, taken over all elements of a layer. Sums in other orders differ by a few
    /// (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 4.2: growth with the root of the length).
    /// </summary>
    private const double Units = 32;

    /// <summary>What reducing to statistics in double precision costs by itself.</summary>
    private const double OfStatistics = 1e-12;

    private static readonly (string Name, double Precision)[] Known = [("float64", 2.2e-16), ("float32", 1.2e-7), ("float16", 9.8e-4), ("bfloat16", 7.8e-3)];

    /// <summary>Returns the coarser of the types that the parameters of two models have; single precision where neither is known.</summary>
    public static string Coarser(ModelDescription? a, ModelDescription? b) =>
        new[] { a, b }.SelectMany(model => model?.Parameters ?? []).Select(parameter => Normalized(parameter.DataType)).Where(name => Known.Any(known => known.Name == name))
            .DefaultIfEmpty("float32").MaxBy(name => Known.First(known => known.Name == name).Precision)!;

    /// <summary>Returns the relative difference that rounding allows.</summary>
    public static double Allowed(string type) => Math.Max(OfStatistics, Units * Known.First(known => known.Name == type).Precision);

    private static string Normalized(string type) => type.ToLowerInvariant().Replace("torch.", string.Empty, StringComparison.Ordinal) switch
    {
        "double" => "float64",
        "float" or "single" => "float32",
        "half" => "float16",
        var name => name,
    };
}
