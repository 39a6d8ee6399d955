using TrainingDoctor.Reports.Html.Charts;

namespace TrainingDoctor.Reports.Html;

/// <summary>The suspicious layers from near: their outputs over time, their activation function with what this run fed it, and how weights, gradients and outputs were spread.</summary>
internal static class LayerSection
{
    private const int MaximumLayers = 6;

    public static void Write(HtmlContext context)
    {
        var layers = context.Suspicious
            .OrderBy(name => context.Report.Findings.TakeWhile(finding => !finding.Layers.Contains(name)).Count())
            .ThenBy(name => name, StringComparer.Ordinal)
            .Select(name => HasOutputs(context, name) ? name : LayerOf(name))
            .Distinct()
            .Where(layer => HasOutputs(context, layer) || DistributionsOf(context, layer).Any())
            .Take(MaximumLayers)
            .ToList();
        if (layers.Count == 0)
        {
            return;
        }

        string? opened = layers.Find(layer => DistributionsOf(context, layer).Any());
        context.Html.Write($"<section aria-labelledby=\"layers\"><h2 id=\"layers\">{context.Say($"The layers concerned")}</h2>\n");
        foreach (string layer in layers)
        {
            context.Html.Write($"<div class=\"layer\"><h3><code>{layer}</code></h3>\n<div class=\"charts\">\n");
            if (HasOutputs(context, layer))
            {
                bool isAlone = !ActivationChart.IsDrawn(context, layer);
                BandChart.Write(context, layer, isAlone);
                ActivationChart.Write(context, layer);
            }

            context.Html.Write($"</div>\n");
            WriteDistributions(context, layer, isOpen: layer == opened);
            context.Html.Write($"</div>\n");
        }

        context.Html.Write($"</section>\n");
    }

    private static void WriteDistributions(HtmlContext context, string layer, bool isOpen)
    {
        var distributions = DistributionsOf(context, layer).ToList();
        if (distributions.Count == 0)
        {
            return;
        }

        context.Html.Write($"<details class=\"spread\"{(isOpen ? new RawMarkup(" open") : default)}><summary>{context.Say($"How the numbers of {layer} are spread")}</summary><div class=\"charts\">\n");
        distributions.ForEach(distribution => DistributionMap.Write(context, distribution));
        context.Html.Write($"</div></details>\n");
    }

    private static bool HasOutputs(HtmlContext context, string layer) => context.Curve(Metric.OutputMean, layer) is { Steps.Count: > 1 };

    private static IEnumerable<DistributionDocument> DistributionsOf(HtmlContext context, string layer) =>
        (context.Report.Distributions ?? []).Where(distribution => distribution.Scope == layer || LayerOf(distribution.Scope) == layer);

    /// <summary>The layer of a parameter is what stands before its last point.</summary>
    private static string LayerOf(string name) => name.LastIndexOf('.') is > 0 and var point ? name[..point] : name;
}
