namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>Whether each rule that is expected of programs finds the fault of one of them, and not in its repaired twin.</summary>
internal static class RuleProof
{
    /// <summary>Lists the rules that no program proves.</summary>
    /// <param name="runs">The runs of all programs.</param>
    /// <returns>A line for each, with the programs that were meant to.</returns>
    public static IReadOnlyList<string> Missing(IReadOnlyList<ScoredRun> runs)
    {
        var judged = runs.Where(run => run.Record.Failure is null && !run.Program.IsContested).ToList();
        var ill = judged.Where(run => run.IsIll).ToList();
        return
        [
            .. ill.SelectMany(run => run.Program.Truth.Expected).Intersect(RuleCatalog.All.Select(entry => entry.Descriptor.Name)).Order(StringComparer.Ordinal)
                .Select(rule => (Rule: rule, Meant: ill.Where(run => run.Program.Truth.Expected.Contains(rule)).ToList()))
                .Where(rule => !rule.Meant.Exists(run => Finds(run, rule.Rule, run.Program.Truth.CaughtAt) && !TwinsOf(run).Any(twin => Finds(twin, rule.Rule, run.Program.Truth.CaughtAt))))
                .Select(rule => $"{rule.Rule} ({string.Join(", ", rule.Meant.Select(run => run.Program.Name).Distinct())})"),
        ];

        IEnumerable<ScoredRun> TwinsOf(ScoredRun run) => judged.Where(other => !other.IsIll && other.Record.Seed == run.Record.Seed && other.Program.Name.StartsWith(run.Program.Name + "/", StringComparison.Ordinal));
    }

    private static bool Finds(ScoredRun run, string rule, Severity least) => run.Record.Findings.Any(finding => finding.Rule == rule && finding.Severity >= least);
}
