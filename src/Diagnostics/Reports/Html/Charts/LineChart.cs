using System.Globalization;

namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>Curves over the steps of a run, with a legend, marks of findings, and the numbers as a table. The static drawing gives way to a live one where a script runs.</summary>
internal static class LineChart
{
    /// <summary>Signs at the edge that are closer than this share of the width are one.</summary>
    private const double SignDistance = 0.01;

    /// <summary>A curve of few values shows each of them.</summary>
    private const int FewestWithoutDots = 40;

    /// <summary>Writes a chart.</summary>
    /// <param name="context">The page.</param>
    /// <param name="title">The title.</param>
    /// <param name="lines">The curves, one at least.</param>
    /// <param name="marks">The findings that are shown above it.</param>
    /// <param name="isWide">Whether it takes the whole width.</param>
    /// <param name="axis">What the axis of values may do.</param>
    /// <param name="isShared">Whether it lies over the steps of the run; false for curves of another run.</param>
    public static void Write(HtmlContext context, string title, IReadOnlyList<ChartLine> lines, IReadOnlyList<ChartMark> marks, bool isWide = true, AxisKind axis = AxisKind.Free, bool isShared = true) =>
        Write(context, title, title, [.. lines.Select(line => line.ToPlot())], marks, isWide, axis, isShared, table => WriteTable(table, title, lines));

    /// <summary>Writes a chart of what is drawn already.</summary>
    /// <param name="context">The page.</param>
    /// <param name="title">The title.</param>
    /// <param name="label">What a screen reader says.</param>
    /// <param name="lines">The curves, one at least.</param>
    /// <param name="marks">The findings that are shown above it.</param>
    /// <param name="isWide">Whether it takes the whole width.</param>
    /// <param name="axis">What the axis of values may do.</param>
    /// <param name="isShared">Whether it lies over the steps of the run.</param>
    /// <param name="writeTable">Writes the numbers as a table; null for none.</param>
    public static void Write(HtmlContext context, string title, string label, IReadOnlyList<PlotLine> lines, IReadOnlyList<ChartMark> marks, bool isWide, AxisKind axis, bool isShared, Action<HtmlContext>? writeTable)
    {
        var range = isShared ? context.Steps : null;
        double first = Math.Min(lines.Min(line => line.Steps[0]), range?.First ?? double.PositiveInfinity);
        double last = Math.Max(lines.Max(line => line.Steps[^1]), range?.Last ?? double.NegativeInfinity);
        var x = ChartScale.OfSteps(first, last, 0, ChartFrame.Side);
        var y = ChartScale.Fit(lines.SelectMany(Shown), ChartFrame.Side, 0, axis);
        string id = context.AddPlot(new LinePlot(KebabCase.Of(axis), y.IsLogarithmic, lines, isShared));
        var html = context.Html;
        html.Write($"<figure class=\"chart{(isWide ? " wide" : string.Empty)}\"><figcaption>{title} <button type=\"button\" class=\"log\" hidden aria-pressed=\"{(y.IsLogarithmic ? "true" : "false")}\" aria-label=\"{context.Say($"logarithmic")}: {title}\">{context.Say($"logarithmic")}</button></figcaption>\n");
        WriteLegend(context, lines);
        if (isShared)
        {
            FindingLanes.Write(context, marks, x);
        }

        html.Write($"<div class=\"plot\" data-plot=\"{id}\" tabindex=\"0\" role=\"group\" aria-label=\"{label}. {Summary(context, lines)} {context.Say($"Arrow keys read values, plus and minus zoom, 0 shows the whole run.")}\">\n");
        WriteStatic(context, title, lines, x, y, isShared);
        html.Write($"</div>\n<output class=\"readout\" aria-live=\"polite\"></output>\n");
        writeTable?.Invoke(context);
        html.Write($"</figure>\n");
    }

