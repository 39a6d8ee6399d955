namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>How the outputs of a layer are distributed over time: mean, one standard deviation to each side, and extremes where they were measured.</summary>
internal static class BandChart
{
    /// <summary>Writes the chart of a layer; nothing when its outputs were not measured twice.</summary>
    /// <param name="context">The page.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="isWide">Whether it takes the whole width.</param>
    public static void Write(HtmlContext context, string layer, bool isWide)
    {
        if (context.Curve(Metric.OutputMean, layer) is not { Steps.Count: > 1 } mean)
        {
            return;
        }

        var deviation = context.Curve(Metric.OutputStandardDeviation, layer) is { Steps.Count: > 1 } found ? found : null;
        double[] steps = [.. mean.Steps.Select(step => (double)step)];
        var lines = new List<PlotLine>();
        if (context.Curve(Metric.OutputMinimum, layer) is { Steps.Count: > 1 } lowest && context.Curve(Metric.OutputMaximum, layer) is { Steps.Count: > 1 } highest)
        {
            lines.Add(new PlotLine(
                context.Say($"smallest to largest"),
                "s4",
                [.. lowest.Steps.Select(step => (double)step)],
                [.. lowest.Steps.Select(_ => (double?)null)],
                [.. lowest.Values.Select(value => (double?)value)],
                [.. lowest.Steps.Select(step => (double?)At(highest, step))],
                Width: lowest.Spans?.Width));
        }

        lines.Add(new PlotLine(
            deviation is null ? context.Say($"mean") : context.Say($"mean, with one standard deviation to each side"),
            "s1",
            steps,
            [.. mean.Values.Select(value => (double?)value)],
            deviation is null ? null : [.. mean.Steps.Select((step, i) => (double?)(mean.Values[i] - At(deviation, step)))],
            deviation is null ? null : [.. mean.Steps.Select((step, i) => (double?)(mean.Values[i] + At(deviation, step)))],
            Width: mean.Spans?.Width));
        string title = context.Say($"Outputs over time");
        LineChart.Write(context, title, $"{title}, {layer}", lines, [], isWide, AxisKind.Score, isShared: true, null);
    }

    /// <summary>The two series keep different steps when they were thinned out: the last value before a step is the one that held.</summary>
    private static double At(SeriesDocument series, long step)
    {
        int index = 0;
        while (index + 1 < series.Steps.Count && series.Steps[index + 1] <= step)
        {
            index++;
        }

        return double.IsFinite(series.Values[index]) ? series.Values[index] : 0;
    }
}
