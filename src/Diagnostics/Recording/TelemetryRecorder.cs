using System.Globalization;
using Newtonsoft.Json;

namespace TrainingDoctor.Recording;

/// <summary>Writes a run as telemetry: JSON Lines, append-only, one line per step, so that a crash loses at most the step that was being written.</summary>
/// <remarks>
/// First line: <c>{"telemetry":"1.0","run":{…}}</c>. Then one line per step: <c>{"step":12,"m":[["loss","",2.3],["zero_fraction","relu1",0.5]]}</c>, metric, scope and
/// value, NaN and infinities as strings; scopes of data sets and ranks carry their kind: <c>"dataset:name"</c>. Last line: <c>{"complete":true}</c>.
/// </remarks>
internal sealed class TelemetryRecorder : IMeasurementSink, IDisposable
{
    private readonly ScopeTable _scopes;
    private readonly StreamWriter _writer;
    private readonly JsonTextWriter _json;
    private long _step = -1;

    /// <summary>Creates the file, and its folder where that is missing.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public TelemetryRecorder(string path, ScopeTable scopes)
    {
        _scopes = scopes;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        _writer = new StreamWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
        _json = new JsonTextWriter(_writer) { Formatting = Formatting.None, CloseOutput = false, Culture = CultureInfo.InvariantCulture };
    }

    /// <inheritdoc/>
    public void Begin(RunDescription run) => WriteLine(() =>
    {
        _json.WritePropertyName("telemetry");
        _json.WriteValue(TelemetryJson.Version);
        _json.WritePropertyName("run");
        TelemetryJson.Serializer.Serialize(_json, run);
    });

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
        EndStep();
        WriteLine(() =>
        {
            _json.WritePropertyName("run");
            TelemetryJson.Serializer.Serialize(_json, run);
        });
    }

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        if (measurement.Step != _step)
        {
            EndStep();
            _step = measurement.Step;
            _json.WriteStartObject();
            _json.WritePropertyName("step");
            _json.WriteValue(_step);
            _json.WritePropertyName("m");
            _json.WriteStartArray();
        }

        _json.WriteStartArray();
        _json.WriteValue(MetricCatalog.NameOf(measurement.Metric));
        _json.WriteValue(TelemetryJson.ScopeName(_scopes[measurement.Scope], measurement.Metric));
        TelemetryJson.WriteNumber(_json, measurement.Value);
        _json.WriteEndArray();
    }

    /// <inheritdoc/>
    public void Complete()
    {
        EndStep();
        WriteLine(() =>
        {
            _json.WritePropertyName("complete");
            _json.WriteValue(true);
        });
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void EndStep()
    {
        if (_step < 0)
        {
            return;
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        EndLine();
        _step = -1;
    }

    private void WriteLine(Action content)
    {
        _json.WriteStartObject();
        content();
        _json.WriteEndObject();
        EndLine();
    }

    private void EndLine()
    {
        _json.WriteWhitespace("\n");
        _json.Flush();
    }
}
