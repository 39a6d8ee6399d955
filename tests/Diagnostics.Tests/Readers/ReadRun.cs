using System.Text;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Readers;

/// <summary>A run as a reader told it.</summary>
internal sealed class ReadRun(RunDescription run, ScopeTable scopes) : IMeasurementSink
{
    private readonly ScopeTable _scopes = scopes;
    private long _step = -1;
    private bool _begun;

    public RunDescription Run { get; private set; } = run;

    public bool Completed { get; private set; }

    public LogDescription Log => Run.Log!;

    /// <summary>Gets everything measured, by metric and name of the scope.</summary>
    public Dictionary<(Metric Metric, string Scope), List<(long Step, double Value)>> Series { get; } = [];

    public static List<ReadRun> Of(string text, string name = "log", LogReadOptions? options = null) => Of(Encoding.UTF8.GetBytes(text), name, options);

    public static List<ReadRun> Of(byte[] bytes, string name = "log", LogReadOptions? options = null) =>
        Of(LogOpener.OpenStream(new MemoryStream(bytes), name, options));

    public static List<ReadRun> OfPath(string path, LogReadOptions? options = null) => [.. LogOpener.Open(path, options).SelectMany(Of)];

    public static List<ReadRun> Of(LogSource source)
    {
        var runs = new List<ReadRun>();
        source.Read((run, scopes) =>
        {
            runs.Add(new ReadRun(run, scopes));
            return runs[^1];
        });
        Assert.All(runs, run => Assert.True(run.Completed));
        return runs;
    }

    public double[] Values(Metric metric, string scope = "") => Series.TryGetValue((metric, scope), out var series) ? [.. series.Select(point => point.Value)] : [];

    public long[] Steps(Metric metric, string scope = "") => Series.TryGetValue((metric, scope), out var series) ? [.. series.Select(point => point.Step)] : [];

    public void Begin(RunDescription run)
    {
        Assert.False(_begun);
        _begun = true;
    }

    public void Update(RunDescription run) => Run = run;

    public void Observe(in Measurement measurement)
    {
        Assert.True(_begun);
        Assert.True(measurement.Step >= _step, "steps must not decrease");
        _step = measurement.Step;
        var key = (measurement.Metric, _scopes[measurement.Scope].Name);
        if (!Series.TryGetValue(key, out var series))
        {
            series = [];
            Series.Add(key, series);
        }

        series.Add((measurement.Step, measurement.Value));
    }

    public void Complete()
    {
        Assert.False(Completed);
        Completed = true;
    }
}
