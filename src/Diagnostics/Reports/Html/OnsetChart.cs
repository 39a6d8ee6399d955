using System.Globalization;
using TrainingDoctor.Reports.Html.Charts;
using TrainingDoctor.Reports.Runs;

namespace TrainingDoctor.Reports.Html;

/// <summary>
/// The curve of the first screen: the loss, or what a run without one is judged by, with the step marked at which the trouble began. It is as wide as the screen, its letters keep their size, and it needs no script.
/// </summary>
internal static class OnsetChart
{
    private const double Top = 20;
    private const double Height = 116;
    private const double Bottom = Top + Height;

    /// <summary>Beyond this the largest value hides all others on a linear scale.</summary>
    private const double MostLinear = 100;

    private const double LastLabel = 0.8 * ChartFrame.Side;

    /// <summary>The place of the smallest and of the largest value: a little within the frame, so that no line lies on its edge.</summary>
    private const double Bottommost = 0.96 * ChartFrame.Side;
    private const double Topmost = 0.04 * ChartFrame.Side;

    /// <summary>Each a curve and the one that is drawn beside it, in the order in which they are looked for.</summary>
    private static readonly Metric[][] Choices =
    [
        [Metric.Loss, Metric.ValidationLoss],
        [Metric.ValidationLoss],
        [Metric.Reward, Metric.HeldOutReward],
        [Metric.Accuracy, Metric.ValidationAccuracy],
        [Metric.ValidationAccuracy],
        [Metric.GlobalGradientNorm],
    ];

    /// <summary>Writes the curve; nothing where no curve was measured.</summary>
    /// <param name="context">The page.</param>
    public static void Write(HtmlContext context)
    {
        var lines = Lines(context);
        if (lines.Count == 0)
        {
            return;
        }

        var html = context.Html;
        double first = lines.Min(line => line.Series.Steps[0]);
        double last = lines.Max(line => line.Series.Steps[^1]);
        var x = ChartScale.OfSteps(first, last, 0, ChartFrame.Side);
        var root = context.Report.Findings.FirstOrDefault(finding => finding.Id == context.Report.Primary);

        // What a finding says of the validation must be seen in it: a logarithm that the other curve alone needs would flatten it.
        var judged = root?.RuleId.StartsWith("TD6", StringComparison.Ordinal) == true ? lines[^1..] : lines;
        var y = Scale(lines.SelectMany(line => line.Series.Values), Ordered(judged.SelectMany(line => line.Series.Values)) is { Low: > 0 } span && span.High / span.Low > MostLinear);
        var frame = new ChartFrame(context, x, y);
        long? onset = TroubleOnset.Of(context.Report) is { } step && step >= first && step <= last ? step : null;
        string told = Told(context, lines, onset);
        html.Write($"<figure class=\"hero\"><figcaption>");
        for (int i = 0; i < lines.Count; i++)
        {
            html.Write($"<span class=\"key {lines[i].Style}\">{lines[i].Name}</span> {Numbers.Short(lines[i].Series.Values[0])} → {Numbers.Short(lines[i].Series.Values[^1])} ");
        }

        if (y.IsLogarithmic)
        {
            html.Write($"<span class=\"scale\">({context.Say($"logarithmic")})</span>");
        }

        html.Write($"</figcaption>\n<div class=\"range\" aria-hidden=\"true\"><span>{Numbers.Short(y.High)}</span><span>{Numbers.Short(y.Low)}</span></div>\n");
        html.Write($"<svg height=\"160\" role=\"img\" aria-label=\"{told}\">\n");
        if (onset is { } began)
        {
            WriteOnset(context, began, root!, x);
        }

        html.Write($"<svg class=\"curve\" x=\"0\" y=\"{Top}\" width=\"100%\" height=\"{Height}\" viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\"><path class=\"grid\" d=\"M0 0H1000M0 500H1000\"/>");
        foreach (var line in lines)
        {
            var plot = line.ToPlot();
            if (plot is { Low: { } low, High: { } high })
            {
                html.Write($"<path class=\"spread {line.Style}\" d=\"{new RawMarkup(frame.Band(plot.Steps, low, high, plot.Width ?? 1))}\"/>");
            }

            html.Write($"<path class=\"line {line.Style}\" d=\"{new RawMarkup(frame.Line(plot.Steps, plot.Values, plot.Width ?? 1))}\"/>");
        }

        html.Write($"</svg>\n<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"{Bottom}\" y2=\"{Bottom}\"/>");
        foreach (var line in lines)
        {
            WriteBroken(html, line, x);
        }

        html.Write($"<text class=\"tick\" x=\"0\" y=\"{Bottom + 17}\">{context.Say($"step {(long)first:N0}")}</text><text class=\"tick\" x=\"100%\" y=\"{Bottom + 17}\" text-anchor=\"end\">{context.Say($"step {(long)last:N0}")}</text>\n</svg></figure>\n");
    }

