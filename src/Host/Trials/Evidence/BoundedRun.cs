namespace TrainingDoctor.Host.Trials.Evidence;

/// <summary>Passes a run on up to a step: so trials are judged by as many steps as each other, however far each has come.</summary>
/// <param name="sink">Where it goes.</param>
/// <param name="lastStep">The last step that counts.</param>
internal sealed class BoundedRun(IMeasurementSink sink, long lastStep) : IMeasurementSink
{
    /// <inheritdoc/>
    public void Begin(RunDescription run) => sink.Begin(run);

    /// <inheritdoc/>
    public void Update(RunDescription run) => sink.Update(run);

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        if (measurement.Step <= lastStep)
        {
            sink.Observe(measurement);
        }
    }

    /// <inheritdoc/>
    public void Observe(Distribution distribution)
    {
        if (distribution.Step <= lastStep)
        {
            sink.Observe(distribution);
        }
    }

    /// <inheritdoc/>
    public void Complete() => sink.Complete();
}
