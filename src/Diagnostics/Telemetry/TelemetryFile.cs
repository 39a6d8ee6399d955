namespace TrainingDoctor.Telemetry;

/// <summary>Telemetry in a file, in parts where it grows large.</summary>
internal sealed class TelemetryFile : ITelemetryOutput
{
    private readonly RollingFile _file;
    private RunDescription? _run;

    /// <summary>Creates the file, and its folder where that is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">How many bytes the recording may have.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public TelemetryFile(string path, long limit) => _file = new RollingFile(path, limit, BeginPart);

    /// <inheritdoc/>
    public void Describe(RunDescription run, ReadOnlySpan<byte> line)
    {
        _run = run;
        _file.Write(line);
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> line) => _file.Write(line);

    /// <inheritdoc/>
    public void EndStep() => _file.Roll();

    /// <inheritdoc/>
    public void Complete()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>A further part says what run it belongs to, so that it can be told apart and read alone.</summary>
    private void BeginPart(RollingFile file, int part) => file.Write(TelemetryJson.PartLine(part, _run!));
}
