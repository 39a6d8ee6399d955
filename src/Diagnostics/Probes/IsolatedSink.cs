namespace TrainingDoctor.Probes;

/// <summary>
/// Keeps the faults of a sink, as a full disk is one, from the training and from the other sinks. One that throws is tried again after growing pauses: when there is room on the disk again, the
/// recording goes on.
/// </summary>
/// <param name="name">What the sink does, in a few words.</param>
/// <param name="sink">The sink.</param>
/// <param name="fail">Is told of each fault.</param>
internal sealed class IsolatedSink(string name, IMeasurementSink sink, Action<string, Exception> fail) : IMeasurementSink, IHistogramSink, IDisposable
{
    private Backoff _backoff;
    private bool _hasBegun;
    private RunDescription? _untold;

    /// <inheritdoc/>
    public void Begin(RunDescription run)
    {
        _untold = run;
        Guarded(() => { });
    }

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
        _untold = run;
        Guarded(() => { });
    }

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        if (!_backoff.TryTake())
        {
            return;
        }

        try
        {
            Describe();
            sink.Observe(measurement);
            _backoff.Succeed();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Fail(exception);
        }
    }

    /// <inheritdoc/>
    public void Observe(Distribution distribution) => Guarded(() => sink.Observe(distribution));

    /// <inheritdoc/>
    public bool WantsHistograms(long step) => !_backoff.IsTroubled && sink is IHistogramSink histograms && histograms.WantsHistograms(step);

    /// <inheritdoc/>
    public void Observe(string parameter, MagnitudeHistogram values, MagnitudeHistogram? gradient) =>
        Guarded(() => (sink as IHistogramSink)?.Observe(parameter, values, gradient));

    /// <inheritdoc/>
    public void Complete()
    {
        // The end is told in any case: what it is worth to wait for is over.
        _backoff = default;
        Guarded(sink.Complete);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _backoff = default;
        try
        {
            (sink as IDisposable)?.Dispose();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Fail(exception);
        }
    }

    private void Guarded(Action action)
    {
        if (!_backoff.TryTake())
        {
            return;
        }

        try
        {
            Describe();
            action();
            _backoff.Succeed();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Fail(exception);
        }
    }

    /// <summary>Tells what is known of the run, where the sink does not know it yet: nothing that comes before it can be read.</summary>
    private void Describe()
    {
        if (_untold is not { } run)
        {
            return;
        }

        if (_hasBegun)
        {
            sink.Update(run);
        }
        else
        {
            sink.Begin(run);
            _hasBegun = true;
        }

        _untold = null;
    }

    private void Fail(Exception exception)
    {
        _backoff.Fail();
        fail(name, exception);
    }
}
