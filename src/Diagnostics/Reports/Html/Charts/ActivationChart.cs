using System.Globalization;
using System.Text;

namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>The curve and derivative of a layer's activation function, with what this run fed it laid over: the source article's figure, alive.</summary>
internal static class ActivationChart
{
    private const double Reach = 5;
    private const int Points = 120;

    /// <summary>Inputs that spread wider, in reaches, are no hill any more but a level.</summary>
    private const double Widest = 2;

    /// <summary>Returns whether there is anything to draw of a layer.</summary>
    public static bool IsDrawn(HtmlContext context, string layer) => FunctionOf(context, layer) is not null;

    /// <summary>Writes the chart of a layer; nothing when it is no activation that can be drawn.</summary>
    public static void Write(HtmlContext context, string layer)
    {
        if (context.Report.Model is not { } model || FunctionOf(context, layer) is not var (name, function))
        {
            return;
        }

        var inputs = Enumerable.Range(0, Points + 1).Select(i => -Reach + (2 * Reach * i / Points)).ToList();
        var values = inputs.Select(function).ToList();

        // A one-sided difference would smear a kink over neighbouring points; this step is far smaller than a pixel.
        const double Step = 1e-5;
        var slopes = inputs.Select(input => (function(input + Step) - function(input - Step)) / (2 * Step)).ToList();
        var x = new ChartScale(-Reach, Reach, 0, ChartFrame.Side);
        var y = new ChartScale(Math.Max(-2, Math.Min(-0.3, values.Min() * 1.1)), Math.Min(2.5, Math.Max(1.2, values.Max() * 1.1)), ChartFrame.Side, 0);
        var fed = InputOf(context, model, layer);
        bool isInView = fed is { } at && at.Deviation <= Widest * Reach && Math.Abs(at.Mean) - (2 * at.Deviation) <= Reach;
        string title = fed is not { } input ? context.Say($"{name} and its derivative")
            : isInView ? context.Say($"{name} and its derivative; inputs of this run: mean {input.Mean:G3}, standard deviation {input.Deviation:G3}")
            : context.Say($"{name} and its derivative; inputs of this run lie far outside of this picture: mean {input.Mean:G3}, standard deviation {input.Deviation:G3}");
        context.Html.Write($"<figure class=\"chart\"><figcaption>{title}</figcaption><ul class=\"legend\"><li><svg width=\"22\" height=\"8\" aria-hidden=\"true\"><path class=\"line s1\" d=\"M1 4h20\"/></svg> f(x)</li><li><svg width=\"22\" height=\"8\" aria-hidden=\"true\"><path class=\"line s2\" d=\"M1 4h20\"/></svg> f′(x)</li>{(isInView ? new RawMarkup($"<li><svg width=\"22\" height=\"8\" aria-hidden=\"true\"><path class=\"band\" d=\"M1 1h20v6h-20z\"/></svg> {HtmlWriter.Escape(context.Say($"inputs, as a normal distribution"))}</li>") : default)}</ul>\n");
        var frame = new ChartFrame(context, x, y);
        frame.Begin(title, context.Say($"input"), areWhole: false);
        var curves = new List<(string Style, string Path)> { ("axis", string.Create(CultureInfo.InvariantCulture, $"M0 {y.Place(0):0.#}H{ChartFrame.Side}M{x.Place(0):0.#} 0V{ChartFrame.Side}")), ("line s2", Line(inputs, slopes, x, y)), ("line s1", Line(inputs, values, x, y)) };
        if (isInView && fed is { } distribution)
        {
            var hill = new ChartScale(0, 1.25, y.Place(0), 0);
            string outline = Line(inputs, [.. inputs.Select(place => Math.Exp(-0.5 * Math.Pow((place - distribution.Mean) / distribution.Deviation, 2)))], x, hill);
            curves.Insert(0, ("band", string.Create(CultureInfo.InvariantCulture, $"{outline}L{ChartFrame.Side} {y.Place(0):0.#}L0 {y.Place(0):0.#}z")));
        }

        frame.Curves(curves);
        frame.End();
        context.Html.Write($"</figure>\n");
    }

    private static (string Name, Func<double, double> Function)? FunctionOf(HtmlContext context, string layer) =>
        context.Report.Model?.Layers.FirstOrDefault(described => described.Path == layer) is { Activation: { } name } activation
        && Enum.TryParse(name, out ActivationKind kind)
        && ActivationCurve.Of(kind, activation.NegativeSlope) is { } function
            ? (name, function)
            : null;

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
