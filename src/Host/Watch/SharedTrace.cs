using TrainingDoctor.Differences;

namespace TrainingDoctor.Host.Watch;

/// <summary>The trace of a run that is still being read: written by whoever reads it, copied by whoever compares it.</summary>
/// <param name="scopes">The scopes of the run.</param>
internal sealed class SharedTrace(ScopeTable scopes) : IMeasurementSink
{
    private readonly Lock _lock = new();
    private readonly RunTrace _trace = new(scopes);

    /// <summary>Returns the trace by now.</summary>
    public RunTrace Copy()
    {
        lock (_lock)
        {
            return _trace.Copy();
        }
    }

    /// <inheritdoc/>
    public void Begin(RunDescription run)
    {
        lock (_lock)
        {
            _trace.Begin(run);
        }
    }

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
        lock (_lock)
        {
            _trace.Update(run);
        }
    }

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        lock (_lock)
        {
            _trace.Observe(measurement);
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
    }
}
