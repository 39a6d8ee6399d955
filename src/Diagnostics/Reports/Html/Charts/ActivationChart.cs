using System.Globalization;
using System.Text;

namespace TrainingDoctor.Reports;

/// <summary>The curve and derivative of a layer's activation function, with what this run fed it laid over: the source article's figure, alive.</summary>
internal static class ActivationChart
{
    private const double Width = 560;
    private const double Height = 260;
    private const double Left = 44;
    private const double Right = 548;
    private const double Top = 12;
    private const double Bottom = 228;
    private const double Reach = 5;
    private const int Points = 120;

    public static void Write(HtmlContext context, string layer)
    {
        if (context.Report.Model is not { } model
            || model.Layers.FirstOrDefault(described => described.Path == layer) is not { Activation: { } name } activation
            || !Enum.TryParse(name, out ActivationKind kind)
            || ActivationCurve.Of(kind, activation.NegativeSlope) is not { } function)
        {
            return;
        }

        var inputs = Enumerable.Range(0, Points + 1).Select(i => -Reach + (2 * Reach * i / Points)).ToList();
        var values = inputs.Select(function).ToList();

        // A one-sided difference would smear a kink over neighbouring points; this step is far smaller than a pixel.
        const double Step = 1e-5;
        var slopes = inputs.Select(input => (function(input + Step) - function(input - Step)) / (2 * Step)).ToList();
        var x = new ChartScale(-Reach, Reach, Left, Right);
        var y = new ChartScale(Math.Max(-2, Math.Min(-0.3, values.Min() * 1.1)), Math.Min(2.5, Math.Max(1.2, values.Max() * 1.1)), Bottom, Top);
        var fed = InputOf(context, model, layer);
        string title = fed is { } input
            ? context.Say($"{name} and its derivative; inputs of this run: mean {input.Mean:G3}, standard deviation {input.Deviation:G3}")
            : context.Say($"{name} and its derivative");
        context.Html.Write($"<figure class=\"chart\"><figcaption>{title}</figcaption><ul class=\"legend\"><li><svg width=\"22\" height=\"8\" aria-hidden=\"true\"><path class=\"line s1\" d=\"M1 4h20\"/></svg> f(x)</li><li><svg width=\"22\" height=\"8\" aria-hidden=\"true\"><path class=\"line s2\" d=\"M1 4h20\"/></svg> f′(x)</li>{(fed is null ? default : new RawMarkup($"<li><svg width=\"22\" height=\"8\" aria-hidden=\"true\"><path class=\"band\" d=\"M1 1h20v6h-20z\"/></svg> {HtmlWriter.Escape(context.Say($"inputs, as a normal distribution"))}</li>"))}</ul><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{title}\">\n");
        foreach (double tick in y.Ticks(4))
        {
            context.Html.Write($"<path class=\"grid\" d=\"M{Left} {y.Place(tick)}H{Right}\"/><text class=\"tick\" x=\"{Left - 8}\" y=\"{y.Place(tick) + 4}\" text-anchor=\"end\">{Numbers.Short(tick)}</text>\n");
        }

        foreach (double tick in x.Ticks(5))
        {
            context.Html.Write($"<text class=\"tick\" x=\"{x.Place(tick)}\" y=\"{Bottom + 20}\" text-anchor=\"middle\">{tick}</text>\n");
        }

        if (fed is { } distribution)
        {
            var density = inputs.Select(at => Math.Exp(-0.5 * Math.Pow((at - distribution.Mean) / distribution.Deviation, 2))).ToList();
            double zero = y.Place(0);
            string hill = Line(inputs, density, x, new ChartScale(0, 1.25, zero, Top));
            context.Html.Write($"<path class=\"band\" d=\"{new RawMarkup(string.Create(CultureInfo.InvariantCulture, $"{hill}L{Right:0.#} {zero:0.#}L{Left:0.#} {zero:0.#}z"))}\"/>\n");
        }

        context.Html.Write($"<path class=\"axis\" d=\"M{Left} {y.Place(0)}H{Right}M{x.Place(0)} {Top}V{Bottom}\"/><path class=\"line s2\" d=\"{new RawMarkup(Line(inputs, slopes, x, y))}\"/><path class=\"line s1\" d=\"{new RawMarkup(Line(inputs, values, x, y))}\"/></svg></figure>\n");
    }

    /// <summary>What a layer is fed is what the layer before it puts out, at the end of the run.</summary>
    private static (double Mean, double Deviation)? InputOf(HtmlContext context, ModelDocument model, string layer)
    {
        string? before = model.Layers.TakeWhile(described => described.Path != layer).LastOrDefault()?.Path;
        if (before is null || context.Curve(Metric.OutputMean, before) is not { } mean || context.Curve(Metric.OutputStandardDeviation, before) is not { } deviation)
        {
            return null;
        }

        var (m, d) = (mean.Values.LastOrDefault(double.IsFinite, double.NaN), deviation.Values.LastOrDefault(double.IsFinite, double.NaN));
        return double.IsFinite(m) && d > 0 ? (m, d) : null;
    }

    private static string Line(IReadOnlyList<double> inputs, IReadOnlyList<double> values, ChartScale x, ChartScale y)
    {
        var path = new StringBuilder();
        bool isDrawing = false;
        for (int i = 0; i < inputs.Count; i++)
        {
            // A curve ends where it leaves the picture; drawn along the edge it would look as if it saturated.
            if (values[i] < y.Low || values[i] > y.High)
            {
                isDrawing = false;
                continue;
            }

            path.Append(CultureInfo.InvariantCulture, $"{(isDrawing ? 'L' : 'M')}{x.Place(inputs[i]):0.#} {y.Place(values[i]):0.#}");
            isDrawing = true;
        }

        return path.ToString();
    }
}
