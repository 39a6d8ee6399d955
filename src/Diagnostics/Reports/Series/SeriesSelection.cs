using System.Globalization;

namespace TrainingDoctor.Reports.Series;

/// <summary>Chooses the curves that a report carries: all of the run, those of each layer that plots show, and those that findings are based on.</summary>
internal static class SeriesSelection
{
    private static readonly HashSet<Metric> LayerMetrics =
    [
        Metric.OutputMean, Metric.OutputStandardDeviation, Metric.ZeroFraction, Metric.NegativeFraction, Metric.DeadFraction, Metric.SaturatedFraction,
        Metric.ActivationGradientNorm, Metric.GradientNorm, Metric.WeightNorm, Metric.UpdateRatio, Metric.StepDuration, Metric.RankLoss,
    ];

    public static IReadOnlyDictionary<string, IReadOnlyList<SeriesDocument>> Of(DiagnosisReport report)
    {
        var evidence = report.Findings.SelectMany(finding => finding.Evidence).Select(e => (e.Metric, e.Layer ?? string.Empty)).ToHashSet();
        var chosen = new Dictionary<string, IReadOnlyList<SeriesDocument>>();
        var kept = new List<SeriesDocument>();
        foreach (var series in report.Series.All)
        {
            string name = MetricCatalog.NameOf(series.Metric);
            if (series.Kind is not (ScopeKind.Run or ScopeKind.Dataset) && !LayerMetrics.Contains(series.Metric) && !evidence.Contains((name, series.Scope)))
            {
                continue;
            }

            // Series stand in the order of their metrics.
            if (!chosen.ContainsKey(name))
            {
                chosen.Add(name, kept = []);
            }

            kept.Add(ToDocument(series.Kind == ScopeKind.Run ? null : series.Scope, series.Points, series.Spans, series.Kind is ScopeKind.Run or ScopeKind.Dataset));
        }

        return chosen;
    }

    public static SeriesDocument? Of(IReadOnlyList<SeriesPoint> points) => points.Count == 0 ? null : ToDocument(null, points, null, false);

    /// <summary>Returns one series as a chart shows it; null when there is none.</summary>
    public static SeriesDocument? Of(MetricSeries? series) => series is null or { Points.Count: 0 } ? null : ToDocument(null, series.Points, series.Spans, true);

    private static SeriesDocument ToDocument(string? scope, IReadOnlyList<SeriesPoint> points, SeriesSpans? spans, bool hasMeans)
    {
        long[] steps = new long[points.Count];
        double[] values = new double[points.Count];
        for (int i = 0; i < steps.Length; i++)
        {
            (steps[i], values[i]) = (points[i].Step, Rounded(points[i].Value));
        }

        return new()
        {
            Scope = scope,
            Steps = steps,
            Values = values,
            Spans = spans is null ? null : new SpansDocument { From = spans.From, Width = spans.Width, Means = hasMeans ? [.. spans.Means.Select(mean => mean is { } value ? Rounded(value) : (double?)null)] : null },
        };
    }

    private static double Rounded(double value) =>
        double.IsFinite(value) ? double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : value;
}
