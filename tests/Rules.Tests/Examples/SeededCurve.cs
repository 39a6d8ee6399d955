namespace TrainingDoctor.Tests.Examples;

/// <summary>Seeded curves for examples.</summary>
internal static class SeededCurve
{
    /// <summary>A function of the step with Gaussian noise added.</summary>
    public static IReadOnlyList<double> Noisy(int steps, Func<int, double> level, double noise, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, steps).Select(step => level(step) + (noise * Gaussian(random)))];
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