    private static List<ChartLine> Lines(HtmlContext context)
    {
        bool isJudgedByLoss = TaskProfile.IsMeasuredByLoss(context.Report.Run.Task);
        var choices = isJudgedByLoss ? Choices : [.. Choices.OrderByDescending(choice => choice[0] == Metric.Reward)];
        string[] styles = ["s1", "s2"];
        return choices
            .Select(choice => choice.Select((metric, index) => (Metric: metric, Style: styles[index], Series: context.RunCurve(metric))).Where(line => line.Series is { Steps.Count: > 1 } series && series.Values.Any(double.IsFinite)).ToList())
            .FirstOrDefault(found => found.Count > 0)?
            .ConvertAll(line => ChartLine.Of(context, line.Metric, line.Series!, line.Style)) ?? [];
    }

    /// <summary>One value in a hundred may lie outside, so that a single peak does not flatten all others; it is drawn at the edge.</summary>
    private static ChartScale Scale(IEnumerable<double> values, bool isLogarithmic)
    {
        var (low, high) = Ordered(values);
        if (isLogarithmic && low > 0)
        {
            return new ChartScale(low, high, Bottommost, Topmost, IsLogarithmic: true);
        }

        // Noise on a level curve must not look like a mountain range.
        double room = Math.Max(high - low, 0.1 * Math.Max(Math.Abs(low), Math.Abs(high)));
        double margin = room > high - low ? (room - (high - low)) / 2 : 0;
        return room == 0 ? new ChartScale(-1, 1, Bottommost, Topmost) : new ChartScale(Math.Max(double.MinValue, low - margin), Math.Min(double.MaxValue, high + margin), Bottommost, Topmost);
    }

    private static (double Low, double High) Ordered(IEnumerable<double> values)
    {
        var finite = values.Where(double.IsFinite).Order().ToList();
        int left = finite.Count / 100;
        return finite.Count == 0 ? (0, 0) : (finite[left], finite[^(left + 1)]);
    }

    private static void WriteOnset(HtmlContext context, long onset, FindingDocument root, ChartScale x)
    {
        double from = x.Place(onset);
        double to = Math.Max(from, root.UntilLastMeasurement == true ? x.To : x.Place(root.RecoveredAt ?? root.LastStep ?? onset));
        string severity = KebabCase.Of(root.Severity);
        var anchor = from > LastLabel ? new RawMarkup(" text-anchor=\"end\" dx=\"-5\"") : new RawMarkup(" dx=\"5\"");
        context.Html.Write($"<rect class=\"held {severity}\" x=\"{Percent(from)}\" y=\"{Top}\" width=\"{Percent(to - from)}\" height=\"{Height}\"/><line class=\"begin {severity}\" x1=\"{Percent(from)}\" x2=\"{Percent(from)}\" y1=\"2\" y2=\"{Bottom}\"/><text class=\"begin {severity}\" x=\"{Percent(from)}\" y=\"13\"{anchor}>{context.Say($"step {onset:N0}")}</text>\n");
    }

    /// <summary>What is NaN or infinite is a cross at the top, where it was measured; crosses that would lie over each other are one.</summary>
    private static void WriteBroken(HtmlWriter html, ChartLine line, ChartScale x)
    {
        const double Apart = 0.012 * ChartFrame.Side;
        double before = double.NegativeInfinity;
        foreach (int index in Enumerable.Range(0, line.Series.Values.Count).Where(index => !double.IsFinite(line.Series.Values[index])))
        {
            double place = x.Place(line.Series.Steps[index]);
            if (place - before >= Apart)
            {
                html.Write($"<text class=\"broken-mark\" x=\"{Percent(place)}\" y=\"{Top + 12}\" text-anchor=\"middle\">×</text>");
                before = place;
            }
        }
    }

    private static string Told(HtmlContext context, List<ChartLine> lines, long? onset)
    {
        var leading = lines[0];
        string course = context.Say($"{leading.Name} from {Numbers.Short(leading.Series.Values[0])} to {Numbers.Short(leading.Series.Values[^1])}");
        return onset is null ? course : $"{course}; {context.Say($"the trouble begins at step {onset:N0}")}";
    }

    private static string Percent(double place) => (100 * place / ChartFrame.Side).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
