namespace TrainingDoctor.Readers;

/// <summary>Passes a run on as one of a framework that the user named, whatever its log looks like.</summary>
/// <param name="sink">Where it goes.</param>
/// <param name="framework">The framework's name.</param>
internal sealed class FrameworkOverride(IMeasurementSink sink, string framework) : IMeasurementSink
{
    /// <inheritdoc/>
    public void Begin(RunDescription run) => sink.Begin(run with { Framework = framework });

    /// <inheritdoc/>
    public void Update(RunDescription run) => sink.Update(run with { Framework = framework });

    /// <inheritdoc/>
    public void Observe(in Measurement measurement) => sink.Observe(measurement);

    /// <inheritdoc/>
    public void Complete() => sink.Complete();
}
