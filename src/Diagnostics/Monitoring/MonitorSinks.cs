using TrainingDoctor.Probes;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Monitoring;

/// <summary>All that takes the measurements of a monitored run: the rules, its recordings, its charts, meters, and whoever else asked.</summary>
internal sealed class MonitorSinks : IDisposable
{
    private readonly IsolatedSink? _folder;

    /// <summary>Opens what takes measurements.</summary>
    /// <param name="options">What the user asked for.</param>
    /// <param name="scopes">The names that measurements are of.</param>
    /// <param name="engine">The rules.</param>
    /// <param name="meter">The meters.</param>
    /// <param name="faults">Is told of what fails; the rest goes on.</param>
    public MonitorSinks(TrainingMonitorOptions options, ScopeTable scopes, RuleEngine engine, MonitorMeter meter, FaultGuard faults)
    {
        Series = new SeriesCollector(scopes);
        Recorder = options.RecordTo is { } path ? new IsolatedSink("recording", Recorders.Create(path, options, scopes, engine.ReportShortfall), faults.Fail) : null;
        _folder = RecordingFolder.OfEnvironment(options, scopes) is { } unasked ? new IsolatedSink("recording into TRAINDOCTOR_RECORD", unasked, faults.Fail) : null;
        var metering = new IsolatedSink("metering", meter, faults.Fail);
        var tap = options.Tap?.Invoke(scopes) is { } further ? new IsolatedSink("the further taker of measurements", further, faults.Fail) : null;
        var sinks = new IMeasurementSink?[] { Recorder, _folder, engine, Series, metering, tap };
        All = new CompositeSink([.. sinks.OfType<IMeasurementSink>()]);
    }

    /// <summary>Gets what passes measurements on to all.</summary>
    public CompositeSink All { get; }

    /// <summary>Gets the recording that the user asked for; null for none.</summary>
    public IsolatedSink? Recorder { get; }

    /// <summary>Gets the series that the report draws.</summary>
    public SeriesCollector Series { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Recorder?.Dispose();
        _folder?.Dispose();
    }
}
