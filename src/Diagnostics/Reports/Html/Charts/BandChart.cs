using System.Globalization;
using System.Text;

namespace TrainingDoctor.Reports;

/// <summary>How the outputs of a layer are distributed over time: mean, one standard deviation to each side, and extremes where they were measured.</summary>
internal static class BandChart
{
    private const double Width = 560;
    private const double Height = 260;
    private const double Left = 60;
    private const double Right = 548;
    private const double Top = 12;
    private const double Bottom = 228;

    public static void Write(HtmlContext context, string layer)
    {
        if (context.Curve(Metric.OutputMean, layer) is not { Steps.Count: > 1 } mean)
        {
            return;
        }

        var deviation = context.Curve(Metric.OutputStandardDeviation, layer) is { Steps.Count: > 1 } found ? found : null;
        var (lowest, highest) = (context.Curve(Metric.OutputMinimum, layer), context.Curve(Metric.OutputMaximum, layer));
        var steps = mean.Steps;
        var low = steps.Select((step, i) => mean.Values[i] - At(deviation, step)).ToList();
        var high = steps.Select((step, i) => mean.Values[i] + At(deviation, step)).ToList();
        var x = ChartScale.OfSteps(steps[0], steps[^1], Left, Right);
        var y = ChartScale.Fit([.. low, .. high, .. lowest?.Values ?? [], .. highest?.Values ?? []], Bottom, Top, logarithmic: false);
        string title = context.Say($"Outputs over time: mean and one standard deviation to each side");
        var rows = new List<PlotRow> { Row(context.Say($"mean"), mean) };
        if (deviation is not null)
        {
            rows.Add(Row(context.Say($"standard deviation"), deviation));
        }

        string id = context.AddPlot(new PlotData("lines", Left, Right, Top, Bottom, x.Low, x.High, rows));
        context.Html.Write($"<figure class=\"chart\"><figcaption>{title}</figcaption><div class=\"plot\" data-plot=\"{id}\" tabindex=\"0\" role=\"group\" aria-label=\"{title}, {layer}. {context.Say($"Use the arrow keys to read values.")}\"><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{title}, {layer}\">\n");
        foreach (double tick in y.Ticks(4))
        {
            context.Html.Write($"<path class=\"grid\" d=\"M{Left} {y.Place(tick)}H{Right}\"/><text class=\"tick\" x=\"{Left - 8}\" y=\"{y.Place(tick) + 4}\" text-anchor=\"end\">{Numbers.Short(tick)}</text>\n");
        }

        foreach (double tick in x.Ticks(5).Where(tick => tick == Math.Floor(tick)))
        {
            context.Html.Write($"<text class=\"tick\" x=\"{x.Place(tick)}\" y=\"{Bottom + 20}\" text-anchor=\"middle\">{tick.ToString("#,0", CultureInfo.InvariantCulture)}</text>\n");
        }

        if (lowest is { Steps.Count: > 1 } && highest is { Steps.Count: > 1 })
        {
            context.Html.Write($"<path class=\"extremes\" d=\"{new RawMarkup(Band(lowest.Steps, lowest.Values, highest.Steps, highest.Values, x, y))}\"/>\n");
        }

        context.Html.Write($"<path class=\"band\" d=\"{new RawMarkup(Band(steps, low, steps, high, x, y))}\"/><path class=\"line s1\" d=\"{new RawMarkup(Line(steps, mean.Values, x, y))}\"/><line class=\"cursor\" x1=\"0\" x2=\"0\" y1=\"{Top}\" y2=\"{Bottom}\" visibility=\"hidden\"/></svg></div>\n<output class=\"readout\" aria-live=\"polite\"></output></figure>\n");
    }

    private static PlotRow Row(string name, SeriesDocument series) => new(name, [.. series.Steps.Select(step => (double)step)], [.. series.Values.Select(value => (double?)value)]);

    /// <summary>The two series keep different steps when they were thinned out: the last value before a step is the one that held.</summary>
    private static double At(SeriesDocument? series, long step)
    {
        if (series is null)
        {
            return 0;
        }

        int index = 0;
        while (index + 1 < series.Steps.Count && series.Steps[index + 1] <= step)
        {
            index++;
        }

        return double.IsFinite(series.Values[index]) ? series.Values[index] : 0;
    }

    private static string Line(IReadOnlyList<long> steps, IReadOnlyList<double> values, ChartScale x, ChartScale y)
    {
        var path = new StringBuilder();
        for (int i = 0; i < steps.Count; i++)
        {
            if (double.IsFinite(values[i]))
            {
                path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{x.Place(steps[i]):0.#} {y.Place(values[i]):0.#}");
            }
        }

        return path.ToString();
    }

    private static string Band(IReadOnlyList<long> lowSteps, IReadOnlyList<double> low, IReadOnlyList<long> highSteps, IReadOnlyList<double> high, ChartScale x, ChartScale y)
    {
        string there = Line(lowSteps, low, x, y);
        string back = Line([.. highSteps.Reverse()], [.. high.Reverse()], x, y);
        return there.Length == 0 || back.Length == 0 ? string.Empty : $"{there}L{back[1..]}z";
    }
}
