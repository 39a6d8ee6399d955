namespace TrainingDoctor;

/// <summary>Passes one run on to several sinks, in order.</summary>
/// <param name="sinks">The sinks.</param>
public sealed class CompositeSink(params IMeasurementSink[] sinks) : IMeasurementSink
{
    /// <inheritdoc/>
    public void Begin(RunDescription run)
    {
        foreach (var sink in sinks)
        {
            sink.Begin(run);
        }
    }

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
        foreach (var sink in sinks)
        {
            sink.Update(run);
        }
    }

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        foreach (var sink in sinks)
        {
            sink.Observe(measurement);
        }
    }

    /// <inheritdoc/>
    public void Observe(Distribution distribution)
    {
        foreach (var sink in sinks)
        {
            sink.Observe(distribution);
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        foreach (var sink in sinks)
        {
            sink.Complete();
        }
    }
}
