using Microsoft.Extensions.Logging;
using TrainingDoctor.Probes;

namespace TrainingDoctor.Monitoring;

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
    private readonly List<(Finding Finding, Text Headline)> _opened = [];

    /// <summary>Notes a finding.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="headline">What is wrong, why, and what to do, as of now.</param>
    public void Add(Finding finding, Text headline)
    {
        lock (_lock)
        {
            _opened.Add((finding, headline));
        }
    }

    /// <summary>Tells of what was noted.</summary>
    public void Announce()
    {
        foreach (var (finding, headline) in Take())
        {
            faults.Log(logger => Log(logger, finding, headline));
            try
            {
                meter.Count(finding);
                options.OnFinding?.Invoke(finding with { Headline = headline });
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                faults.Fail("telling of findings", exception);
            }
        }
    }

    private static void Log(ILogger logger, Finding finding, Text headline)
    {
        if (finding.FirstStep is not { } step)
        {
            Action<ILogger, string, Text> whole = finding.Severity switch
            {
                Severity.Error => MonitorLog.Error,
                Severity.Warning => MonitorLog.Warning,
                _ => MonitorLog.Info,
            };
            whole(logger, finding.Rule.Id, headline);
            return;
        }

        Action<ILogger, string, long, Text> log = finding.Severity switch
        {
            Severity.Error => MonitorLog.ErrorAt,
            Severity.Warning => MonitorLog.WarningAt,
            _ => MonitorLog.InfoAt,
        };
        log(logger, finding.Rule.Id, step, headline);
    }

    private (Finding Finding, Text Headline)[] Take()
    {
        lock (_lock)
        {
            (Finding, Text)[] taken = [.. _opened];
            _opened.Clear();
            return taken;
        }
    }
}
