namespace TrainingDoctor.Rules.Knowledge;

/// <summary>The standard normal distribution: what a layer's pre-activations look like after an initialisation that fits.</summary>
internal static class NormalDistribution
{
    private const int Points = 2001;
    private const double Reach = 8;

    /// <summary>Gets the density at x.</summary>
    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>Gets the probability of a value below x.</summary>
    /// <remarks>Within 6 of zero by the series of Marsaglia (2004), beyond it by the tail's continued fraction.</remarks>
    public static double Cumulative(double x)
    {
        if (Math.Abs(x) > 6)
        {
            double tail = Tail(Math.Abs(x));
            return x > 0 ? 1 - tail : tail;
        }

        double term = x;
        double sum = x;
        for (int n = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); n += 2)
        {
            term *= x * x / n;
            sum += term;
        }

        return 0.5 + (sum * Density(x));
    }

    /// <summary>Computes E[g(z)] for z ~ N(0, 1), by the trapezoidal rule, which converges exponentially for such integrands.</summary>
    /// <param name="g">The function.</param>
    public static double Expectation(Func<double, double> g)
    {
        const double Step = 2 * Reach / (Points - 1);
        double sum = 0;
        for (int i = 0; i < Points; i++)
        {
            double z = -Reach + (i * Step);
            sum += Density(z) * g(z);
        }

        return sum * Step;
    }

    private static double Tail(double x)
    {
        double fraction = x;
        for (int n = 30; n > 0; n--)
        {
            fraction = x + (n / fraction);
        }

        return Density(x) / fraction;
    }
}
