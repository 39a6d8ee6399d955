namespace TrainingDoctor.Rules.Statistics;

/// <summary>Student's t distribution (Student 1908): distances in units of a deviation that is itself only estimated.</summary>
public static class StudentDistribution
{
    /// <summary>Returns the probability of a value at least as far from 0, to either side.</summary>
    /// <param name="t">The value.</param>
    /// <param name="degrees">The degrees of freedom, at least 1.</param>
    /// <returns>From 0 to 1; 1 for NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no degrees of freedom.</exception>
    public static double TwoSided(double t, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        if (double.IsNaN(t))
        {
            return 1;
        }

        if (double.IsInfinity(t))
        {
            return 0;
        }

        // Abramowitz and Stegun (1964), 26.7.3 and 26.7.4, in a form that loses no digits far out: the tail as a finite integral of the cosine.
        double angle = Math.Atan2(Math.Sqrt(degrees), Math.Abs(t));
        double tail = SinePowers(angle, degrees - 1);
        return Math.Clamp(tail / SinePowers(Math.PI / 2, degrees - 1), 0, 1);
    }

    /// <summary>The integral of sin^n from 0 to an angle, by Simpson's rule: the integrand is smooth, and small angles keep their relative accuracy.</summary>
    private static double SinePowers(double angle, int n)
    {
        const int Parts = 200;
        double width = angle / Parts;
        double sum = Math.Pow(Math.Sin(0), n) + Math.Pow(Math.Sin(angle), n);
        for (int i = 1; i < Parts; i++)
        {
            sum += (i % 2 == 1 ? 4 : 2) * Math.Pow(Math.Sin(i * width), n);
        }

        return sum * width / 3;
    }
}
