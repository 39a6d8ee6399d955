using System.Buffers;
using System.Globalization;
using System.Text;
using Newtonsoft.Json;

namespace TrainingDoctor.Telemetry;

/// <summary>Makes telemetry of a run: JSON Lines, append-only, one line per step, so that a crash loses at most the step that was being written.</summary>
/// <remarks>The format is described in <c>docs/telemetry.md</c>.</remarks>
internal sealed class TelemetryRecorder : IMeasurementSink, IDisposable
{
    private readonly ScopeTable _scopes;
    private readonly ITelemetryOutput _output;
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly byte[]?[][] _heads = new byte[]?[MetricCatalog.All.Count][];
    private long _step = -1;

    /// <summary>Creates the file, and its folder where that is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">How many bytes the recording may have.</param>
    /// <param name="scopes">The scopes of the run.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public TelemetryRecorder(string path, long limit, ScopeTable scopes)
        : this(new TelemetryFile(path, limit), scopes)
    {
    }

    /// <summary>Records to any output.</summary>
    /// <param name="output">Takes the lines; disposed with the recorder.</param>
    /// <param name="scopes">The scopes of the run.</param>
    public TelemetryRecorder(ITelemetryOutput output, ScopeTable scopes)
    {
        _scopes = scopes;
        _output = output;
        Array.Fill(_heads, []);
    }

    /// <inheritdoc/>
    public void Begin(RunDescription run) => _output.Describe(run, TelemetryJson.FirstLine(run));

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
        EndStep();
        _output.Describe(run, TelemetryJson.UpdateLine(run));
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
    public void Observe(Distribution distribution) => _output.Write(TelemetryJson.DistributionLine(distribution));

    /// <inheritdoc/>
    public void Complete()
    {
        EndStep();
        _output.Write("{\"complete\":true}\n"u8);
        _output.Complete();
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _output.Dispose();

    private void EndStep()
    {
        if (_step < 0)
        {
            return;
        }

        Append("]}\n"u8);
        try
        {
            _output.Write(_line.WrittenSpan);
        }
        finally
        {
            // A step that could not be written is lost: it must not be written again before each that follows.
            _line.ResetWrittenCount();
            _step = -1;
        }

        _output.EndStep();
    }

    /// <summary>Gets what stands before a value, made once for every metric and scope.</summary>
    private byte[] HeadOf(Metric metric, int scope)
    {
        ref var heads = ref _heads[(int)metric];
        if (scope >= heads.Length)
        {
            Array.Resize(ref heads, Math.Max(scope + 1, 2 * heads.Length));
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
