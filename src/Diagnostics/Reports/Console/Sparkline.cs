namespace TrainingDoctor.Reports;

/// <summary>A curve in one line of text.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Ascii = "_.-=+*%#";

    /// <summary>Draws a curve; values of one column are averaged, a column with NaN or infinity is a cross, one without values is left empty.</summary>
    /// <param name="steps">The steps, ascending.</param>
    /// <param name="values">The values at these steps.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="isUnicode">Whether block characters can be shown.</param>
    public static string Draw(IReadOnlyList<long> steps, IReadOnlyList<double> values, int width, bool isUnicode)
    {
        if (steps.Count == 0)
        {
            return string.Empty;
        }

        width = Math.Min(width, steps.Count);
        var sums = new double[width];
        var counts = new int[width];
        var broken = new bool[width];
        double span = Math.Max(1, steps[^1] - steps[0] + 1);
        for (int i = 0; i < steps.Count; i++)
        {
            int column = (int)((steps[i] - steps[0]) / span * width);
            broken[column] |= !double.IsFinite(values[i]);
            if (double.IsFinite(values[i]))
            {
                sums[column] += values[i];
                counts[column]++;
            }
        }

        var means = Enumerable.Range(0, width).Select(column => counts[column] > 0 ? sums[column] / counts[column] : double.NaN).ToArray();
        var finite = means.Where(double.IsFinite).ToList();
        if (finite.Count > 0 && finite.Min() > 0 && finite.Max() / finite.Min() > 1000)
        {
            means = [.. means.Select(Math.Log10)];
            finite = [.. finite.Select(Math.Log10)];
        }

        var (low, high) = finite.Count > 0 ? (finite.Min(), finite.Max()) : (0, 0);

        // Noise on a level curve must not look like a mountain range.
        double room = (0.1 * Math.Max(Math.Abs(low), Math.Abs(high))) - (high - low);
        if (room > 0)
        {
            (low, high) = (low - (room / 2), high + (room / 2));
        }

        string levels = isUnicode ? Blocks : Ascii;
        return string.Concat(means.Select((mean, column) => broken[column] ? (isUnicode ? '×' : 'x') : double.IsNaN(mean) ? ' ' : Level(mean)));

        char Level(double value) => levels[high > low ? (int)Math.Min(levels.Length - 1, (value - low) / (high - low) * levels.Length) : 0];
    }
}
