using TrainingDoctor.Reports.Html.Charts;

namespace TrainingDoctor.Reports.Terminal;

/// <summary>A curve in one line of text.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Ascii = "_.-=+*%#";
    private const int FewColumns = 8;
    private const double PeakShare = 4;

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

        // Loops: LINQ over numbers would have to be compiled before the first report is seen.
        width = Math.Min(width, steps.Count);
        int[] columns = new int[steps.Count];
        int[] counts = new int[width];
        bool[] broken = new bool[width];
        for (int i = 0; i < steps.Count; i++)
        {
            columns[i] = ColumnOf(steps[i], steps, width);
            broken[columns[i]] |= !double.IsFinite(values[i]);
            counts[columns[i]] += double.IsFinite(values[i]) ? 1 : 0;
        }

        // Divided before they are added: the sum of two large losses may be more than a double can say, their mean never is.
        double[] means = new double[width];
        for (int i = 0; i < steps.Count; i++)
        {
            means[columns[i]] += double.IsFinite(values[i]) ? values[i] / counts[columns[i]] : 0;
        }

        for (int column = 0; column < width; column++)
        {
            means[column] = counts[column] > 0 ? means[column] : double.NaN;
        }

        var (low, next, high, finite) = Extent(means);
        if (finite > 0 && low > 0 && high / low > 1000)
        {
            for (int column = 0; column < width; column++)
            {
                means[column] = Math.Log10(means[column]);
            }

            (low, next, high, finite) = Extent(means);
        }

        // One peak that stands far above all others must not flatten them: it is drawn as high as the rest goes.
        if (finite >= FewColumns && high - low > PeakShare * (next - low) && next > low)
        {
            high = next;
        }

        // Noise on a level curve must not look like a mountain range.
        double room = (0.1 * Math.Max(Math.Abs(low), Math.Abs(high))) - (high - low);
        var scale = room > 0 ? new ChartScale(low - (room / 2), high + (room / 2), 0, 1) : new ChartScale(low, high, 0, 1);

        string levels = isUnicode ? Blocks : Ascii;
        char[] drawn = new char[width];
        for (int column = 0; column < width; column++)
        {
            drawn[column] = broken[column] ? (isUnicode ? '×' : 'x') : double.IsNaN(means[column]) ? ' ' : Level(means[column]);
        }

        return new string(drawn);

        char Level(double value) => levels[Math.Min(levels.Length - 1, (int)(scale.Place(value) * levels.Length))];
    }

    /// <summary>Returns where a step stands in a curve that <see cref="Draw"/> drew.</summary>
    /// <param name="step">The step.</param>
    /// <param name="steps">The steps of the curve, ascending, at least one.</param>
    /// <param name="width">The number of columns that was given to the curve.</param>
    /// <returns>Null when the step lies outside the curve.</returns>
    public static int? Place(long step, IReadOnlyList<long> steps, int width) =>
        steps.Count == 0 || step < steps[0] || step > steps[^1] ? null : ColumnOf(step, steps, Math.Min(width, steps.Count));

    /// <summary>Returns the lowest, the last but one and the highest of those values that are finite, and how many these are; zeros where there is none.</summary>
    private static (double Low, double Next, double High, int Count) Extent(double[] values)
    {
        var (low, next, high, count) = (double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity, 0);
        foreach (double value in values)
        {
            if (double.IsFinite(value))
            {
                low = Math.Min(low, value);
                (next, high) = value > high ? (high, value) : (Math.Max(next, value), high);
                count++;
            }
        }

        return count > 0 ? (low, next, high, count) : default;
    }

    private static int ColumnOf(long step, IReadOnlyList<long> steps, int width)
    {
        double span = Math.Max(1, (double)steps[^1] - steps[0] + 1);
        return Math.Clamp((int)(((double)step - steps[0]) / span * width), 0, width - 1);
    }
}
