using System.Globalization;

namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>When each finding held, above the curves: a bar a finding with its name in words, and a link to it.</summary>
internal static class FindingLanes
{
    private const int MostLanes = 5;
    private const double LaneHeight = 20;

    /// <summary>Writes the bars.</summary>
    /// <param name="context">The page.</param>
    /// <param name="marks">The findings.</param>
    /// <param name="x">The axis of steps.</param>
    public static void Write(HtmlContext context, IReadOnlyList<ChartMark> marks, ChartScale x)
    {
        var shown = marks
            .Where(mark => mark.Step >= x.Low && mark.Step <= x.High)
            .OrderByDescending(mark => mark.Finding.Id == context.Report.Primary)
            .ThenByDescending(mark => mark.Finding.Severity)
            .ThenBy(mark => mark.Step)
            .Take(MostLanes)
            .ToList();
        if (shown.Count == 0)
        {
            return;
        }

        context.Html.Write($"<div class=\"lanes\"><svg height=\"{shown.Count * LaneHeight}\" role=\"group\" aria-label=\"{context.Say($"When each finding held")}\">\n");
        for (int lane = 0; lane < shown.Count; lane++)
        {
            var finding = shown[lane].Finding;
            double begin = shown[lane].Step;
            double end = Math.Max(begin, finding.RecoveredAt ?? finding.LastStep ?? begin);
            double top = lane * LaneHeight;
            var (left, right) = (x.Place(begin) / ChartFrame.Side * 100, x.Place(Math.Min(end, x.High)) / ChartFrame.Side * 100);

            // What begins in the right half has its name on the left.
            bool isLate = left > 50;
            string name = finding.Rule.Replace('-', ' ');
            context.Html.Write($"<a href=\"#{finding.Id}\" class=\"lane {KebabCase.Of(finding.Severity)}\" data-first=\"{begin}\" data-last=\"{end}\"><title>{finding.Title}</title><rect x=\"{Percent(left)}\" y=\"{top + 14}\" width=\"{Percent(right - left)}\" height=\"4\" rx=\"2\"/><circle cx=\"{Percent(left)}\" cy=\"{top + 16}\" r=\"4\"/><text x=\"{Percent(left)}\" y=\"{top + 11}\" dx=\"{(isLate ? 4 : -4)}\" text-anchor=\"{(isLate ? "end" : "start")}\">{name}</text></a>\n");
        }

        context.Html.Write($"</svg></div>\n");
    }

    private static string Percent(double share) => share.ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
