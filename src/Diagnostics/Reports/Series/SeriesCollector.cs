using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Series;

namespace TrainingDoctor;

/// <summary>
/// Keeps a thinned-out curve of every metric in every scope while a run goes on, for the plots of a report.
/// Memory depends on the number of metrics and scopes, not on the number of steps.
/// </summary>
public sealed class SeriesCollector : IMeasurementSink
{
    private const int RunSpans = 512;
    private const int ScopeSpans = 48;

    /// <summary>Monitors take those of 64 parameters and 64 layers, and of what findings name.</summary>
    private const int MostDistributions = 1000;

    private static readonly Comparer<MetricSeries> ByScope = Comparer<MetricSeries>.Create((one, other) => one.Kind != other.Kind ? one.Kind.CompareTo(other.Kind) : string.CompareOrdinal(one.Scope, other.Scope));

    private readonly ScopeTable _scopes;
    private readonly Dictionary<(DistributionKind Kind, string Scope), DistributionBuffer> _distributions = [];
    private readonly SeriesBuffer?[][] _buffers = new SeriesBuffer?[MetricCatalog.All.Count][];

    /// <summary>Creates a collector for one run.</summary>
    /// <param name="scopes">The scopes of the run.</param>
    public SeriesCollector(ScopeTable scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        _scopes = scopes;
        Array.Fill(_buffers, []);
    }

    /// <inheritdoc/>
    public void Begin(RunDescription run)
    {
    }

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
    }

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        ref var buffers = ref _buffers[(int)measurement.Metric];
        if (measurement.Scope >= buffers.Length)
        {
            Array.Resize(ref buffers, Math.Max(measurement.Scope + 1, 2 * buffers.Length));
        }

        var buffer = buffers[measurement.Scope] ??= new SeriesBuffer(_scopes[measurement.Scope].Kind is ScopeKind.Run or ScopeKind.Dataset ? RunSpans : ScopeSpans);
        buffer.Add(measurement.Step, measurement.Value);
    }

    /// <inheritdoc/>
    public void Observe(Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        var place = (distribution.Kind, distribution.Scope);
        if (!_distributions.TryGetValue(place, out var buffer) && _distributions.Count < MostDistributions)
        {
            _distributions.Add(place, buffer = new DistributionBuffer());
        }

        buffer?.Add(distribution);
    }

    /// <inheritdoc/>
    public void Complete()
    {
    }

    /// <summary>Returns the curves so far.</summary>
    public RunSeries ToSeries()
    {
        var all = new List<MetricSeries>();
        foreach (var info in MetricCatalog.All)
        {
            var buffers = _buffers[(int)info.Metric];

            int from = all.Count;
            for (int scope = 0; scope < buffers.Length; scope++)
            {
                if (buffers[scope] is { } buffer)
                {
                    all.Add(new MetricSeries(info.Metric, _scopes[scope].Kind, _scopes[scope].Name, buffer.Points()) { Spans = buffer.Spans() });
                }
            }

            // Scopes are numbered as they first appear, which a replay may do in another order: names decide.
            all.Sort(from, all.Count - from, ByScope);
        }

        return new RunSeries(all) { Distributions = [.. _distributions.OrderBy(entry => entry.Key.Kind).ThenBy(entry => entry.Key.Scope, StringComparer.Ordinal).Select(entry => entry.Value.Kept.ToList())] };
    }
}
