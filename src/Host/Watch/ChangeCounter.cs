namespace TrainingDoctor.Host.Watch;

/// <summary>Counts changes, and wakes whoever waits for the next. Safe for concurrent use.</summary>
internal sealed class ChangeCounter
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = NewSignal();
    private long _version;

    /// <summary>Gets the number of changes so far.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>Counts a change.</summary>
    /// <returns>The version that it makes.</returns>
    public long Advance()
    {
        lock (_lock)
        {
            // Those who wait go on on threads of their own.
            _changed.SetResult();
            _changed = NewSignal();
            return ++_version;
        }
    }

    /// <summary>Waits until there is a newer version than what was seen.</summary>
    /// <param name="seenVersion">The version seen last; 0 for none.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <returns>The version, which is newer.</returns>
    public async Task<long> WaitAsync(long seenVersion, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_version > seenVersion)
                {
                    return _version;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
