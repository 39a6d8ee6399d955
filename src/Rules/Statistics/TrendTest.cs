namespace TrainingDoctor.Rules.Statistics;

/// <summary>Tests by rank: whatever the distribution of the values, and however large a few of them are.</summary>
public static class TrendTest
{
    /// <summary>Tells how surely values fall or rise in their order (Mann 1945, Kendall 1975).</summary>
    /// <param name="values">The values in their order; a few hundred at most, the cost is quadratic.</param>
    /// <returns>Kendall's tau, from -1 (falls throughout) to 1 (rises throughout), and its z-score, corrected for ties; zeros for fewer than three values.</returns>
    public static (double Tau, double Z) MannKendall(ReadOnlySpan<double> values)
    {
        int n = values.Length;
        if (n < 3)
        {
            return (0, 0);
        }

        long concordant = 0;
        double tied = 0;
        for (int i = 0; i < n; i++)
        {
            int equalBefore = 0;
            for (int j = 0; j < i; j++)
            {
                concordant += Math.Sign(values[i] - values[j]);
                equalBefore += values[i] == values[j] ? 1 : 0;
            }

            // The members of a group of t ties add up to t(t-1)(2t+5) when each adds the growth of that sum.
            double t = equalBefore + 1;
            tied += (t * (t - 1) * ((2 * t) + 5)) - ((t - 1) * (t - 2) * ((2 * t) + 3));
        }

        double variance = ((n * (n - 1.0) * ((2 * n) + 5)) - tied) / 18;
        double z = variance > 0 ? (concordant - Math.Sign(concordant)) / Math.Sqrt(variance) : 0;
        return (concordant / (n * (n - 1) / 2.0), z);
    }

    /// <summary>Returns the median of the slopes between all pairs of values (Theil 1950, Sen 1968).</summary>
    /// <param name="values">The values in their order, equally spaced.</param>
    /// <param name="scratch">Room for n(n-1)/2 numbers; overwritten.</param>
    /// <returns>The change from one value to the next; 0 for fewer than two.</returns>
    /// <exception cref="ArgumentException">The room is too small.</exception>
    public static double TheilSen(ReadOnlySpan<double> values, Span<double> scratch)
    {
        int pairs = values.Length * (values.Length - 1) / 2;
        if (pairs == 0)
        {
            return 0;
        }

        if (scratch.Length < pairs)
        {
            throw new ArgumentException(FormattableString.Invariant($"needs room for {pairs} slopes, had {scratch.Length}"), nameof(scratch));
        }

        int k = 0;
        for (int i = 0; i < values.Length; i++)
        {
            for (int j = i + 1; j < values.Length; j++)
            {
                scratch[k++] = (values[j] - values[i]) / (j - i);
            }
        }

        return Quantiles.Median(scratch[..pairs]);
    }

    /// <summary>Tells how surely the values of one group lie above those of another (Wilcoxon 1945; Mann and Whitney 1947).</summary>
    /// <param name="first">One group.</param>
    /// <param name="second">The other.</param>
    /// <returns>The z-score, positive when the second lies higher; 0 when a group is empty.</returns>
    public static double RankSum(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.IsEmpty || second.IsEmpty)
        {
            return 0;
        }

        double wins = 0;
        foreach (double high in second)
        {
            foreach (double low in first)
            {
                wins += high > low ? 1 : high == low ? 0.5 : 0;
            }
        }

        double pairs = (double)first.Length * second.Length;
        return (wins - (pairs / 2)) / Math.Sqrt(pairs * (first.Length + second.Length + 1) / 12);
    }
}
