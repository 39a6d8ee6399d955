using System.Buffers;
using System.Globalization;
using System.Text;
using Newtonsoft.Json;

namespace TrainingDoctor.Recording;

/// <summary>Writes a run as telemetry: JSON Lines, append-only, one line per step, so that a crash loses at most the step that was being written.</summary>
/// <remarks>The format is described in <c>docs/telemetry.md</c>.</remarks>
internal sealed class TelemetryRecorder : IMeasurementSink, IDisposable
{
    private readonly ScopeTable _scopes;
    private readonly RollingFile _file;
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly byte[]?[][] _heads = new byte[]?[MetricCatalog.All.Count][];
    private RunDescription? _run;
    private long _step = -1;

    /// <summary>Creates the file, and its folder where that is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">How many bytes the recording may have.</param>
    /// <param name="scopes">The scopes of the run.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public TelemetryRecorder(string path, long limit, ScopeTable scopes)
    {
        _scopes = scopes;
        _file = new RollingFile(path, limit, BeginPart);
        Array.Fill(_heads, []);
    }

    /// <inheritdoc/>
    public void Begin(RunDescription run)
    {
        _run = run;
        WriteLine($"{{\"telemetry\":\"{TelemetryJson.Version}\",\"run\":{Describe(run)}}}");
    }

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
        EndStep();
        _run = run;
        WriteLine($"{{\"run\":{Describe(run)}}}");
    }

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        if (measurement.Step != _step)
        {
            EndStep();
            _step = measurement.Step;
            Append("{\"step\":"u8);
            Append(_step);
            Append(",\"m\":["u8);
        }
        else
        {
            Append(","u8);
        }

        Append(HeadOf(measurement.Metric, measurement.Scope));
        Append(measurement.Value);
        Append("]"u8);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        EndStep();
        WriteLine("{\"complete\":true}");
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string Describe(RunDescription run)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        TelemetryJson.Serializer.Serialize(text, run);
        return text.ToString();
    }

    /// <summary>A further part says what run it belongs to, so that it can be told apart and read alone.</summary>
    private void BeginPart(RollingFile file, int part) =>
        file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"part\":{part},\"telemetry\":\"{TelemetryJson.Version}\",\"run\":{Describe(_run!)}}}\n")));

    private void EndStep()
    {
        if (_step < 0)
        {
            return;
        }

        Append("]}\n"u8);
        _file.Write(_line.WrittenSpan);
        _line.ResetWrittenCount();
        _step = -1;
        _file.Roll();
    }

    private void WriteLine(string line) => _file.Write(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Gets what stands before a value, made once for every metric and scope.</summary>
    private byte[] HeadOf(Metric metric, int scope)
    {
        ref var heads = ref _heads[(int)metric];
        if (scope >= heads.Length)
        {
            Array.Resize(ref heads, Math.Max(scope + 1, _scopes.Count));
        }

        return heads[scope] ??= Encoding.UTF8.GetBytes($"[\"{MetricCatalog.NameOf(metric)}\",{JsonConvert.ToString(TelemetryJson.ScopeName(_scopes[scope], metric))},");
    }

    private void Append(ReadOnlySpan<byte> bytes) => _line.Write(bytes);

    private void Append(long number)
    {
        number.TryFormat(_line.GetSpan(32), out int written, provider: CultureInfo.InvariantCulture);
        _line.Advance(written);
    }

    private void Append(double value)
    {
        bool isFinite = double.IsFinite(value);
        if (!isFinite)
        {
            Append("\""u8);
        }

        // A reader would take "-0" for the integer, which has no sign.
        string? format = value == 0 && double.IsNegative(value) ? "0.0" : "R";
        value.TryFormat(_line.GetSpan(40), out int written, format, CultureInfo.InvariantCulture);
        _line.Advance(written);
        if (!isFinite)
        {
            Append("\""u8);
        }
    }
}
