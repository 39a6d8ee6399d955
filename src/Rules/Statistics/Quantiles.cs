namespace TrainingDoctor.Rules.Statistics;

/// <summary>Medians and what goes with them.</summary>
public static class Quantiles
{
    /// <summary>The median of |x| for x ~ N(0, 1): divides a median deviation into a standard deviation.</summary>
    public const double NormalMedianDeviation = 0.6744897501960817;

    /// <summary>Returns the median, and leaves the values sorted.</summary>
    /// <param name="values">The values; sorted in place.</param>
    /// <returns>NaN when there are none.</returns>
    public static double Median(Span<double> values)
    {
        if (values.IsEmpty)
        {
            return double.NaN;
        }

        values.Sort();
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /// <summary>Returns a standard deviation that single outliers leave alone: the median distance from the median, scaled for normal values (Hampel 1974).</summary>
    /// <param name="values">The values; overwritten.</param>
    /// <returns>NaN when there are none.</returns>
    public static double RobustDeviation(Span<double> values)
    {
        double median = Median(values);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Abs(values[i] - median);
        }

        return Median(values) / NormalMedianDeviation;
    }
}
