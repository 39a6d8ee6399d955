namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>How the numbers of a tensor were spread over time: a row a power of two, the largest above, colour for the share of the numbers.</summary>
internal static class DistributionMap
{
    /// <summary>So many powers of two on either side are shown; what is smaller is next to zero beside them.</summary>
    private const int MostPowers = 10;

    /// <summary>Writes the map.</summary>
    /// <param name="context">The page.</param>
    /// <param name="distribution">The distribution, of two steps at least.</param>
    public static void Write(HtmlContext context, DistributionDocument distribution)
    {
        int last = distribution.FirstBucket + distribution.Counts.Max(counts => counts.Count) - 1;
        int largest = Math.Max(Math.Abs(distribution.FirstBucket), Math.Abs(last));
        int smallest = Math.Max(1, largest - MostPowers + 1);
        var totals = distribution.Counts.Select(counts => (double)counts.Sum()).ToList();
        int[] above = [.. Enumerable.Range(smallest, largest - smallest + 1).Reverse()];
        var rows = above.Where(bucket => bucket <= last).Select(bucket => Row($"≥ {Edge(bucket)}", bucket, bucket))
            .Append(Row($"± < {Edge(smallest)}", 1 - smallest, smallest - 1))
            .Concat(above.Reverse().Where(bucket => -bucket >= distribution.FirstBucket).Select(bucket => Row($"≤ −{Edge(bucket)}", -bucket, -bucket)))
            .ToList();
        string title = distribution.Kind switch
        {
            DistributionKind.Weights => context.Say($"Weights of {distribution.Scope}, by power of two"),
            DistributionKind.Gradients => context.Say($"Gradients of {distribution.Scope}, by power of two"),
            _ => context.Say($"Outputs of {distribution.Scope}, by power of two"),
        };
        new HeatMap(title, rows, IsLogarithmic: false, Maximum: null, "density").Write(context);

        // Of numbers none of which is finite there are no shares.
        SeriesDocument Row(string name, int from, int to) => new()
        {
            Scope = name,
            Steps = distribution.Steps,
            Values = [.. distribution.Counts.Select((counts, step) => totals[step] == 0 ? double.NaN : Enumerable.Range(from, to - from + 1).Sum(bucket => counts.ElementAtOrDefault(bucket - distribution.FirstBucket)) / totals[step])],
        };
    }

    private static string Edge(int bucket) => Numbers.Short(Distribution.EdgeOf(bucket));
}
