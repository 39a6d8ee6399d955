namespace TrainingDoctor;

/// <summary>Where the measurements of one run come from: a live monitor, recorded telemetry, a stranger's log.</summary>
public interface IMeasurementSource
{
    /// <summary>Gets the scopes that the measurements refer to.</summary>
    ScopeTable Scopes { get; }

    /// <summary>Sends the whole run to a sink: begin, every measurement, complete.</summary>
    /// <param name="sink">Takes the measurements.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    void CopyTo(IMeasurementSink sink, CancellationToken cancellationToken = default);
}
