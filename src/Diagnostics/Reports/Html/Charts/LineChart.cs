using System.Globalization;
using System.Text;

namespace TrainingDoctor.Reports;

/// <summary>One line of a chart.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Series">Its values.</param>
/// <param name="Style">Its CSS class.</param>
internal sealed record ChartLine(string Name, SeriesDocument Series, string Style);

/// <summary>A finding's place on the time axis.</summary>
/// <param name="Step">The step.</param>
/// <param name="Finding">The finding.</param>
internal sealed record ChartMark(long Step, FindingDocument Finding);

/// <summary>Curves over the steps of a run as SVG, with a legend, marks of findings, and the numbers as a table.</summary>
internal static class LineChart
{
    private const double Height = 300;
    private const double Left = 64;
    private const double Top = 26;
    private const double Bottom = 266;

    public static void Write(HtmlContext context, string title, IReadOnlyList<ChartLine> lines, IReadOnlyList<ChartMark> marks, bool isWide = true)
    {
        double width = isWide ? 1000 : 560;
        double right = width - 16;
        double first = lines.Min(line => line.Series.Steps[0]);
        double last = lines.Max(line => line.Series.Steps[^1]);
        var x = ChartScale.OfSteps(first, last, Left, right);
        var y = ChartScale.Fit(lines.SelectMany(line => line.Series.Values), Bottom, Top);
        string id = context.AddPlot(new PlotData(
            "lines", Left, right, Top, Bottom, x.Low, x.High, [.. lines.Select(line => new PlotRow(line.Name, [.. line.Series.Steps.Select(step => (double)step)], [.. line.Series.Values.Select(value => (double?)value)]))]));
        var html = context.Html;
        html.Write($"<figure class=\"chart\"><figcaption>{title}{(y.IsLogarithmic ? " · " + context.Say($"logarithmic") : string.Empty)}</figcaption>\n");
        WriteLegend(context, lines);
        html.Write($"<div class=\"plot\" data-plot=\"{id}\" tabindex=\"0\" role=\"group\" aria-label=\"{title}. {context.Say($"Use the arrow keys to read values.")}\"><svg viewBox=\"0 0 {width} {Height}\" role=\"group\" aria-label=\"{title}\">\n");
        WriteAxes(context, x, y);
        foreach (var line in lines)
        {
            html.Write($"<path class=\"line {line.Style}\" d=\"{new RawMarkup(Path(line.Series, x, y))}\"/>\n");
            foreach (int index in Enumerable.Range(0, line.Series.Values.Count).Where(index => !double.IsFinite(line.Series.Values[index])).Take(40))
            {
                double place = x.Place(line.Series.Steps[index]);
                html.Write($"<path class=\"broken\" d=\"M{place - 4} {Top - 4}l8 8m0 -8l-8 8\"><title>{line.Name}: {Numbers.Short(line.Series.Values[index])}, {line.Series.Steps[index]}</title></path>\n");
            }

            if (line.Series.Steps.Count == 1)
            {
                html.Write($"<circle class=\"dot {line.Style}\" cx=\"{x.Place(line.Series.Steps[0])}\" cy=\"{y.Place(line.Series.Values[0])}\" r=\"4\"/>\n");
            }
        }

        WriteMarks(context, marks, x);
        html.Write($"<line class=\"cursor\" x1=\"0\" x2=\"0\" y1=\"{Top}\" y2=\"{Bottom}\" visibility=\"hidden\"/></svg></div>\n<output class=\"readout\" aria-live=\"polite\"></output>\n");
        WriteTable(context, title, lines);
        html.Write($"</figure>\n");
    }

    private static void WriteLegend(HtmlContext context, IReadOnlyList<ChartLine> lines)
    {
        context.Html.Write($"<ul class=\"legend\">");
        foreach (var line in lines)
        {
            context.Html.Write($"<li><svg width=\"22\" height=\"8\" aria-hidden=\"true\"><path class=\"line {line.Style}\" d=\"M1 4h20\"/></svg> {line.Name}</li>");
        }

        context.Html.Write($"</ul>\n");
    }