    private static void WriteStatic(HtmlContext context, string title, IReadOnlyList<PlotLine> lines, ChartScale x, ChartScale y, bool isShared)
    {
        var frame = new ChartFrame(context, x, y);
        frame.Begin(title, context.Say($"step"));
        frame.Curves(lines.Where(line => line.Low is not null).Select(line => ($"band {line.Style}", frame.Band(line.Steps, line.Low!, line.High!, line.Width ?? 1)))
            .Concat(lines.Select(line => ($"line {line.Style}", frame.Line(line.Steps, line.Values, line.Width ?? 1)))));
        foreach (var line in lines)
        {
            double before = double.NegativeInfinity;
            bool isSparse = line.Steps.Count < FewestWithoutDots;
            for (int i = 0; i < line.Steps.Count; i++)
            {
                foreach (double? edge in (ReadOnlySpan<double?>)[line.Values[i], line.Low?[i], line.High?[i]])
                {
                    if (edge is { } value && !frame.Shows(value) && line.Steps[i] - before > SignDistance * (x.High - x.Low))
                    {
                        before = line.Steps[i];
                        frame.Outside(line.Style, line.Steps[i], value, line.Name);
                    }
                }

                bool isAlone = (i == 0 || Measurements.IsGap(line.Steps, i, line.Width ?? 1)) && (i + 1 == line.Steps.Count || Measurements.IsGap(line.Steps, i + 1, line.Width ?? 1));
                if ((isSparse || isAlone) && line.Values[i] is { } here && frame.Shows(here))
                {
                    frame.Dot(line.Style, line.Steps[i], here);
                }
            }
        }

        if (isShared)
        {
            frame.Onset();
        }

        frame.End();
    }

    private static IEnumerable<double> Shown(PlotLine line) => line.Values.Concat(line.Low ?? []).Concat(line.High ?? []).OfType<double>();

    /// <summary>A chart in a sentence, for those who don't see it.</summary>
    private static string Summary(HtmlContext context, IReadOnlyList<PlotLine> lines) => string.Join(" ", lines.Where(line => line.Values.Any(value => value is not null)).Select(line =>
    {
        var values = line.Values.OfType<double>().ToList();
        return context.Say($"{line.Name}: {Numbers.Short(values[0])} at first, {Numbers.Short(values[^1])} at last.");
    }));

    private static void WriteLegend(HtmlContext context, IReadOnlyList<PlotLine> lines)
    {
        context.Html.Write($"<ul class=\"legend\">");
        foreach (var line in lines)
        {
            context.Html.Write($"<li><svg width=\"22\" height=\"8\" aria-hidden=\"true\"><path class=\"line {line.Style}\" d=\"M1 4h20\"/></svg> {line.Name}{(line.Unit is { } unit ? $" ({unit})" : string.Empty)}</li>");
        }

        context.Html.Write($"</ul>\n");
    }

    private static void WriteTable(HtmlContext context, string title, IReadOnlyList<ChartLine> lines)
    {
        context.Html.Write($"<details class=\"numbers\"><summary>{context.Say($"Numbers")}</summary><table><caption class=\"hidden\">{title}</caption><thead><tr><th scope=\"col\">{context.Say($"Curve")}</th><th scope=\"col\">{context.Say($"First")}</th><th scope=\"col\">{context.Say($"Smallest")}</th><th scope=\"col\">{context.Say($"Largest")}</th><th scope=\"col\">{context.Say($"Last")}</th></tr></thead><tbody>\n");
        foreach (var line in lines)
        {
            var (steps, values) = (line.Series.Steps, line.Series.Values);
            int[] finite = [.. Enumerable.Range(0, values.Count).Where(index => double.IsFinite(values[index]))];
            context.Html.Write($"<tr><th scope=\"row\">{line.Name}</th><td>{At(0)}</td><td>{(finite.Length == 0 ? "–" : At(finite.MinBy(index => values[index])))}</td><td>{(finite.Length == 0 ? "–" : At(finite.MaxBy(index => values[index])))}</td><td>{At(values.Count - 1)}</td></tr>\n");

            string At(int index) => $"{Numbers.Short(values[index])} @ {steps[index].ToString("#,0", CultureInfo.InvariantCulture)}";
        }

        context.Html.Write($"</tbody></table></details>\n");
    }
}
