using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Reporting;

/// <summary>Decides whether the program exits with 1, and says in one line why.</summary>
/// <param name="policy">When it does.</param>
internal sealed class Gate(FailPolicy policy)
{
    private const int MostNamed = 12;
    private const int MostRuns = 3;

    /// <summary>Judges the runs of one command.</summary>
    /// <param name="reports">Their reports, compared with the baseline where there is one.</param>
    /// <returns>What came of it.</returns>
    public GateOutcome Judge(IReadOnlyList<DiagnosisReport> reports)
    {
        var missing = reports.SelectMany(report => Missing(report, reports.Count > 1)).ToList();
        var counted = reports.SelectMany(report => report.Findings.Where(finding => Counts(report, finding)).Select(finding => (report, finding))).ToList();
        var inconclusive = reports.Where(report => report.Verdict == Verdict.Inconclusive).ToList();
        bool fails = counted.Count > 0 || missing.Count > 0 || (policy.OnInconclusive && inconclusive.Count > 0);
        string? reason = Reason(reports, counted, inconclusive, missing.Count, fails);
        return new GateOutcome(fails, missing, reason, inconclusive.Count > 0);
    }

    private bool Counts(DiagnosisReport report, Finding finding) =>
        policy.Threshold is { } threshold && finding.Severity >= threshold && (!policy.OnlyNew || report.Baseline?.IsNew(finding.Id) is not false);

    private IEnumerable<string> Missing(DiagnosisReport report, bool isNamed)
    {
        foreach (var entry in policy.Required)
        {
            var status = report.Rules.FirstOrDefault(status => status.Rule.Id == entry.Descriptor.Id);
            if (status?.Outcome is not (RuleOutcome.Passed or RuleOutcome.Found))
            {
                string run = isNamed ? $"{NameOf(report)}: " : string.Empty;
                yield return $"{run}required rule {entry.Descriptor.Id} ({entry.Descriptor.Name}) was not evaluated: {status?.Reason?.ToString() ?? "it is not part of this diagnosis"}";
            }
        }
    }

    private string? Reason(IReadOnlyList<DiagnosisReport> reports, List<(DiagnosisReport Report, Finding Finding)> counted, List<DiagnosisReport> inconclusive, int missing, bool fails)
    {
        var parts = new List<string>();
        if (policy.Threshold is { } threshold)
        {
            parts.Add(counted.Count > 0 ? Failing(reports, counted) : $"no {(policy.OnlyNew ? "new " : string.Empty)}finding at {KebabCase.Of(threshold)}{(threshold == Severity.Error ? string.Empty : " or above")}");
            if (Against(reports) is { } against)
            {
                parts[0] += against;
            }

            if (counted.Count > 0)
            {
                parts[0] += $": {Named(counted.Select(item => item.Finding.Rule.Id))}";
            }
        }

        if (missing > 0)
        {
            parts.Add(missing == 1 ? "1 required rule was not evaluated" : FormattableString.Invariant($"{missing} required rules were not evaluated"));
        }

        if (inconclusive.Count > 0)
        {
            string which = reports.Count == 1 ? "the run is inconclusive" : FormattableString.Invariant($"{inconclusive.Count} of {reports.Count} runs {(inconclusive.Count == 1 ? "is" : "are")} inconclusive ({Named(inconclusive.Select(NameOf), MostRuns)})");
            string counts = policy.OnInconclusive ? string.Empty : " (counted with --fail-on-inconclusive)";
            parts.Add($"{which}: {Why(inconclusive)}{counts}");
        }

        return parts.Count == 0 ? null : $"{(fails ? "failed" : "passed")}: {string.Join("; ", parts)}";
    }

    /// <summary>The reason where there is one; that of each stands in its report.</summary>
    private static string Why(List<DiagnosisReport> inconclusive) =>
        inconclusive.Select(report => report.Diagnosis.Reason?.ToString()).Distinct().ToList() is [{ } reason] ? reason.TrimEnd('.') : "too little was measured to judge";

    private string Failing(IReadOnlyList<DiagnosisReport> reports, List<(DiagnosisReport Report, Finding Finding)> counted)
    {
        string kinds = string.Join(", ", counted.GroupBy(item => item.Finding.Severity).OrderByDescending(group => group.Key).Select(group => Count(group.Count(), (policy.OnlyNew ? "new " : string.Empty) + KebabCase.Of(group.Key))));
        int runs = counted.Select(item => item.Report).Distinct(ReferenceEqualityComparer.Instance).Count();
        return reports.Count == 1 ? kinds : FormattableString.Invariant($"{kinds} in {runs} of {reports.Count} runs");
    }

    /// <summary>How everything that was found stands to the baseline, whatever counts.</summary>
    private string? Against(IReadOnlyList<DiagnosisReport> reports)
    {
        var pairs = reports.Where(report => report.Baseline is not null).SelectMany(report => report.Baseline!.Pairs).ToList();
        if (reports.All(report => report.Baseline is null))
        {
            return null;
        }

        int Of(params FindingChange[] changes) => pairs.Count(pair => changes.Contains(pair.Change));
        string file = reports.Select(report => report.BaselinePath).FirstOrDefault(path => path is not null) ?? "the baseline";
        return policy.OnlyNew && Of(FindingChange.New, FindingChange.Worse) > 0
            ? $" against {file}"
            : FormattableString.Invariant($" against {file} ({Of(FindingChange.New, FindingChange.Worse)} new, {Of(FindingChange.Unchanged)} known, {Of(FindingChange.Fixed)} fixed)");
    }

    private static string NameOf(DiagnosisReport report) => report.Run.Path ?? report.Run.Name;

    private static string Count(int count, string noun) => FormattableString.Invariant($"{count} {noun}{(count == 1 || noun.EndsWith("info", StringComparison.Ordinal) ? string.Empty : "s")}");

    private static string Named(IEnumerable<string> names, int most = MostNamed)
    {
        var distinct = names.Distinct().ToList();
        return string.Join(", ", distinct.Take(most)) + (distinct.Count > most ? FormattableString.Invariant($" and {distinct.Count - most} more") : string.Empty);
    }
}

/// <summary>What came of judging runs.</summary>
/// <param name="Fails">Whether the program must exit with 1.</param>
/// <param name="Missing">A line for each required rule that was not evaluated.</param>
/// <param name="Reason">Why it fails or passes, in one line; null when nothing was asked.</param>
/// <param name="IsInconclusive">Whether a run could not be judged.</param>
internal sealed record GateOutcome(bool Fails, IReadOnlyList<string> Missing, string? Reason, bool IsInconclusive)
{
    /// <summary>Tells it.</summary>
    /// <param name="terminal">Takes the lines.</param>
    /// <param name="isQuiet">Whether only what went wrong is told.</param>
    public void Tell(Terminal terminal, bool isQuiet)
    {
        foreach (string line in Missing)
        {
            terminal.WriteError(line);
        }

        if (Reason is not null && (Fails || IsInconclusive || !isQuiet))
        {
            terminal.WriteError(Reason);
        }
    }
}
