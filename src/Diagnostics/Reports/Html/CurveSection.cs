using TrainingDoctor.Reports.Html.Charts;

namespace TrainingDoctor.Reports.Html;

/// <summary>The curves of the run: loss, scores, learning rate, norms and what the machine gave, with findings marked at their steps.</summary>
internal static class CurveSection
{
    private static readonly (Text Title, AxisKind Axis, (Metric Metric, string Style)[] Lines)[] Charts =
    [
        ($"Loss", AxisKind.Free, [(Metric.Loss, "s1"), (Metric.ValidationLoss, "s2")]),
        ($"Score", AxisKind.Score, [(Metric.Accuracy, "s1"), (Metric.ValidationAccuracy, "s2"), (Metric.Error, "s3"), (Metric.ValidationError, "s4"), (Metric.Reward, "s5")]),
        ($"Gradient norm of the whole model", AxisKind.Free, [(Metric.GlobalGradientNorm, "s1")]),
        ($"Learning rate", AxisKind.Schedule, [(Metric.LearningRate, "s3")]),
        ($"Time per step", AxisKind.Schedule, [(Metric.StepTime, "s1"), (Metric.DataTime, "s2")]),
        ($"Throughput", AxisKind.Schedule, [(Metric.Throughput, "s1")]),
        ($"Memory", AxisKind.Schedule, [(Metric.ProcessMemory, "s1"), (Metric.DeviceMemory, "s2")]),
        ($"Processors", AxisKind.Schedule, [(Metric.BusyProcessors, "s1")]),
        ($"Use of the device", AxisKind.Score, [(Metric.DeviceUtilization, "s1")]),
        ($"Live tensors", AxisKind.Schedule, [(Metric.LiveTensors, "s1")]),
    ];

    public static void Write(HtmlContext context)
    {
        var drawn = Charts.Select(chart => (chart.Title, chart.Axis, Lines: LinesOf(context, chart.Lines))).Where(chart => chart.Lines.Count > 0).ToList();
        if (drawn.Count == 0)
        {
            return;
        }

        context.Html.Write($"<section aria-labelledby=\"curves\"><h2 id=\"curves\">{context.Say($"Curves")}</h2>\n");
        ChartControls.Write(context);
        context.Html.Write($"<div class=\"charts\">\n");
        for (int i = 0; i < drawn.Count; i++)
        {
            // The first takes the whole width, and the last where it would leave a hole.
            bool isWide = i == 0 || (i == drawn.Count - 1 && drawn.Count % 2 == 0);
            LineChart.Write(context, context.Say(drawn[i].Title), drawn[i].Lines, i == 0 ? Marks(context) : [], isWide, drawn[i].Axis);
        }

        context.Html.Write($"</div></section>\n");
    }

    private static List<ChartLine> LinesOf(HtmlContext context, (Metric Metric, string Style)[] lines) =>
        [.. lines.Select(line => (line.Style, line.Metric, Series: context.RunCurve(line.Metric))).Where(line => line.Series is not null).Select(line => ChartLine.Of(context, line.Metric, line.Series!, line.Style))];

    private static List<ChartMark> Marks(HtmlContext context) =>
        [.. context.Report.Findings.Where(finding => finding.FirstStep is not null).Select(finding => new ChartMark(finding.FirstStep!.Value, finding))];
}
