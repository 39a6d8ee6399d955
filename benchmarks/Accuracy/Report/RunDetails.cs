using System.Globalization;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>Writes every run that was judged wrong, with what was found in it: where the work on a rule begins.</summary>
internal static class RunDetails
{
    public static void Write(IEnumerable<ScoredRun> runs, TextWriter writer)
    {
        foreach (var run in runs.OrderBy(run => run.Program.Name, StringComparer.Ordinal).ThenBy(run => run.Record.Seed))
        {
            foreach (string fault in run.Record.QuotationFaults)
            {
                writer.WriteLine($"NOT SO: {run.Program.Name} seed {run.Record.Seed}: {fault}");
            }

            foreach (string contradiction in run.Record.Contradictions)
            {
                writer.WriteLine($"CONTRADICTS ITSELF: {run.Program.Name} seed {run.Record.Seed}: {contradiction}");
            }

            if (Verdict(run) is { } verdict)
            {
                Write(run, verdict, writer);
            }
        }
    }

    private static string? Verdict(ScoredRun run)
    {
        if (!run.Counts)
        {
            return run.Program.IsContested || run.Record.Failure is not null ? null : "LABEL DOES NOT HOLD";
        }

        if (!run.IsIll)
        {
            return run.FalseAlarms.Any() ? "FALSE ALARM" : null;
        }

        return !run.IsCaught ? "MISSED"
            : run.IsSerious && !run.IsPrimaryRight ? "WRONG PRIMARY"
            : run.JudgesCauses && !run.HasCause(2) ? "WRONG CAUSE"
            : null;
    }

    private static void Write(ScoredRun run, string verdict, TextWriter writer)
    {
        var truth = run.Program.Truth;
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{verdict}: {run.Program.Name} seed {run.Record.Seed} ({run.Split}; {run.Record.Steps} steps, skill {run.Record.Skill:F2}); expected {string.Join(", ", truth.Expected)}; causes {string.Join(", ", truth.Causes)}"));
        foreach (var finding in run.Record.Findings)
        {
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"    {(finding.IsPrimary ? "* " : finding.IsConsequence ? "  > " : "  ")}{finding.Severity} {finding.Rule} at {finding.DetectedAt} [{string.Join(", ", finding.Causes)}]: {finding.Message}"));
        }
    }
}
