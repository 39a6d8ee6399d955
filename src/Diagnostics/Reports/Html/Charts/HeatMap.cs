using System.Globalization;
using System.Text;

namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>A metric of every layer over the steps of a run: one row a layer, one column a span of steps, colour for the value.</summary>
/// <param name="Title">The title.</param>
/// <param name="Rows">The rows, first layer first.</param>
/// <param name="IsLogarithmic">Whether equal ratios differ equally in colour.</param>
/// <param name="Maximum">The value of the strongest colour; null for the largest that is no exception.</param>
/// <param name="Palette">The CSS class of the colours.</param>
internal sealed record HeatMap(string Title, IReadOnlyList<SeriesDocument> Rows, bool IsLogarithmic, double? Maximum, string Palette)
{
    private const int MostColumns = 96;
    private const int Levels = 24;
    private const int MaximumRows = 120;

    /// <summary>The share of the values at each end that have the outermost colour, whatever they are: a few extremes must not push all else into one colour.</summary>
    private const double Exceptional = 0.02;

    public void Write(HtmlContext context)
    {
        var rows = Rows.Count <= MaximumRows ? Rows : [.. Enumerable.Range(0, MaximumRows).Select(row => Rows[(int)((long)row * Rows.Count / MaximumRows)])];
        var range = context.Steps ?? (rows.Min(row => row.Steps[0]), rows.Max(row => row.Steps[^1]));
        var x = ChartScale.OfSteps(range.First, range.Last, 0, ChartFrame.Side);
        int columns = (int)Math.Clamp(x.High - x.Low, 1, MostColumns);
        var cells = rows.Select(row => Cells(row, x, columns)).ToList();
        var scale = Scale([.. cells.SelectMany(row => row).OfType<double>()]);
        string id = context.AddPlot(new HeatPlot(x.Low, x.High, scale.Low, scale.High, IsLogarithmic, [.. rows.Select((row, index) => new HeatRow(row.Scope ?? string.Empty, context.Suspicious.Contains(row.Scope ?? string.Empty), cells[index]))]));
        var html = context.Html;
        html.Write($"<figure class=\"chart heat {Palette}\"><figcaption>{Title}{(IsLogarithmic ? " · " + context.Say($"logarithmic") : string.Empty)}</figcaption>\n");
        WriteLegend(context, scale);
        html.Write($"<div class=\"plot\" data-plot=\"{id}\" tabindex=\"0\" role=\"group\" aria-label=\"{Title}. {context.Say($"Arrow keys read values, plus and minus zoom, 0 shows the whole run.")}\">\n");
        WriteStatic(context, rows, cells, columns, x, scale);
        html.Write($"</div>\n<output class=\"readout\" aria-live=\"polite\"></output>\n");
        if (rows.Count < Rows.Count)
        {
            html.Write($"<p class=\"note\">{context.Say($"{rows.Count} of {Rows.Count} rows are shown, evenly chosen.")}</p>\n");
        }

        WriteTable(context, rows);
        html.Write($"</figure>\n");
    }

