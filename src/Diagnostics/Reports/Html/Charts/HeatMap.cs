using System.Globalization;
using System.Text;

namespace TrainingDoctor.Reports;

/// <summary>A metric of every layer over the steps of a run: one row a layer, one column a span of steps, colour for the value.</summary>
/// <param name="Title">The title.</param>
/// <param name="Rows">The rows, first layer first.</param>
/// <param name="IsLogarithmic">Whether equal ratios differ equally in colour.</param>
/// <param name="Maximum">The value of the strongest colour; null for the largest that occurs.</param>
/// <param name="Palette">The CSS class of the colours.</param>
internal sealed record HeatMap(string Title, IReadOnlyList<SeriesDocument> Rows, bool IsLogarithmic, double? Maximum, string Palette)
{
    private const int Columns = 48;
    private const int Levels = 12;
    private const int MaximumRows = 120;
    private const double Width = 1000;
    private const double Left = 220;
    private const double Right = 990;
    private const double Top = 6;

    public void Write(HtmlContext context)
    {
        var rows = Rows.Count <= MaximumRows ? Rows : [.. Enumerable.Range(0, MaximumRows).Select(row => Rows[(int)((long)row * Rows.Count / MaximumRows)])];
        double first = rows.Min(row => row.Steps[0]);
        double last = rows.Max(row => row.Steps[^1]);
        var x = ChartScale.OfSteps(first, last, Left, Right);
        last = x.High;
        var cells = rows.Select(row => Cells(row, first, last)).ToList();
        var scale = Scale(cells.SelectMany(row => row).OfType<double>());
        double height = rows.Count <= 20 ? 18 : rows.Count <= 50 ? 13 : 9;
        double bottom = Top + (rows.Count * height);
        string id = context.AddPlot(new PlotData("heat", Left, Right, Top, bottom, first, last, [.. rows.Select((row, index) => new PlotRow(row.Scope ?? string.Empty, null, cells[index]))]));
        var html = context.Html;
        html.Write($"<figure class=\"chart heat {Palette}\"><figcaption>{Title}{(IsLogarithmic ? " · " + context.Say($"logarithmic") : string.Empty)}</figcaption>\n");
        WriteLegend(context, scale);
        html.Write($"<div class=\"plot\" data-plot=\"{id}\" tabindex=\"0\" role=\"group\" aria-label=\"{Title}. {context.Say($"Use the arrow keys to read values.")}\"><svg viewBox=\"0 0 {Width} {bottom + 26}\" role=\"img\" aria-label=\"{Title}\">\n");
        WriteLabels(context, rows, height);
        foreach (var (level, path) in Paths(cells, scale, height))
        {
            html.Write($"<path class=\"{level}\" d=\"{new RawMarkup(path)}\"/>\n");
        }

        foreach (double tick in x.Ticks(8).Where(tick => tick == Math.Floor(tick)))
        {
            html.Write($"<text class=\"tick\" x=\"{x.Place(tick)}\" y=\"{bottom + 18}\" text-anchor=\"middle\">{tick.ToString("#,0", CultureInfo.InvariantCulture)}</text>\n");
        }

        html.Write($"<rect class=\"cell\" width=\"{(Right - Left) / Columns}\" height=\"{height}\" visibility=\"hidden\"/></svg></div>\n<output class=\"readout\" aria-live=\"polite\"></output>\n");
        if (rows.Count < Rows.Count)
        {
            html.Write($"<p class=\"note\">{context.Say($"{rows.Count} of {Rows.Count} rows are shown, evenly chosen.")}</p>\n");
        }

        WriteTable(context, rows);
        html.Write($"</figure>\n");
    }

    /// <summary>A column's value is the mean of its values, or the last one before where the metric was measured less often; its first NaN or infinity rules it.</summary>
    private double?[] Cells(SeriesDocument row, double first, double last)
    {
        var cells = new double?[Columns];
        var sums = new double[Columns];
        var counts = new int[Columns];
        var hasZero = new bool[Columns];
        for (int i = 0; i < row.Steps.Count; i++)
        {
            int column = Math.Min(Columns - 1, (int)((row.Steps[i] - first) / (last - first) * Columns));
            double value = row.Values[i];
            if (!double.IsFinite(value))
            {
                cells[column] ??= value;
                continue;
            }

            if (IsLogarithmic && value <= 0)
            {
                hasZero[column] = true;
                continue;
            }

            sums[column] += IsLogarithmic ? Math.Log10(value) : value;
            counts[column]++;
        }

        double? carried = null;
        int end = Math.Min(Columns - 1, (int)((row.Steps[^1] - first) / (last - first) * Columns));
        for (int column = 0; column < Columns; column++)
        {
            if (cells[column] is null && counts[column] > 0)
            {
                double mean = sums[column] / counts[column];
                cells[column] = IsLogarithmic ? Math.Pow(10, mean) : mean;
            }

            cells[column] ??= hasZero[column] ? 0 : column <= end ? carried : null;
            carried = cells[column];
            if (cells[column] is { } value && double.IsFinite(value))
            {
                cells[column] = double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            }
        }

        return cells;
    }

    private (double Low, double High) Scale(IEnumerable<double> values)
    {
        var finite = values.Where(value => double.IsFinite(value) && (!IsLogarithmic || value > 0)).DefaultIfEmpty(1).ToList();
        if (!IsLogarithmic)
        {
            return (0, Maximum ?? (finite.Max() > 0 ? finite.Max() : 1));
        }

        // A few values next to nothing must not push everything else into one colour.
        double high = finite.Max();
        double low = Math.Max(finite.Min(), high * 1e-12);
        return (low, high > low ? high : low * 10);
    }

    private int LevelOf(double value, (double Low, double High) scale)
    {
        double share = IsLogarithmic
            ? (Math.Log10(Math.Max(value, scale.Low)) - Math.Log10(scale.Low)) / (Math.Log10(scale.High) - Math.Log10(scale.Low))
            : (value - scale.Low) / (scale.High - scale.Low);
        return (int)Math.Clamp(share * Levels, 0, Levels - 1);
    }

    /// <summary>One path a colour, neighbouring cells of one colour in one piece: some dozen elements instead of thousands.</summary>
    private IEnumerable<(string Level, string Path)> Paths(List<double?[]> cells, (double Low, double High) scale, double height)
    {
        double width = (Right - Left) / Columns;
        var paths = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        for (int row = 0; row < cells.Count; row++)
        {
            for (int column = 0; column < Columns;)
            {
                string level = Class(cells[row][column]);
                int end = column + 1;
                while (end < Columns && Class(cells[row][end]) == level)
                {
                    end++;
                }

                if (level.Length > 0)
                {
                    if (!paths.TryGetValue(level, out var path))
                    {
                        paths.Add(level, path = new StringBuilder());
                    }

                    path.Append(CultureInfo.InvariantCulture, $"M{Left + (column * width):0.##} {Top + (row * height):0.##}h{(end - column) * width:0.##}v{height - 1:0.##}h-{(end - column) * width:0.##}z");
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

    private static void WriteLabels(HtmlContext context, IReadOnlyList<SeriesDocument> rows, double height)
    {
        const int Longest = 28;
        for (int row = 0; row < rows.Count; row++)
        {
            string name = rows[row].Scope ?? string.Empty;
            string shown = name.Length <= Longest ? name : "…" + name[^(Longest - 1)..];
            string style = context.Suspicious.Contains(name) ? "label suspicious" : "label";
            context.Html.Write($"<text class=\"{style}{(height < 12 ? " small" : string.Empty)}\" x=\"{Left - 8}\" y=\"{Top + ((row + 0.5) * height) + (height < 12 ? 3 : 4)}\" text-anchor=\"end\">{shown}<title>{name}</title></text>\n");
        }
    }

    private void WriteLegend(HtmlContext context, (double Low, double High) scale)
    {
        context.Html.Write($"<p class=\"ramp\"><span>{Numbers.Short(scale.Low)}</span><svg viewBox=\"0 0 120 10\" width=\"160\" height=\"12\" aria-hidden=\"true\">");
        for (int level = 0; level < Levels; level++)
        {
            context.Html.Write($"<path class=\"l{(long)level}\" d=\"M{(long)level * 10} 0h10v10h-10z\"/>");
        }

        context.Html.Write($"</svg><span>{Numbers.Short(scale.High)}</span>");
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
