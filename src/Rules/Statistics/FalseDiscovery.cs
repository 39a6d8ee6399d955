namespace TrainingDoctor.Rules.Statistics;

/// <summary>Keeps the share of false ones among many discoveries small.</summary>
public static class FalseDiscovery
{
    /// <summary>Turns the probabilities of many tests into the smallest shares of false discoveries at which each would count as one (Benjamini and Hochberg 1995).</summary>
    /// <param name="probabilities">The probability, for each test, of so large a difference by chance; from 0 to 1.</param>
    /// <returns>The share for each test, in the same order; from 0 to 1.</returns>
    public static double[] Adjust(IReadOnlyList<double> probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        int count = probabilities.Count;
        var adjusted = new double[count];
        double least = 1;
        int rank = count;
        foreach (int index in Enumerable.Range(0, count).OrderByDescending(index => probabilities[index]))
        {
            least = Math.Min(least, probabilities[index] * count / rank--);
            adjusted[index] = least;
        }

        return adjusted;
    }
}
