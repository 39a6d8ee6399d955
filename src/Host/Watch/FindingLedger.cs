namespace TrainingDoctor.Host.Watch;

/// <summary>Remembers what was told of each run, so that a finding is told when it opens and again only when it grows: to further layers or to a higher severity. Safe for concurrent use.</summary>
internal sealed class FindingLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Run, string Rule), Entry> _entries = [];

    /// <summary>Picks what has not been told yet, and counts it as told.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="report">Its report.</param>
    /// <param name="findings">What is certain of the report's findings.</param>
    public IReadOnlyList<WatchedFinding> TakeNew(string runId, DiagnosisReport report, IReadOnlyList<Finding> findings)
    {
        lock (_lock)
        {
            return [.. findings.Where(finding => IsNew(runId, finding)).Select(finding => new WatchedFinding(runId, report.Run.Name, report.Run.Path, finding, report.HeadlineOf(finding).ToString()))];
        }
    }

    /// <summary>Notes that a finding was told by somebody else, whatever its layers were.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="ruleId">The rule.</param>
    /// <param name="severity">The severity that it had.</param>
    public void Learn(string runId, string ruleId, Severity severity)
    {
        lock (_lock)
        {
            _entries.TryAdd((runId, ruleId), new Entry(severity) { IsHearsay = true });
        }
    }

    /// <summary>Forgets what was told of a run that is looked at no more.</summary>
    /// <param name="runId">The run.</param>
    public void Forget(string runId)
    {
        lock (_lock)
        {
            foreach (var key in _entries.Keys.Where(key => key.Run == runId).ToList())
            {
                _entries.Remove(key);
            }
        }
    }

    private bool IsNew(string runId, Finding finding)
    {
        var key = (runId, finding.Rule.Id);
        bool isKnown = _entries.TryGetValue(key, out var entry);
        entry ??= _entries[key] = new Entry(finding.Severity);
        int layers = entry.Layers.Count;
        entry.Layers.UnionWith(finding.Layers);
        bool isNew = !isKnown || (entry.Layers.Count > layers && !entry.IsHearsay) || finding.Severity > entry.Severity;
        entry.Severity = finding.Severity > entry.Severity ? finding.Severity : entry.Severity;
        entry.IsHearsay = false;
        return isNew;
    }

    private sealed class Entry(Severity severity)
    {
        public Severity Severity { get; set; } = severity;

        public HashSet<string> Layers { get; } = [];

        /// <summary>Gets or sets a value indicating whether only its severity is known, from somebody else.</summary>
        public bool IsHearsay { get; set; }
    }
}

/// <summary>A finding of a run that is being watched.</summary>
/// <param name="RunId">What identifies the run.</param>
/// <param name="RunName">The run's name for people, as a stranger's log gave it.</param>
/// <param name="Path">The log; null when there is none.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Headline">What is wrong, why, and what to do, in a sentence or two.</param>
internal sealed record WatchedFinding(string RunId, string RunName, string? Path, Finding Finding, string Headline);
