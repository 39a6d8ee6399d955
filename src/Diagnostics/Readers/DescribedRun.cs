namespace TrainingDoctor.Readers;

/// <summary>Passes a run on with what is known of it from elsewhere than its log.</summary>
/// <param name="sink">Where it goes.</param>
/// <param name="describe">Adds what is known.</param>
internal sealed class DescribedRun(IMeasurementSink sink, Func<RunDescription, RunDescription> describe) : IMeasurementSink
{
    /// <inheritdoc/>
    public void Begin(RunDescription run) => sink.Begin(describe(run));

    /// <inheritdoc/>
    public void Update(RunDescription run) => sink.Update(describe(run));

    /// <inheritdoc/>
    public void Observe(in Measurement measurement) => sink.Observe(measurement);

    /// <inheritdoc/>
    public void Observe(Distribution distribution) => sink.Observe(distribution);

    /// <inheritdoc/>
    public void Complete() => sink.Complete();
}
