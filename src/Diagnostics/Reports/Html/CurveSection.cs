namespace TrainingDoctor.Reports;

/// <summary>The curves of the run: loss, scores, learning rate and norms, with findings marked at their steps.</summary>
internal static class CurveSection
{
    public static void Write(HtmlContext context)
    {
        var charts = new (string Title, (Metric Metric, string Style)[] Lines)[]
        {
            (context.Say($"Loss"), [(Metric.Loss, "s1"), (Metric.ValidationLoss, "s2")]),
            (context.Say($"Score"), [(Metric.Accuracy, "s1"), (Metric.ValidationAccuracy, "s2"), (Metric.Error, "s3"), (Metric.ValidationError, "s4"), (Metric.Reward, "s5")]),
            (context.Say($"Gradient norm of the whole model"), [(Metric.GlobalGradientNorm, "s1")]),
            (context.Say($"Learning rate"), [(Metric.LearningRate, "s3")]),
        };
        var marks = context.Report.Findings.Where(finding => finding.FirstStep is not null).Select(finding => new ChartMark(finding.FirstStep!.Value, finding)).ToList();
        var drawn = charts
            .Select(chart => (chart.Title, Lines: chart.Lines.Select(line => (line.Style, line.Metric, Series: context.RunCurve(line.Metric))).Where(line => line.Series is not null).ToList()))
            .Where(chart => chart.Lines.Count > 0)
            .ToList();
        if (drawn.Count == 0)
        {
            return;
        }

        context.Html.Write($"<section aria-labelledby=\"curves\"><h2 id=\"curves\">{context.Say($"Curves")}</h2>\n");
        for (int i = 0; i < drawn.Count; i++)
        {
            context.Html.Write($"{(i == 1 ? new RawMarkup("<div class=\"pair\">\n") : default)}");
            LineChart.Write(context, drawn[i].Title, [.. drawn[i].Lines.Select(line => new ChartLine(MetricCatalog.NameOf(line.Metric), line.Series!, line.Style))], i == 0 ? marks : [], isWide: i == 0);
        }

        context.Html.Write($"{(drawn.Count > 1 ? new RawMarkup("</div>\n") : default)}");

        context.Html.Write($"</section>\n");
    }
}
