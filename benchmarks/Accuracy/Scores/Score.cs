namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>The figures of one half of the corpus, or of all of it.</summary>
internal sealed record Score
{
    public required string Half { get; init; }

    public int IllRuns { get; init; }

    public int HealthyRuns { get; init; }

    public double Recall { get; init; }

    public double Precision { get; init; }

    public double HealthyWithWarning { get; init; }

    public double HealthyWithError { get; init; }

    public double FalseAlarmsPerHealthyRun { get; init; }

    public double PrimaryAccuracy { get; init; }

    public double CauseTop1 { get; init; }

    public double CauseTop2 { get; init; }

    public double MedianDelay { get; init; }

    /// <summary>Gets how many statements of all runs are not so, counted or not.</summary>
    public int QuotationFaults { get; init; }

    /// <summary>Gets how many contradictions the remedies of all runs hold, counted or not.</summary>
    public int Contradictions { get; init; }

    public IReadOnlyList<BaselineScore> Baselines { get; init; } = [];

    public static Score Of(string half, IEnumerable<ScoredRun> all)
    {
        all = [.. all];
        var runs = all.Where(run => run.Counts).ToList();
        var ill = runs.Where(run => run.IsIll).ToList();
        var healthy = runs.Where(run => !run.IsIll).ToList();
        var serious = ill.Where(run => run.IsSerious).ToList();
        double[] delays = [.. ill.Select(run => run.Delay).OfType<double>().Order()];
        int caught = ill.Count(run => run.IsCaught);
        int alarmed = healthy.Count(run => run.FalseAlarms.Any());
        return new Score
        {
            Half = half,
            IllRuns = ill.Count,
            HealthyRuns = healthy.Count,
            Recall = Share(ill, run => run.IsCaught),
            Precision = caught + alarmed > 0 ? caught / (double)(caught + alarmed) : double.NaN,
            HealthyWithWarning = Share(healthy, run => run.FalseAlarms.Any()),
            HealthyWithError = Share(healthy, run => run.FalseAlarms.Any(finding => finding.Severity == Severity.Error)),
            FalseAlarmsPerHealthyRun = healthy.Count > 0 ? healthy.Average(run => run.FalseAlarms.Count()) : double.NaN,
            PrimaryAccuracy = Share(serious, run => run.IsPrimaryRight),
            CauseTop1 = Share(ill.Where(run => run.JudgesCauses), run => run.HasCause(1)),
            CauseTop2 = Share(ill.Where(run => run.JudgesCauses), run => run.HasCause(2)),
            MedianDelay = delays.Length > 0 ? delays[delays.Length / 2] : double.NaN,
            QuotationFaults = all.Sum(run => run.Record.QuotationFaults.Count),
            Contradictions = all.Sum(run => run.Record.Contradictions.Count),
            Baselines = [.. runs.SelectMany(run => run.Record.Baselines.Keys).Distinct().Select(name => new BaselineScore(
                name, Share(ill, run => run.IsCaughtBy(name)), Share(ill, run => run.IsAlarmedBy(name)), Share(healthy, run => run.IsAlarmedBy(name))))],
        };
    }

    private static double Share(IEnumerable<ScoredRun> runs, Func<ScoredRun, bool> predicate)
    {
        var list = runs.ToList();
        return list.Count > 0 ? list.Count(predicate) / (double)list.Count : double.NaN;
    }
}

/// <summary>The figures of one published detector.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Recall">The share of ill runs in which it named what is expected.</param>
/// <param name="AnyAlarm">The share of ill runs in which it raised any alarm.</param>
/// <param name="FalseAlarms">The share of healthy runs in which it raised an alarm.</param>
internal sealed record BaselineScore(string Name, double Recall, double AnyAlarm, double FalseAlarms);