    /// <summary>
    /// A column's value is the mean of its values; its first NaN or infinity rules it. A measurement holds until the next, or for as long as they usually are apart where the
    /// next one is late: where nothing was measured, there is nothing.
    /// </summary>
    private double?[] Cells(SeriesDocument row, ChartScale x, int columns)
    {
        var cells = new double?[columns];
        var sums = new double[columns];
        var counts = new int[columns];
        var hasZero = new bool[columns];
        for (int i = 0; i < row.Steps.Count; i++)
        {
            int column = ColumnOf(row.Steps[i]);
            double value = row.Values[i];
            if (!double.IsFinite(value))
            {
                cells[column] ??= value;
            }
            else if (IsLogarithmic && value <= 0)
            {
                hasZero[column] = true;
            }
            else
            {
                sums[column] += IsLogarithmic ? Math.Log10(value) : value;
                counts[column]++;
            }
        }

        for (int column = 0; column < columns; column++)
        {
            if (cells[column] is null && counts[column] > 0)
            {
                double mean = sums[column] / counts[column];
                cells[column] = Rounded(IsLogarithmic ? Math.Pow(10, mean) : mean);
            }

            cells[column] ??= hasZero[column] ? 0 : null;
        }

        double width = row.Spans?.Width ?? 1;
        double[] steps = [.. row.Steps.Select(step => (double)step)];
        for (int i = 0; i < steps.Length; i++)
        {
            bool isFollowed = i + 1 < steps.Length && !Measurements.IsGap(steps, i + 1, width);
            int from = ColumnOf(steps[i]);
            for (int column = from - 1; i == 0 && row.Spans is { } begun && column >= ColumnOf(begun.From); column--)
            {
                cells[column] = cells[from];
            }

            int to = ColumnOf(isFollowed ? steps[i + 1] : row.Spans is { } spans ? EndOf(spans, steps[i]) : steps[i] + (2 * Measurements.Interval(row.Steps, i)));
            for (int column = from + 1; column <= to && cells[column] is null; column++)
            {
                cells[column] = cells[column - 1];
            }
        }

        return cells;

        // Of a span only the extremes are known by their steps; it was measured to its end.
        static double EndOf(SpansDocument spans, double step) => spans.From + ((Math.Floor((step - spans.From) / spans.Width) + 1) * spans.Width) - 1;

        int ColumnOf(double step) => (int)Math.Clamp((step - x.Low) / (x.High - x.Low) * columns, 0, columns - 1);
    }

