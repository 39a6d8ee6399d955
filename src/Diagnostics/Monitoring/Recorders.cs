using TrainingDoctor.Recording;
using TrainingDoctor.Telemetry;
using TrainingDoctor.Telemetry.Push;

namespace TrainingDoctor.Monitoring;

/// <summary>Makes recorders.</summary>
internal static class Recorders
{
    /// <summary>Makes the recorder that options ask for.</summary>
    /// <param name="recordTo">The file, folder or address to record to.</param>
    /// <param name="options">The options.</param>
    /// <param name="scopes">The scopes of the run.</param>
    /// <param name="report">Is told at the end of the run what could not be recorded although nothing failed.</param>
    /// <exception cref="ArgumentException">Nothing can be written there.</exception>
    public static IMeasurementSink Create(string recordTo, TrainingMonitorOptions options, ScopeTable scopes, Action<Diagnosis> report)
    {
        if (PushAddress.IsAddress(recordTo))
        {
            var address = PushAddress.Parse(recordTo);
            return new TelemetryRecorder(new TelemetryPush(address, PushSettings.For(address), options.Logger, report), scopes);
        }

        try
        {
            return options.RecordFormat == RecordFormat.TensorBoard
                ? new TensorBoardRecorder(recordTo, options.RecordLimit, scopes)
                : new TelemetryRecorder(recordTo, options.RecordLimit, scopes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ArgumentException(
                $"{nameof(TrainingMonitorOptions)}.{nameof(TrainingMonitorOptions.RecordTo)}: '{recordTo}' cannot be written: {exception.Message}", nameof(options), exception);
        }
    }
}
