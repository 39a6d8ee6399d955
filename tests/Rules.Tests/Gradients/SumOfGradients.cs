namespace TrainingDoctor.Tests.Gradients;

/// <summary>Gradients of one parameter that point where the one before did, unless told otherwise: what a step adds is then the difference of two norms, exactly.</summary>
internal static class SumOfGradients
{
    /// <summary>Norms of one parameter from step 0 on, and the cosines between successive gradients.</summary>
    public static Trace Of(IReadOnlyList<double> norms, Func<int, double>? cosine = null) => Trace.Of(Metric.GradientNorm, "fc.weight", norms)
        .And(Trace.Of(Metric.GradientCosine, "fc.weight", norms.Select((_, step) => cosine?.Invoke(step) ?? 1.0)));

    /// <summary>The sum of gradients that are all alike: 1, 2, 3 and so on.</summary>
    public static Trace Counting(int steps, Func<int, double>? cosine = null) => Of([.. Enumerable.Range(1, steps).Select(norm => (double)norm)], cosine);
}
