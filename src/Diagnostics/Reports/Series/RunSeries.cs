namespace TrainingDoctor.Reports;

/// <summary>One value of a series.</summary>
/// <param name="Step">The step.</param>
/// <param name="Value">The value, in the unit of the metric.</param>
public readonly record struct SeriesPoint(long Step, double Value);

/// <summary>One metric of one scope over a run, thinned out for plots; peaks are kept.</summary>
/// <param name="Metric">What was measured.</param>
/// <param name="Kind">The kind of scope.</param>
/// <param name="Scope">The layer, parameter, data set or rank; empty for the run.</param>
/// <param name="Points">The values, by step.</param>
public sealed record MetricSeries(Metric Metric, ScopeKind Kind, string Scope, IReadOnlyList<SeriesPoint> Points)
{
    /// <summary>Gets the spans that a long series was cut into, with their means; null when <see cref="Points"/> are all that was measured.</summary>
    public SeriesSpans? Spans { get; init; }
}

/// <summary>The equal spans of steps that a long series was cut into. Of each the series keeps the smallest and the largest value.</summary>
/// <param name="From">The first step of the first span.</param>
/// <param name="Width">How many steps a span covers, at least 2.</param>
/// <param name="Means">The mean of the finite values of each span; null where nothing was measured.</param>
public sealed record SeriesSpans(long From, long Width, IReadOnlyList<double?> Means);

/// <summary>The series of a run, thinned out for plots, in the order of metric, kind and name of scope.</summary>
/// <param name="All">The series.</param>
public sealed record RunSeries(IReadOnlyList<MetricSeries> All)
{
    /// <summary>Gets series of nothing.</summary>
    public static RunSeries Empty { get; } = new([]);

    /// <summary>Gets how parameters, gradients and outputs were spread over time: a list for each tensor, by step.</summary>
    public IReadOnlyList<IReadOnlyList<Distribution>> Distributions { get; init; } = [];

    /// <summary>Finds the series of a metric for the run as a whole.</summary>
    /// <param name="metric">The metric.</param>
    /// <returns>Null when it was never measured.</returns>
    public MetricSeries? Of(Metric metric) => All.FirstOrDefault(series => series.Metric == metric && series.Kind == ScopeKind.Run);

    /// <summary>Finds the series of a metric for one scope.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="scope">The layer, parameter, data set or rank.</param>
    /// <returns>Null when it was never measured.</returns>
    public MetricSeries? Of(Metric metric, string scope) => All.FirstOrDefault(series => series.Metric == metric && series.Scope == scope);
}