    private static double Rounded(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private (double Low, double High) Scale(IReadOnlyList<double> values)
    {
        var finite = values.Where(value => double.IsFinite(value) && (!IsLogarithmic || value > 0)).DefaultIfEmpty(1).Order().ToList();
        int spared = (int)(finite.Count * Exceptional);
        double high = finite[^(spared + 1)];
        if (!IsLogarithmic)
        {
            return (0, Maximum ?? (high > 0 ? high : 1));
        }

        double low = finite[spared];
        return high > low ? (low, high) : (low, low * 10);
    }

    private int LevelOf(double value, (double Low, double High) scale)
    {
        double share = IsLogarithmic
            ? (Math.Log10(Math.Max(value, scale.Low)) - Math.Log10(scale.Low)) / (Math.Log10(scale.High) - Math.Log10(scale.Low))
            : (value - scale.Low) / (scale.High - scale.Low);
        return (int)Math.Clamp(share * Levels, 0, Levels - 1);
    }

    private void WriteStatic(HtmlContext context, IReadOnlyList<SeriesDocument> rows, List<double?[]> cells, int columns, ChartScale x, (double Low, double High) scale)
    {
        double height = RowHeight(rows.Count);
        var html = context.Html;
        html.Write($"<div class=\"static\"><svg class=\"area\" height=\"{rows.Count * height}\" role=\"img\" aria-label=\"{Title}\">\n");
        const int Longest = 30;
        for (int row = 0; row < rows.Count; row++)
        {
            string name = rows[row].Scope ?? string.Empty;
            string shown = name.Length <= Longest ? name : "…" + name[^(Longest - 1)..];
            html.Write($"<text class=\"{(context.Suspicious.Contains(name) ? "label suspicious" : "label")}{(height < 12 ? " small" : string.Empty)}\" x=\"-8\" y=\"{((row + 0.5) * height) + (height < 12 ? 3 : 4)}\" text-anchor=\"end\">{shown}<title>{name}</title></text>\n");
        }

        html.Write($"<svg class=\"curves\" viewBox=\"0 0 {(long)columns} {(long)rows.Count}\" preserveAspectRatio=\"none\">");
        foreach (var (level, path) in Paths(cells, scale))
        {
            html.Write($"<path class=\"{level}\" d=\"{new RawMarkup(path)}\"/>\n");
        }

        html.Write($"</svg>\n");
        int index = 0;
        foreach (double tick in x.Ticks(7).Where(tick => tick == Math.Floor(tick)))
        {
            double place = x.Place(tick) / ChartFrame.Side;
            html.Write($"<text class=\"tick{(index++ % 2 == 0 ? string.Empty : " minor")}\" x=\"{place * 100}%\" y=\"100%\" dy=\"18\" text-anchor=\"{(place > 0.98 ? "end" : "middle")}\">{tick.ToString("#,0", CultureInfo.InvariantCulture)}</text>\n");
        }

        html.Write($"<text class=\"tick\" x=\"-12\" y=\"100%\" dy=\"18\" text-anchor=\"end\">{context.Say($"step")}</text>");
        if (context.Onset is { } onset && onset >= x.Low && onset <= x.High)
        {
            double place = x.Place(onset) / ChartFrame.Side * 100;
            html.Write($"<line class=\"onset\" x1=\"{place}%\" x2=\"{place}%\" y2=\"100%\"/>");
        }

        html.Write($"</svg></div>\n");
    }

    private static double RowHeight(int rows) => rows <= 20 ? 18 : rows <= 50 ? 13 : 9;

    /// <summary>One path a colour, neighbouring cells of one colour in one piece: some dozen elements instead of thousands.</summary>
    private IEnumerable<(string Level, string Path)> Paths(List<double?[]> cells, (double Low, double High) scale)
    {
        var paths = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        for (int row = 0; row < cells.Count; row++)
        {
            for (int column = 0; column < cells[row].Length;)
            {
                string level = Class(cells[row][column]);
                int end = column + 1;
                while (end < cells[row].Length && Class(cells[row][end]) == level)
                {
                    end++;
                }

                if (level.Length > 0)
                {
                    if (!paths.TryGetValue(level, out var path))
                    {
                        paths.Add(level, path = new StringBuilder());
                    }

                    path.Append(CultureInfo.InvariantCulture, $"M{column} {row}h{end - column}v.94h-{end - column}z");
                }

                column = end;
            }
        }

        return paths.Select(path => (path.Key, path.Value.ToString()));

        string Class(double? cell) => cell switch
        {
            null => string.Empty,
            { } value when !double.IsFinite(value) => "nan",
            0 when IsLogarithmic => "zero",
            { } value => string.Create(CultureInfo.InvariantCulture, $"l{LevelOf(value, scale)}"),
        };
    }

    private void WriteLegend(HtmlContext context, (double Low, double High) scale)
    {
        context.Html.Write($"<p class=\"ramp\"><span>{(IsLogarithmic ? "≤ " : string.Empty)}{Numbers.Short(scale.Low)}</span><svg viewBox=\"0 0 120 10\" width=\"160\" height=\"12\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        for (int level = 0; level < Levels; level++)
        {
            context.Html.Write($"<path class=\"l{(long)level}\" d=\"M{(long)level * 5} 0h5v10h-5z\"/>");
        }

        context.Html.Write($"</svg><span>{(Maximum is null ? "≥ " : string.Empty)}{Numbers.Short(scale.High)}</span>");
        if (IsLogarithmic)
        {
            context.Html.Write($"<svg viewBox=\"0 0 10 10\" width=\"12\" height=\"12\" aria-hidden=\"true\"><path class=\"zero\" d=\"M0 0h10v10h-10z\"/></svg><span>{context.Say($"zero")}</span>");
        }

        context.Html.Write($"<svg viewBox=\"0 0 10 10\" width=\"12\" height=\"12\" aria-hidden=\"true\"><path class=\"nan\" d=\"M0 0h10v10h-10z\"/></svg><span>{context.Say($"not finite")}</span></p>\n");
    }

    private static void WriteTable(HtmlContext context, IReadOnlyList<SeriesDocument> rows)
    {
        context.Html.Write($"<details class=\"numbers\"><summary>{context.Say($"Numbers")}</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{context.Say($"Numbers")}\"><table><thead><tr><th scope=\"col\">{context.Say($"Layer")}</th><th scope=\"col\">{context.Say($"First")}</th><th scope=\"col\">{context.Say($"Smallest")}</th><th scope=\"col\">{context.Say($"Largest")}</th><th scope=\"col\">{context.Say($"Last")}</th></tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            var finite = row.Values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).ToList();
            context.Html.Write($"<tr><th scope=\"row\">{row.Scope}</th><td>{Numbers.Short(row.Values[0])}</td><td>{Numbers.Short(finite.Min())}</td><td>{Numbers.Short(finite.Max())}</td><td>{Numbers.Short(row.Values[^1])}</td></tr>\n");
        }

        context.Html.Write($"</tbody></table></div></details>\n");
    }
}
