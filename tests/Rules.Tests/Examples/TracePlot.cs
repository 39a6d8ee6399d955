using System.Globalization;
using System.Text;

namespace TrainingDoctor.Tests.Examples;

/// <summary>Draws one metric of a trace as an SVG picture.</summary>
internal static class TracePlot
{
    private const int Width = 420;
    private const int Height = 180;
    private const int Margin = 46;
    private static readonly string[] Colors = ["#2563eb", "#dc2626", "#059669", "#9333ea"];

    public static string Draw(Trace trace, Metric metric, string caption)
    {
        var rows = trace.Rows.Where(row => row.Metric == metric && double.IsFinite(row.Value)).ToList();
        double low = rows.Min(row => row.Value);
        double high = rows.Max(row => row.Value);
        bool logarithmic = low > 0 && high / low > 1000;
        double Scale(double value) => logarithmic ? Math.Log10(value) : value;
        (low, high) = (Scale(low), Scale(high));
        if (high - low < 1e-12)
        {
            (low, high) = (low - 1, high + 1);
        }

        double lastStep = Math.Max(1, rows.Max(row => row.Step));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{caption}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"16\" fill=\"#111827\">{caption}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Margin} 24V{Height - 28}H{Width - 10}\" fill=\"none\" stroke=\"#9ca3af\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin - 4}\" y=\"32\" text-anchor=\"end\" fill=\"#4b5563\">{Label(high, logarithmic)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin - 4}\" y=\"{Height - 28}\" text-anchor=\"end\" fill=\"#4b5563\">{Label(low, logarithmic)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - 10}\" y=\"{Height - 12}\" text-anchor=\"end\" fill=\"#4b5563\">step {lastStep}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"{Height - 12}\" fill=\"#4b5563\">{MetricCatalog.NameOf(metric)}</text>\n");
        int color = 0;
        foreach (var series in rows.GroupBy(row => row.Scope))
        {
            var points = series.Select(row => string.Create(
                CultureInfo.InvariantCulture,
                $"{Margin + (row.Step / lastStep * (Width - Margin - 10)):F1},{Height - 28 - ((Scale(row.Value) - low) / (high - low) * (Height - 56)):F1}"));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{string.Join(' ', points)}\" fill=\"none\" stroke=\"{Colors[color++ % Colors.Length]}\" stroke-width=\"1.5\"/>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Label(double value, bool logarithmic) => (logarithmic ? Math.Pow(10, value) : value).ToString("G3", CultureInfo.InvariantCulture);
}