    private static void WriteAxes(HtmlContext context, ChartScale x, ChartScale y)
    {
        foreach (double tick in y.Ticks(5))
        {
            double place = y.Place(tick);
            context.Html.Write($"<path class=\"grid\" d=\"M{Left} {place}H{x.To}\"/><text class=\"tick\" x=\"{Left - 8}\" y=\"{place + 4}\" text-anchor=\"end\">{Numbers.Short(tick)}</text>\n");
        }

        foreach (double tick in x.Ticks((x.To - x.From) / 110).Where(tick => tick == Math.Floor(tick)))
        {
            context.Html.Write($"<text class=\"tick\" x=\"{x.Place(tick)}\" y=\"{Bottom + 20}\" text-anchor=\"middle\">{tick.ToString("#,0", CultureInfo.InvariantCulture)}</text>\n");
        }

        context.Html.Write($"<path class=\"axis\" d=\"M{Left} {Bottom}H{x.To}\"/>\n");
    }

    /// <summary>Marks that would lie over each other share one flag; a link in it leads to the first of them.</summary>
    private static void WriteMarks(HtmlContext context, IReadOnlyList<ChartMark> marks, ChartScale x)
    {
        foreach (var group in marks.Where(mark => mark.Step >= x.Low && mark.Step <= x.High).GroupBy(mark => Math.Round(x.Place(mark.Step) / 34)).OrderBy(group => group.Key))
        {
            var leading = group.OrderByDescending(mark => mark.Finding.Severity).First();
            double place = x.Place(leading.Step);
            string label = group.Count() == 1 ? leading.Finding.Id : $"{leading.Finding.Id}+{(group.Count() - 1).ToString(CultureInfo.InvariantCulture)}";
            double width = 14 + (7.5 * label.Length);
            double left = Math.Min(place, x.To - width);
            string names = string.Join("; ", group.Select(mark => $"{mark.Finding.Id} {mark.Finding.Title}"));
            context.Html.Write($"<a href=\"#{leading.Finding.Id}\" class=\"mark {KebabCase.Of(leading.Finding.Severity)}\" aria-label=\"{label}: {names}\"><title>{names}</title><path d=\"M{place} {Top}V{Bottom}\"/><rect x=\"{left}\" y=\"2\" width=\"{width}\" height=\"20\" rx=\"4\"/><text x=\"{left + (width / 2)}\" y=\"16.5\" text-anchor=\"middle\">{label}</text></a>\n");
        }
    }

    private static void WriteTable(HtmlContext context, string title, IReadOnlyList<ChartLine> lines)
    {
        context.Html.Write($"<details class=\"numbers\"><summary>{context.Say($"Numbers")}</summary><table><caption class=\"hidden\">{title}</caption><thead><tr><th scope=\"col\">{context.Say($"Curve")}</th><th scope=\"col\">{context.Say($"First")}</th><th scope=\"col\">{context.Say($"Smallest")}</th><th scope=\"col\">{context.Say($"Largest")}</th><th scope=\"col\">{context.Say($"Last")}</th></tr></thead><tbody>\n");
        foreach (var line in lines)
        {
            var finite = line.Series.Values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).ToList();
            context.Html.Write($"<tr><th scope=\"row\">{line.Name}</th><td>{Numbers.Short(line.Series.Values[0])}</td><td>{Numbers.Short(finite.Min())}</td><td>{Numbers.Short(finite.Max())}</td><td>{Numbers.Short(line.Series.Values[^1])}</td></tr>\n");
        }

        context.Html.Write($"</tbody></table></details>\n");
    }

    private static string Path(SeriesDocument series, ChartScale x, ChartScale y)
    {
        var path = new StringBuilder();
        bool isDrawing = false;
        for (int i = 0; i < series.Steps.Count; i++)
        {
            if (!double.IsFinite(series.Values[i]))
            {
                isDrawing = false;
                continue;
            }

            path.Append(CultureInfo.InvariantCulture, $"{(isDrawing ? 'L' : 'M')}{x.Place(series.Steps[i]):0.#} {y.Place(series.Values[i]):0.#}");
            isDrawing = true;
        }

        return path.ToString();
    }
}
