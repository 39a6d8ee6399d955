using TrainingDoctor.Readers.Input;

namespace TrainingDoctor.Readers;

/// <summary>Reads recorded telemetry, which holds measurements already: it needs no roles and no segmentation.</summary>
/// <param name="input">The log.</param>
internal sealed class TelemetryLogReader(LogInput input) : ILogReader
{
    /// <inheritdoc/>
    public void Read(RunSinkFactory open, CancellationToken cancellationToken) => TelemetryLog.Read(input, open, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => input.Dispose();
}
