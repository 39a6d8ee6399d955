using System.Collections.Concurrent;

namespace TrainingDoctor.Rules.Knowledge;

/// <summary>What an activation function does to a standard normal input, computed from the function itself.</summary>
public sealed record ActivationProperties
{
    /// <summary>The derivative below which a gradient counts as vanished in one layer.</summary>
    public const double VanishingDerivative = 0.01;

    private const double Far = 60;
    private const double Step = 0.01;
    private static readonly ConcurrentDictionary<(ActivationKind, double?), ActivationProperties> Known = new();

    /// <summary>Gets the function.</summary>
    public required ActivationKind Kind { get; init; }

    /// <summary>Gets the greatest lower bound of f; negative infinity when there is none.</summary>
    public double LowerBound { get; private init; }

    /// <summary>Gets the least upper bound of f; infinity when there is none.</summary>
    public double UpperBound { get; private init; }

    /// <summary>Gets a value indicating whether f is bounded on both sides.</summary>
    public bool IsBounded => double.IsFinite(LowerBound) && double.IsFinite(UpperBound);

    /// <summary>Gets E[f(z)] for z ~ N(0, 1): how far from zero-centred the outputs are.</summary>
    public double Mean { get; private init; }

    /// <summary>Gets E[f(z)²]: the second moment that the next layer is given.</summary>
    public double SecondMoment { get; private init; }

    /// <summary>Gets the factor 1/√E[f(z)²] by which weights must be larger for the scale to be kept: √2 for ReLU, as in He et al. 2015.</summary>
    public double Gain => 1 / Math.Sqrt(SecondMoment);

    /// <summary>Gets E[f'(z)].</summary>
    public double MeanDerivative { get; private init; }

    /// <summary>Gets E[f'(z)²]: what one layer leaves of the gradient's second moment.</summary>
    public double DerivativeSecondMoment { get; private init; }

    /// <summary>Gets the largest slope.</summary>
    public double LargestDerivative { get; private init; }

    /// <summary>Gets the input below which |f'| stays under <see cref="VanishingDerivative"/>; negative infinity when it never does.</summary>
    public double VanishesBelow { get; private init; }

    /// <summary>Gets the input above which |f'| stays under <see cref="VanishingDerivative"/>; infinity when it never does.</summary>
    public double VanishesAbove { get; private init; }

    /// <summary>Gets a value indicating whether the gradient vanishes on both sides.</summary>
    public bool Saturates => double.IsFinite(VanishesBelow) && double.IsFinite(VanishesAbove);

    /// <summary>Gets a value indicating whether f has no kink.</summary>
    public bool IsSmooth { get; private init; }

    /// <summary>Gets a value indicating whether f never falls.</summary>
    public bool IsMonotonic { get; private init; }

    /// <summary>Computes the properties of a function.</summary>
    /// <param name="kind">The function.</param>
    /// <param name="slope">The slope or alpha for negative inputs; null for the function's default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The function works on several numbers at once.</exception>
    public static ActivationProperties Of(ActivationKind kind, double? slope = null)
    {
        if (!ActivationFunctions.IsElementwise(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "The function works on several numbers at once.");
        }

        return Known.GetOrAdd((kind, slope), static key => Compute(key.Item1, key.Item2));
    }

    /// <summary>Computes E[f(σz)²] for z ~ N(0, 1).</summary>
    /// <param name="kind">The function; functions of several numbers count as the identity.</param>
    /// <param name="scale">σ.</param>
    /// <param name="slope">The slope or alpha for negative inputs; null for the default.</param>
    public static double SecondMomentAt(ActivationKind kind, double scale, double? slope = null) => ActivationFunctions.IsElementwise(kind)
        ? NormalDistribution.Expectation(z => Square(ActivationFunctions.Evaluate(kind, scale * z, slope)))
        : scale * scale;

