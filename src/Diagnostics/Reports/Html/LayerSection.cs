namespace TrainingDoctor.Reports;

/// <summary>The suspicious layers from near: their outputs over time, and their activation function with what this run fed it.</summary>
internal static class LayerSection
{
    private const int MaximumLayers = 6;

    public static void Write(HtmlContext context)
    {
        var layers = context.Suspicious
            .Where(layer => context.Curve(Metric.OutputMean, layer) is { Steps.Count: > 1 })
            .OrderBy(layer => context.Report.Findings.TakeWhile(finding => !finding.Layers.Contains(layer)).Count())
            .ThenBy(layer => layer, StringComparer.Ordinal)
            .Take(MaximumLayers)
            .ToList();
        if (layers.Count == 0)
        {
            return;
        }

        context.Html.Write($"<section aria-labelledby=\"layers\"><h2 id=\"layers\">{context.Say($"The layers concerned")}</h2>\n");
        foreach (string layer in layers)
        {
            context.Html.Write($"<h3><code>{layer}</code></h3>\n<div class=\"pair\">\n");
            BandChart.Write(context, layer);
            ActivationChart.Write(context, layer);
            context.Html.Write($"</div>\n");
        }

        context.Html.Write($"</section>\n");
    }
}
