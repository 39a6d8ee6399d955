using Microsoft.Extensions.Logging;

namespace TrainingDoctor.Probes;

/// <summary>
/// Keeps faults of the monitor, and of what users hand to it, from the training: the part that fails is left alone for a while, logged and reported (TD0001), and then tried again. Safe for
/// concurrent use.
/// </summary>
/// <param name="engine">Reports faults.</param>
/// <param name="logger">Logs them; null for none. One that throws is a fault too.</param>
internal sealed class FaultGuard(RuleEngine engine, ILogger? logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Backoff> _troubled = new(StringComparer.Ordinal);
    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);

    /// <summary>Runs a part of the monitor, unless it failed lately.</summary>
    /// <param name="what">What it does, in a few words.</param>
    /// <param name="action">The part.</param>
    public void Run(string what, Action action)
    {
        if (!TryTake(what))
        {
            return;
        }

        try
        {
            action();
            Succeed(what);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            lock (_lock)
            {
                var backoff = _troubled.GetValueOrDefault(what);
                backoff.Fail();
                _troubled[what] = backoff;
            }

            Fail(what, exception);
        }
    }

    /// <summary>Notes a fault of a part.</summary>
    /// <param name="what">What it does, in a few words.</param>
    /// <param name="exception">The fault.</param>
    public void Fail(string what, Exception exception)
    {
        engine.ReportFault($"The monitor's part for {what}", exception);
        bool isFirst;
        lock (_lock)
        {
            isFirst = _logged.Add(what);
        }

        if (isFirst)
        {
            Log(log => MonitorLog.Fault(log, what, exception));
        }
    }

    /// <summary>Logs. A provider that throws, because its disk is full for instance, is reported and costs its own line only.</summary>
    /// <param name="write">Writes the line.</param>
    public void Log(Action<ILogger> write)
    {
        if (logger is null)
        {
            return;
        }

        try
        {
            write(logger);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            engine.ReportFault("The monitor's part for logging", exception);
        }
    }

    private bool TryTake(string what)
    {
        lock (_lock)
        {
            if (_troubled.Count == 0 || !_troubled.TryGetValue(what, out var backoff))
            {
                return true;
            }

            bool isTaken = backoff.TryTake();
            _troubled[what] = backoff;
            return isTaken;
        }
    }

    private void Succeed(string what)
    {
        lock (_lock)
        {
            if (_troubled.Count == 0 || !_troubled.TryGetValue(what, out var backoff))
            {
                return;
            }

            backoff.Succeed();
            _troubled[what] = backoff;
            if (!backoff.IsTroubled)
            {
                _troubled.Remove(what);
            }
        }
    }
}
