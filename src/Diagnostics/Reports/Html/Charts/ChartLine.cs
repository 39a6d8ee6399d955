using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Series">Its values.</param>
/// <param name="Style">Its CSS class.</param>
/// <param name="Unit">Its unit in words; null for a bare number.</param>
internal sealed record ChartLine(string Name, SeriesDocument Series, string Style, string? Unit = null)
{
    /// <summary>Returns the line of a metric of the run, named and measured in words.</summary>
    /// <param name="context">The page.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="series">Its values.</param>
    /// <param name="style">Its CSS class.</param>
    public static ChartLine Of(HtmlContext context, Metric metric, SeriesDocument series, string style)
    {
        var (unit, factor) = UnitWording.Of(metric);
        return new ChartLine(context.Say(MetricWording.Of(metric)), factor == 1 ? series : Scaled(series, factor), style, unit is null ? null : context.Say(unit));
    }

    private static SeriesDocument Scaled(SeriesDocument series, double factor) => series with
    {
        Values = [.. series.Values.Select(value => value * factor)],
        Spans = series.Spans is { } spans ? spans with { Means = spans.Means is { } means ? [.. means.Select(mean => mean * factor)] : null } : null,
    };

    /// <summary>Returns what is drawn of it: every value, or of a long series the mean of each span, with a band from its smallest to its largest value.</summary>
    public PlotLine ToPlot()
    {
        if (Series.Spans is not { Means: { } kept } spans)
        {
            return new PlotLine(Name, Style, [.. Series.Steps.Select(step => (double)step)], [.. Series.Values.Select(value => (double?)value)], Unit: Unit);
        }

        var means = new double?[kept.Count];
        var low = new double?[means.Length];
        var high = new double?[means.Length];
        for (int i = 0; i < Series.Steps.Count; i++)
        {
            double value = Series.Values[i];
            int span = (int)Math.Clamp((Series.Steps[i] - spans.From) / spans.Width, 0, means.Length - 1);
            if (double.IsFinite(value))
            {
                low[span] = low[span] is { } lower ? Math.Min(lower, value) : value;
                high[span] = high[span] is { } upper ? Math.Max(upper, value) : value;
            }
        }

        // A span without a finite value holds what it had instead, a NaN or an infinity.
        for (int i = 0; i < means.Length; i++)
        {
            means[i] = kept[i];
        }

        for (int i = 0; i < Series.Steps.Count; i++)
        {
            int span = (int)Math.Clamp((Series.Steps[i] - spans.From) / spans.Width, 0, means.Length - 1);
            means[span] ??= Series.Values[i];
        }

        int[] measured = [.. Enumerable.Range(0, means.Length).Where(span => means[span] is not null)];
        return new PlotLine(
            Name,
            Style,
            [.. measured.Select(span => spans.From + (span * (double)spans.Width) + ((spans.Width - 1) / 2.0))],
            [.. measured.Select(span => means[span])],
            [.. measured.Select(span => low[span])],
            [.. measured.Select(span => high[span])],
            spans.Width,
            spans.Width,
            Unit);
    }
}

/// <summary>A finding's place on the time axis.</summary>
/// <param name="Step">The step.</param>
/// <param name="Finding">The finding.</param>
internal sealed record ChartMark(long Step, FindingDocument Finding);
