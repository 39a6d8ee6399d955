using Microsoft.Extensions.Logging;

namespace TrainingDoctor.Probes;

/// <summary>Keeps faults of the monitor from the training: the part that fails is switched off, logged and reported (TD0001).</summary>
/// <param name="engine">Reports faults.</param>
/// <param name="logger">Logs them; null for none.</param>
internal sealed class FaultGuard(RuleEngine engine, ILogger? logger)
{
    private readonly HashSet<string> _switchedOff = [];

    /// <summary>Runs a part of the monitor, unless it failed before.</summary>
    /// <param name="what">What it does, in a few words.</param>
    /// <param name="action">The part.</param>
    public void Run(string what, Action action)
    {
        if (_switchedOff.Contains(what))
        {
            return;
        }

        try
        {
            action();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _switchedOff.Add(what);
            Fail(what, exception);
        }
    }

    /// <summary>Notes a fault of a part that has been switched off.</summary>
    /// <param name="what">What it does, in a few words.</param>
    /// <param name="exception">The fault.</param>
    public void Fail(string what, Exception exception)
    {
        engine.ReportFault($"The monitor's part for {what}", exception);
        if (logger is not null)
        {
            MonitorLog.Fault(logger, what, exception);
        }
    }
}
