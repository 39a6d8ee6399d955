using Microsoft.Extensions.Logging;

namespace TrainingDoctor.Probes;

/// <summary>Tells the log and the user of findings that opened, after the step in which they did: never from within a rule.</summary>
/// <param name="options">Say whom to tell.</param>
/// <param name="fail">Is told of a fault of those who are told.</param>
internal sealed class FindingAnnouncer(TrainingMonitorOptions options, Action<string, Exception> fail)
{
    private readonly List<Finding> _opened = [];
    private bool _isOff;

    /// <summary>Notes a finding.</summary>
    public void Add(Finding finding) => _opened.Add(finding);

    /// <summary>Tells of what was noted.</summary>
    public void Announce()
    {
        if (_opened.Count == 0)
        {
            return;
        }

        Finding[] findings = [.. _opened];
        _opened.Clear();
        foreach (var finding in findings)
        {
            try
            {
                MonitorMeter.Count(finding);
                Log(finding);
                if (!_isOff)
                {
                    options.OnFinding?.Invoke(finding);
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                _isOff = true;
                fail($"telling of findings", exception);
            }
        }
    }

    private void Log(Finding finding)
    {
        if (options.Logger is not { } logger)
        {
            return;
        }

        Action<ILogger, string, Text, long?> log = finding.Severity switch
        {
            Severity.Error => MonitorLog.Error,
            Severity.Warning => MonitorLog.Warning,
            _ => MonitorLog.Hint,
        };
        log(logger, finding.Rule.Id, finding.Title, finding.FirstStep);
    }
}
