namespace TrainingDoctor.Host.Watch;

/// <summary>Remembers what was told of each run, so that a finding is told when it opens and again only when it grows: to further layers or to a higher severity.</summary>
internal sealed class FindingLedger
{
    private readonly Dictionary<(string Run, string Rule), Entry> _entries = [];

    /// <summary>Picks what has not been told yet, and counts it as told.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="report">Its report.</param>
    /// <param name="findings">What is certain of the report's findings.</param>
    public IReadOnlyList<WatchedFinding> TakeNew(string runId, DiagnosisReport report, IReadOnlyList<Finding> findings)
    {
        var fresh = new List<WatchedFinding>();
        foreach (var finding in findings)
        {
            var key = (runId, finding.Rule.Id);
            bool isKnown = _entries.TryGetValue(key, out var entry);
            entry ??= _entries[key] = new Entry(finding.Severity, []);
            int layers = entry.Layers.Count;
            entry.Layers.UnionWith(finding.Layers);
            if (!isKnown || entry.Layers.Count > layers || finding.Severity > entry.Severity)
            {
                entry.Severity = finding.Severity > entry.Severity ? finding.Severity : entry.Severity;
                fresh.Add(new WatchedFinding(runId, report.Run.Name, report.Run.Path, finding, report.HeadlineOf(finding).ToString()));
            }
        }

        return fresh;
    }

    private sealed class Entry(Severity severity, HashSet<string> layers)
    {
        public Severity Severity { get; set; } = severity;

        public HashSet<string> Layers { get; } = layers;
    }
}

/// <summary>A finding of a run that is being watched.</summary>
/// <param name="RunId">What identifies the run.</param>
/// <param name="RunName">The run's name for people, as a stranger's log gave it.</param>
/// <param name="Path">The log; null when there is none.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Headline">What is wrong, why, and what to do, in a sentence or two.</param>
internal sealed record WatchedFinding(string RunId, string RunName, string? Path, Finding Finding, string Headline);
