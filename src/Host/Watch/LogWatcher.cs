using System.Diagnostics;
using TrainingDoctor.Host.Commands;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Watch;

/// <summary>Follows a file or folder of logs: reads again what has changed, and tells each finding once.</summary>
/// <remarks>
/// Reading a changed log from its beginning, instead of resuming a reader, makes the last reading the very reading that <c>diagnose</c> does,
/// whatever the format, rotation or rewriting. Pauses grow with the time that a reading takes, so that watching never needs more than a fifth of a core.
/// </remarks>
/// <param name="path">The file or folder.</param>
/// <param name="options">How to read.</param>
/// <param name="request">The rules and the report.</param>
internal sealed class LogWatcher(string path, LogReadOptions options, ReportRequest request)
{
    private const string DamagedLog = "TD0003";
    private const int PausePerReading = 4;

    private readonly Dictionary<string, Reading> _readings = [];
    private readonly HashSet<FindingKey> _told = [];

    /// <summary>Gets how long the next pause must at least be.</summary>
    public TimeSpan Rest { get; private set; }

    /// <summary>Gets a value indicating whether the last look found anything new or unsettled.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Looks once at everything and reads what has changed.</summary>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>Findings that two readings in a row have made and that were not told before.</returns>
    public IReadOnlyList<WatchedFinding> Look(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var opened = new List<WatchedFinding>();
        HasChanged = false;
        foreach (var source in Sources())
        {
            string key = $"{source.Path}\n{source.Name}";
            var mark = FileMark.Of(source.Path);
            var last = _readings.GetValueOrDefault(key);
            if (last is not null && last.Mark == mark && last.Pending.Count == 0)
            {
                continue;
            }

            HasChanged = true;
            var found = Read(source, cancellation);

            // A line may be half-written: what one reading alone has seen waits for the next to confirm it.
            opened.AddRange(found.Where(finding => last is not null && last.Pending.Contains(finding.Key) && _told.Add(finding.Key)));
            _readings[key] = new Reading(mark, [.. found.Select(finding => finding.Key).Where(finding => !_told.Contains(finding))]);
        }

        Rest = clock.Elapsed * PausePerReading;
        return opened;
    }

    /// <summary>Diagnoses everything as <c>diagnose</c> does.</summary>
    /// <exception cref="LogFormatException">A log cannot be read, or there is none.</exception>
    public List<DiagnosisReport> Finish() =>
        [.. LogOpener.Open(path, options).SelectMany(source => DiagnoseCommand.DiagnoseOne(source, request, CancellationToken.None))];

    private IReadOnlyList<LogSource> Sources()
    {
        try
        {
            return LogOpener.Open(path, options);
        }
        catch (Exception exception) when (exception is LogFormatException or IOException)
        {
            // Nothing there yet, or a file was rotated away while it was looked at.
            return [];
        }
    }

    private List<WatchedFinding> Read(LogSource source, CancellationToken cancellation)
    {
        try
        {
            var diagnoses = LogDiagnosis.Diagnose(source, request.Rules, cancellationToken: cancellation);
            return
            [
                .. diagnoses.SelectMany((diagnosis, index) => diagnosis.Findings
                    .Where(finding => finding.Rule.Id != DamagedLog)
                    .Select(finding => new WatchedFinding(source, index, finding))),
            ];
        }
        catch (Exception exception) when (exception is LogFormatException or IOException)
        {
            // Too short to be known yet; the last reading says it when it stays so.
            return [];
        }
    }

    private sealed record Reading(FileMark Mark, HashSet<FindingKey> Pending);
}

/// <summary>A finding of a run that is being watched.</summary>
/// <param name="Source">The log.</param>
/// <param name="Run">Which of its runs, from 0.</param>
/// <param name="Finding">What was found.</param>
internal sealed record WatchedFinding(LogSource Source, int Run, Finding Finding)
{
    /// <summary>Gets what makes two findings of successive readings the same.</summary>
    public FindingKey Key { get; } = new(Source.Path, Source.Name, Run, Finding.Rule.Id, Finding.Severity);
}

/// <summary>What makes two findings of successive readings the same: layers may join a finding later, so they are no part of it.</summary>
internal sealed record FindingKey(string Path, string Name, int Run, string RuleId, Severity Severity);
