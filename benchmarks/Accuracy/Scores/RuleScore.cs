using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>The figures of one rule, over all runs that count.</summary>
internal sealed record RuleScore
{
    public required string Rule { get; init; }

    /// <summary>Gets the number of ill runs in which the rule is among the expected.</summary>
    public int Expected { get; init; }

    /// <summary>Gets the number of those in which it fired.</summary>
    public int Found { get; init; }

    /// <summary>Gets the number of ill runs in which it fired at warning or above and belongs to what is known of the program.</summary>
    public int Right { get; init; }

    /// <summary>Gets the number of ill runs in which it fired at warning or above, as a root, and does not belong.</summary>
    public int Unexpected { get; init; }

    /// <summary>Gets the number of healthy runs in which it fired at warning or above.</summary>
    public int FalseAlarms { get; init; }

    /// <summary>Gets the number of runs in which it could not judge.</summary>
    public int NotEvaluated { get; init; }

    /// <summary>Gets the median share of the run from onset to its finding.</summary>
    public double? MedianDelay { get; init; }

    public double Recall => Expected > 0 ? Found / (double)Expected : double.NaN;

    public double Precision => Right + Unexpected + FalseAlarms > 0 ? Right / (double)(Right + Unexpected + FalseAlarms) : double.NaN;

    public static RuleScore Of(string rule, IReadOnlyList<ScoredRun> runs)
    {
        var expecting = runs.Where(run => run.IsIll && run.Program.Truth.Expected.Contains(rule)).ToList();
        var fired = runs.Where(run => Fires(run, rule)).ToList();
        double[] delays =
        [
            .. expecting.SelectMany(run => run.Catches.Where(finding => finding.Rule == rule)
                .Select(finding => Math.Clamp((finding.DetectedAt - run.Program.Truth.OnsetStep) / (double)Math.Max(1, run.Record.Steps), 0, 1))).Order(),
        ];
        return new RuleScore
        {
            Rule = rule,
            Expected = expecting.Count,
            Found = expecting.Count(run => run.Catches.Any(finding => finding.Rule == rule)),
            Right = fired.Count(run => run.IsIll && run.Allows(rule)),
            Unexpected = fired.Count(run => run.IsIll && !run.Allows(rule) && run.Record.Findings.Any(finding => finding.Rule == rule && !finding.IsConsequence)),
            FalseAlarms = runs.Count(run => run.FalseAlarms.Any(finding => finding.Rule == rule)),
            NotEvaluated = runs.Count(run => run.Record.NotEvaluated.Contains(rule)),
            MedianDelay = delays.Length > 0 ? delays[delays.Length / 2] : null,
        };
    }

    private static bool Fires(ScoredRun run, string rule) => run.Record.Findings.Any(finding => finding.Rule == rule && finding.Severity >= Severity.Warning);
}
