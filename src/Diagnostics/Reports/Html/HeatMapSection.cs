using TrainingDoctor.Reports.Html.Charts;

namespace TrainingDoctor.Reports.Html;

/// <summary>What happened in which layer and when: gradient norm, dead and saturated shares, update ratio.</summary>
internal static class HeatMapSection
{
    private const int ManyRows = 60;

    public static void Write(HtmlContext context)
    {
        var maps = new[]
        {
            Map(context, context.Say($"Gradient norm of each parameter"), Metric.GradientNorm, isLogarithmic: true, null, "viridis"),
            Map(context, context.Say($"Norm of the gradient at each layer's output"), Metric.ActivationGradientNorm, isLogarithmic: true, null, "viridis"),
            Map(context, context.Say($"Share of dead units"), Metric.DeadFraction, isLogarithmic: false, 1, "alarm"),
            Map(context, context.Say($"Share of saturated outputs"), Metric.SaturatedFraction, isLogarithmic: false, 1, "alarm"),
            Map(context, context.Say($"Update ratio of each parameter"), Metric.UpdateRatio, isLogarithmic: true, null, "viridis"),
            Map(context, context.Say($"Standard deviation of each layer's output"), Metric.OutputStandardDeviation, isLogarithmic: true, null, "viridis"),
        }.OfType<HeatMap>().ToList();
        if (maps.Count == 0)
        {
            return;
        }

        context.Html.Write($"<section aria-labelledby=\"maps\"><h2 id=\"maps\">{context.Say($"Layer by layer, step by step")}</h2>\n<div class=\"charts\">\n");
        maps.ForEach(map => map.Write(context));
        context.Html.Write($"</div></section>\n");
    }

    private static HeatMap? Map(HtmlContext context, string title, Metric metric, bool isLogarithmic, double? maximum, string palette)
    {
        var rows = LayerOrder.Sort(context.Report.Model, context.Curves(metric).Where(series => series.Scope is not null && series.Steps.Count > 0));
        if (rows.Count > ManyRows && rows.Where(row => !row.Scope!.EndsWith("bias", StringComparison.Ordinal)).ToList() is { Count: > 0 } weights)
        {
            // Biases double the rows and follow their weights.
            rows = weights;
        }

        return rows.Count == 0 || (metric is Metric.SaturatedFraction or Metric.DeadFraction && rows.All(row => row.Values.All(value => value == 0)))
            ? null
            : new HeatMap(title, rows, isLogarithmic, maximum, palette);
    }
}
