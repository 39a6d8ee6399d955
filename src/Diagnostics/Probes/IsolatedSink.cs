namespace TrainingDoctor.Probes;

/// <summary>Keeps the faults of a sink, as a full disk is one, from the training and from the other sinks: one that throws gets nothing more.</summary>
/// <param name="name">What the sink does, in a few words.</param>
/// <param name="sink">The sink.</param>
/// <param name="fail">Is told of the fault.</param>
internal sealed class IsolatedSink(string name, IMeasurementSink sink, Action<string, Exception> fail) : IMeasurementSink, IHistogramSink, IDisposable
{
    private bool _isOff;

    /// <inheritdoc/>
    public void Begin(RunDescription run) => Guarded(() => sink.Begin(run));

    /// <inheritdoc/>
    public void Update(RunDescription run) => Guarded(() => sink.Update(run));

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        if (_isOff)
        {
            return;
        }

        try
        {
            sink.Observe(measurement);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SwitchOff(exception);
        }
    }

    /// <inheritdoc/>
    public bool WantsHistograms(long step) => !_isOff && sink is IHistogramSink histograms && histograms.WantsHistograms(step);

    /// <inheritdoc/>
    public void Observe(string parameter, MagnitudeHistogram values, MagnitudeHistogram? gradient) =>
        Guarded(() => (sink as IHistogramSink)?.Observe(parameter, values, gradient));

    /// <inheritdoc/>
    public void Complete() => Guarded(sink.Complete);

    /// <inheritdoc/>
    public void Dispose() => Guarded(() => (sink as IDisposable)?.Dispose());

    private void Guarded(Action action)
    {
        if (_isOff)
        {
            return;
        }

        try
        {
            action();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SwitchOff(exception);
        }
    }

    private void SwitchOff(Exception exception)
    {
        _isOff = true;
        fail(name, exception);
    }
}
