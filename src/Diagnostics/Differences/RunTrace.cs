using TrainingDoctor.Readers;

namespace TrainingDoctor.Differences;

/// <summary>
/// What a comparison needs of one run: its description, and each metric of each scope averaged over spans of steps that are the same for every run. Memory grows with the number of metrics and
/// scopes, and with the logarithm of the number of steps.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class RunTrace : IMeasurementSink
{
    private readonly ScopeTable _scopes;
    private readonly Dictionary<(Metric Metric, int Scope), List<(int Bin, TraceBin Value)>> _series = [];

    /// <summary>Begins the trace of a run.</summary>
    /// <param name="scopes">The scopes of the run.</param>
    public RunTrace(ScopeTable scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        _scopes = scopes;
    }

    /// <summary>Gets what is known of the run.</summary>
    public RunDescription Run { get; private set; } = new();

    /// <summary>Gets the last step at which anything was measured; -1 before any.</summary>
    public long LastStep { get; private set; } = -1;

    /// <summary>Reads every run of a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LogFormatException">The log cannot be read, or holds nothing of a training.</exception>
    public static IReadOnlyList<RunTrace> ReadAll(LogSource log, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        var traces = new List<RunTrace>();
        log.Read((_, scopes) =>
        {
            traces.Add(new RunTrace(scopes));
            return traces[^1];
        }, cancellationToken);
        return traces;
    }

    /// <inheritdoc/>
    public void Begin(RunDescription run) => Run = run;

    /// <inheritdoc/>
    public void Update(RunDescription run) => Run = run;

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        var (step, metric, scope, value) = measurement;
        LastStep = Math.Max(LastStep, step);
        if (!_series.TryGetValue((metric, scope), out var bins))
        {
            _series.Add((metric, scope), bins = []);
        }

        // The last batch of an epoch may be smaller: it is the size of no batch but that one, and which steps are measured is chance.
        if (metric == Metric.BatchSize && bins.Count > 0 && bins[^1].Value.Mean > value)
        {
            value = bins[^1].Value.Mean;
        }

        int bin = StepBins.Of(step);
        if (bins.Count > 0 && bins[^1].Bin >= bin)
        {
            bins[^1] = (bins[^1].Bin, bins[^1].Value.With(step, value));
        }
        else
        {
            bins.Add((bin, TraceBin.Of(step, value)));
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
    }

    /// <summary>Returns what was taken by now as a trace of its own, which the measurements that follow leave as it is.</summary>
    public RunTrace Copy()
    {
        var copy = new RunTrace(_scopes) { Run = Run, LastStep = LastStep };
        foreach (var (key, bins) in _series)
        {
            copy._series.Add(key, [.. bins]);
        }

        return copy;
    }

    /// <summary>Returns every series.</summary>
    /// <param name="stretch">What steps are multiplied by, so that runs of other batch sizes can be laid over each other.</param>
    internal Dictionary<SeriesKey, TraceSeries> Series(double stretch = 1) =>
        _series.ToDictionary(entry => Key(entry.Key.Metric, entry.Key.Scope), entry => new TraceSeries(stretch == 1 ? entry.Value : Stretched(entry.Value, stretch)));

    /// <summary>Returns the series of a metric for the run as a whole; null when it was never measured.</summary>
    internal TraceSeries? Of(Metric metric) => _series.TryGetValue((metric, ScopeTable.Run), out var bins) ? new TraceSeries(bins) : null;

    private SeriesKey Key(Metric metric, int scope) => new(metric, _scopes[scope].Kind, _scopes[scope].Name);

    private static List<(int Bin, TraceBin Value)> Stretched(List<(int Bin, TraceBin Value)> bins, double stretch)
    {
        var stretched = new List<(int Bin, TraceBin Value)>(bins.Count);
        foreach (var (_, value) in bins)
        {
            int bin = StepBins.Of((long)Math.Round(value.Step * stretch));
            if (stretched.Count > 0 && stretched[^1].Bin == bin)
            {
                stretched[^1] = (bin, stretched[^1].Value.With(value));
            }
            else
            {
                stretched.Add((bin, value));
            }
        }

        return stretched;
    }
}

/// <summary>What a series is of.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Kind">The kind of scope.</param>
/// <param name="Scope">The layer, parameter, data set or rank; empty for the run.</param>
internal readonly record struct SeriesKey(Metric Metric, ScopeKind Kind, string Scope);

/// <summary>One metric of one scope over a run.</summary>
/// <param name="Bins">The spans of steps in which it was measured, in their order.</param>
internal sealed record TraceSeries(IReadOnlyList<(int Bin, TraceBin Value)> Bins)
{
    /// <summary>Gets the first step at which it was NaN or infinite; null when it never was.</summary>
    public long? NonFiniteStep => Bins.Select(bin => bin.Value.NonFiniteStep).FirstOrDefault(step => step is not null);

    /// <summary>Gets the spans in which it was a number.</summary>
    public IEnumerable<(int Bin, TraceBin Value)> Finite => Bins.Where(bin => bin.Value.Count > 0);
}
