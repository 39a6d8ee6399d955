namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>When something was measured, and where nothing was.</summary>
internal static class Measurements
{
    /// <summary>A pause is one when it is longer than so many intervals as measurements about it have.</summary>
    private const double Patience = 5;

    /// <summary>
    /// Returns whether nothing was measured for long before a step: a schedule that grows sparser makes no gap, one that stops does. Intervals before and behind
    /// the pause are what it is held against; the longest of them is passed over, as it may be a pause itself.
    /// </summary>
    /// <param name="steps">The steps, ascending.</param>
    /// <param name="index">The index of the step behind the pause.</param>
    /// <param name="width">How many steps stand behind one, where a series was thinned out.</param>
    public static bool IsGap(IReadOnlyList<double> steps, int index, double width = 1)
    {
        if (index < 1 || index >= steps.Count)
        {
            return false;
        }

        var (longest, usual, known) = (0.0, 0.0, 0);
        foreach (int neighbour in (ReadOnlySpan<int>)[index - 2, index - 1, index + 1, index + 2])
        {
            if (neighbour >= 1 && neighbour < steps.Count)
            {
                double interval = steps[neighbour] - steps[neighbour - 1];
                (longest, usual) = interval > longest ? (interval, longest) : (longest, Math.Max(usual, interval));
                known++;
            }
        }

        usual = known < 3 ? longest : usual;
        return known > 0 && steps[index] - steps[index - 1] > Patience * Math.Max(usual, width);
    }

    /// <summary>Returns how long a measurement holds: the smaller of the intervals beside it.</summary>
    public static double Interval(IReadOnlyList<long> steps, int index)
    {
        double before = index > 0 ? steps[index] - steps[index - 1] : double.PositiveInfinity;
        double behind = index + 1 < steps.Count ? steps[index + 1] - steps[index] : double.PositiveInfinity;
        double interval = Math.Min(before, behind);
        return double.IsFinite(interval) ? interval : 1;
    }
}
