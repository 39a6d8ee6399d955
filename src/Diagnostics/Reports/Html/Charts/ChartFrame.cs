using System.Globalization;
using System.Text;

namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>
/// A chart as the document holds it, for readers without a script and for paper. Axes, letters and marks are placed in percent and curves in a coordinate system that
/// stretches, so that the drawing takes any width while its letters keep their size.
/// </summary>
/// <param name="context">The page.</param>
/// <param name="x">The axis of steps, from 0 to <see cref="Side"/>.</param>
/// <param name="y">The axis of values, from <see cref="Side"/> to 0.</param>
internal sealed class ChartFrame(HtmlContext context, ChartScale x, ChartScale y)
{
    /// <summary>The length of both axes in the coordinates of curves.</summary>
    public const double Side = 1000;

    /// <summary>Writes the beginning: grid, numbers and the name of the axis.</summary>
    /// <param name="label">What a screen reader says.</param>
    /// <param name="axis">The name of the axis along the bottom.</param>
    /// <param name="areWhole">Whether numbers along the bottom are whole.</param>
    public void Begin(string label, string axis, bool areWhole = true)
    {
        var html = context.Html;
        html.Write($"<div class=\"static\"><svg class=\"area\" role=\"img\" aria-label=\"{label}\">\n");
        double[] ticks = [.. y.Ticks(5)];
        foreach (var (tick, name) in ticks.Zip(Numbers.Labels(ticks)))
        {
            string place = Percent(y.Place(tick));
            html.Write($"<line class=\"grid\" x2=\"100%\" y1=\"{place}\" y2=\"{place}\"/><text class=\"tick\" x=\"-8\" y=\"{place}\" dy=\"4\" text-anchor=\"end\">{name}</text>\n");
        }

        int index = 0;
        foreach (double tick in x.Ticks(7).Where(tick => !areWhole || tick == Math.Floor(tick)))
        {
            // Every second number gives way on a narrow screen; below the numbers of values stands the axis' name.
            double place = x.Place(tick);
            html.Write($"<text class=\"tick{(index++ % 2 == 0 ? string.Empty : " minor")}\" x=\"{Percent(place)}\" y=\"100%\" dy=\"18\" text-anchor=\"{(place > Side * 0.98 ? "end" : "middle")}\">{(areWhole ? tick.ToString("#,0", CultureInfo.InvariantCulture) : Numbers.Short(tick))}</text>\n");
        }

        html.Write($"<text class=\"tick\" x=\"-12\" y=\"100%\" dy=\"18\" text-anchor=\"end\">{axis}</text><line class=\"axis\" x2=\"100%\" y1=\"100%\" y2=\"100%\"/>\n");
    }

    /// <summary>Writes curves, each a CSS class and a path of <see cref="Line"/> or <see cref="Band"/>.</summary>
    public void Curves(IEnumerable<(string Style, string Path)> curves)
    {
        context.Html.Write($"<svg class=\"curves\" viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\">");
        foreach (var (style, path) in curves.Where(curve => curve.Path.Length > 0))
        {
            context.Html.Write($"<path class=\"{style}\" d=\"{new RawMarkup(path)}\"/>");
        }

        context.Html.Write($"</svg>\n");
    }

    /// <summary>Writes a dot.</summary>
    public void Dot(string style, double step, double value) =>
        context.Html.Write($"<circle class=\"dot {style}\" cx=\"{Percent(x.Place(step))}\" cy=\"{Percent(y.Place(value))}\" r=\"2.5\"/>");

    /// <summary>Writes a sign at the edge where a value lies outside of what the axis shows, or is not finite.</summary>
    public void Outside(string style, double step, double value, string name)
    {
        bool isBelow = value < y.Low;
        context.Html.Write($"<text class=\"outside {style}\" x=\"{Percent(x.Place(step))}\" y=\"{(isBelow ? "100%" : "0%")}\" dy=\"{(isBelow ? -2 : 9)}\" text-anchor=\"middle\">{(!double.IsFinite(value) ? "✕" : isBelow ? "▼" : "▲")}<title>{name}: {Numbers.Short(value)}, {context.Say($"step {step:N0}")}</title></text>\n");
    }

    /// <summary>Writes the line at which the illness began.</summary>
    public void Onset()
    {
        if (context.Onset is { } onset && onset >= x.Low && onset <= x.High)
        {
            string place = Percent(x.Place(onset));
            context.Html.Write($"<line class=\"onset\" x1=\"{place}\" x2=\"{place}\" y2=\"100%\"/>\n");
        }
    }

    /// <summary>Writes the end.</summary>
    public void End() => context.Html.Write($"</svg></div>\n");

    /// <summary>Returns whether a value can be placed on the axis.</summary>
    public bool Shows(double value) => value >= y.Low && value <= y.High;

    /// <summary>Returns the path of points, interrupted where one is null or not finite, or where nothing was measured for long.</summary>
    public string Line(IReadOnlyList<double> steps, IReadOnlyList<double?> values, double width)
    {
        var path = new StringBuilder();
        bool isDrawing = false;
        for (int i = 0; i < steps.Count; i++)
        {
            if (values[i] is not { } value || !double.IsFinite(value))
            {
                isDrawing = false;
                continue;
            }

            path.Append(CultureInfo.InvariantCulture, $"{(isDrawing && !Measurements.IsGap(steps, i, width) ? 'L' : 'M')}{x.Place(steps[i]):0.#} {y.Place(value):0.#}");
            isDrawing = true;
        }

        return path.ToString();
    }

    /// <summary>Returns the outline of the area between two curves over the same steps, a piece for each stretch without a gap.</summary>
    public string Band(IReadOnlyList<double> steps, IReadOnlyList<double?> low, IReadOnlyList<double?> high, double width)
    {
        var path = new StringBuilder();
        int first = 0;
        for (int i = 0; i <= steps.Count; i++)
        {
            bool ends = i == steps.Count || !Holds(i);
            if (ends || Measurements.IsGap(steps, i, width))
            {
                Append(first, i);
                first = ends ? i + 1 : i;
            }
        }

        return path.ToString();

        bool Holds(int i) => low[i] is { } lower && high[i] is { } upper && double.IsFinite(lower) && double.IsFinite(upper);

        void Append(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                path.Append(CultureInfo.InvariantCulture, $"{(i == from ? 'M' : 'L')}{x.Place(steps[i]):0.#} {y.Place(high[i]!.Value):0.#}");
            }

            for (int i = to - 1; i >= from; i--)
            {
                path.Append(CultureInfo.InvariantCulture, $"L{x.Place(steps[i]):0.#} {y.Place(low[i]!.Value):0.#}{(i == from ? "z" : string.Empty)}");
            }
        }
    }

    private static string Percent(double place) => (place / Side * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