    /// <summary>Computes the variance of f(σz) for z ~ N(0, 1).</summary>
    /// <param name="kind">The function; functions of several numbers count as the identity.</param>
    /// <param name="scale">σ.</param>
    /// <param name="slope">The slope or alpha for negative inputs; null for the default.</param>
    public static double VarianceAt(ActivationKind kind, double scale, double? slope = null) => ActivationFunctions.IsElementwise(kind)
        ? Math.Max(0, SecondMomentAt(kind, scale, slope) - Square(NormalDistribution.Expectation(z => ActivationFunctions.Evaluate(kind, scale * z, slope))))
        : scale * scale;

    /// <summary>Computes E[f'(σz)²] for z ~ N(0, 1).</summary>
    /// <param name="kind">The function; functions of several numbers count as the identity.</param>
    /// <param name="scale">σ.</param>
    /// <param name="slope">The slope or alpha for negative inputs; null for the default.</param>
    public static double DerivativeSecondMomentAt(ActivationKind kind, double scale, double? slope = null) => ActivationFunctions.IsElementwise(kind)
        ? NormalDistribution.Expectation(z => Square(ActivationFunctions.Derivative(kind, scale * z, slope)))
        : 1;

    private static ActivationProperties Compute(ActivationKind kind, double? slope)
    {
        double F(double x) => ActivationFunctions.Evaluate(kind, x, slope);
        double D(double x) => ActivationFunctions.Derivative(kind, x, slope);
        int count = (int)(2 * Far / Step);
        var grid = Enumerable.Range(0, count + 1).Select(i => -Far + (i * Step)).ToArray();
        double[] slopes = [.. grid.Select(D)];
        int first = Array.FindIndex(slopes, d => Math.Abs(d) >= VanishingDerivative);
        int last = Array.FindLastIndex(slopes, d => Math.Abs(d) >= VanishingDerivative);
        return new ActivationProperties
        {
            Kind = kind,
            LowerBound = Bound(F, grid, minimum: true),
            UpperBound = Bound(F, grid, minimum: false),
            Mean = NormalDistribution.Expectation(F),
            SecondMoment = NormalDistribution.Expectation(z => Square(F(z))),
            MeanDerivative = NormalDistribution.Expectation(D),
            DerivativeSecondMoment = NormalDistribution.Expectation(z => Square(D(z))),
            LargestDerivative = slopes.Max(),
            VanishesBelow = first <= 0 ? double.NegativeInfinity : Edge(D, grid[first - 1], grid[first]),
            VanishesAbove = last == count ? double.PositiveInfinity : Edge(D, grid[last + 1], grid[last]),
            IsSmooth = !slopes.Zip(slopes.Skip(1)).Any(pair => Math.Abs(pair.Second - pair.First) > 0.1 * Math.Max(1, Math.Abs(pair.First))),
            IsMonotonic = slopes.All(d => d >= 0),
        };
    }

    /// <summary>A function is bounded when going a thousand times further out changes its extreme no more.</summary>
    private static double Bound(Func<double, double> f, double[] grid, bool minimum)
    {
        double[] values = [.. grid.Select(f)];
        double[] far = [.. values, f(-1000 * Far), f(1000 * Far)];
        double near = minimum ? values.Min() : values.Max();
        double extreme = minimum ? far.Min() : far.Max();
        double rounded = Math.Round(extreme, 4);
        return Math.Abs(extreme - near) <= 0.05 ? (Math.Abs(rounded - Math.Round(rounded)) < 2e-4 ? Math.Round(rounded) : rounded) : minimum ? double.NegativeInfinity : double.PositiveInfinity;
    }

    /// <summary>Halves the step between a point where the gradient has vanished and one where it has not, down to two digits; a kink lies on neither.</summary>
    private static double Edge(Func<double, double> derivative, double vanished, double alive)
    {
        for (int i = 0; i < 30; i++)
        {
            double middle = (vanished + alive) / 2;
            (vanished, alive) = Math.Abs(derivative(middle)) < VanishingDerivative ? (middle, alive) : (vanished, middle);
        }

        return Math.Round(alive, 2) + 0.0;
    }

    private static double Square(double x) => x * x;
}
