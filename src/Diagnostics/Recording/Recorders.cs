namespace TrainingDoctor.Recording;

/// <summary>Makes recorders.</summary>
internal static class Recorders
{
    /// <summary>Makes the recorder that options ask for.</summary>
    /// <param name="path">Where to record to.</param>
    /// <param name="options">The options.</param>
    /// <param name="scopes">The scopes of the run.</param>
    /// <exception cref="ArgumentException">Nothing can be written there.</exception>
    public static IMeasurementSink Create(string path, TrainingMonitorOptions options, ScopeTable scopes)
    {
        try
        {
            return options.RecordFormat == RecordFormat.TensorBoard
                ? new TensorBoardRecorder(path, options.RecordLimit, scopes)
                : new TelemetryRecorder(path, options.RecordLimit, scopes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ArgumentException(
                $"{nameof(TrainingMonitorOptions)}.{nameof(TrainingMonitorOptions.RecordTo)}: '{path}' cannot be written: {exception.Message}", nameof(options), exception);
        }
    }
}
