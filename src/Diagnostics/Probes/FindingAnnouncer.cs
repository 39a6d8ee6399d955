using Microsoft.Extensions.Logging;

namespace TrainingDoctor.Probes;

/// <summary>
/// Tells the log and the user of findings that opened, after the step in which they did: never from within a rule, and never while the monitor holds a lock, so that who is told may wait for
/// other threads that ask the monitor.
/// </summary>
/// <param name="options">Say whom to tell.</param>
/// <param name="meter">Counts what is told.</param>
/// <param name="faults">Contains the faults of those who are told.</param>
internal sealed class FindingAnnouncer(TrainingMonitorOptions options, MonitorMeter meter, FaultGuard faults)
{
    private readonly Lock _lock = new();
    private readonly List<Finding> _opened = [];

    /// <summary>Notes a finding.</summary>
    public void Add(Finding finding)
    {
        lock (_lock)
        {
            _opened.Add(finding);
        }
    }

    /// <summary>Tells of what was noted.</summary>
    public void Announce()
    {
        foreach (var finding in Take())
        {
            faults.Log(logger => Log(logger, finding));
            try
            {
                meter.Count(finding);
                options.OnFinding?.Invoke(finding);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                faults.Fail("telling of findings", exception);
            }
        }
    }

    private static void Log(ILogger logger, Finding finding)
    {
        if (finding.FirstStep is not { } step)
        {
            Action<ILogger, string, Text> whole = finding.Severity switch
            {
                Severity.Error => MonitorLog.Error,
                Severity.Warning => MonitorLog.Warning,
                _ => MonitorLog.Info,
            };
            whole(logger, finding.Rule.Id, finding.Title);
            return;
        }

        Action<ILogger, string, Text, long> log = finding.Severity switch
        {
            Severity.Error => MonitorLog.ErrorAt,
            Severity.Warning => MonitorLog.WarningAt,
            _ => MonitorLog.InfoAt,
        };
        log(logger, finding.Rule.Id, finding.Title, step);
    }

    private Finding[] Take()
    {
        lock (_lock)
        {
            Finding[] taken = [.. _opened];
            _opened.Clear();
            return taken;
        }
    }
}
