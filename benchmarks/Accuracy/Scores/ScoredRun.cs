using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>A run beside the truth about its program.</summary>
/// <param name="Program">The program.</param>
/// <param name="Record">What came of the run.</param>
internal sealed record ScoredRun(CorpusProgram Program, RunRecord Record)
{
    private GroundTruth Truth => Program.Truth;

    /// <summary>Gets a value indicating whether the run counts: it ran, carries its label, and the label is not contested.</summary>
    public bool Counts => Record.Failure is null && Record.Holds && !Program.IsContested;

    public bool IsIll => Truth.IsIll;

    /// <summary>Gets a value indicating whether the illness is one of which a person should be warned, not only info.</summary>
    public bool IsSerious => Truth.CaughtAt >= Severity.Warning;

    public bool IsHeldOut => TrainingCorpus.IsHeldOut(Program);

    public bool IsReported => TrainingCorpus.IsReported(Program);

    /// <summary>Gets the part of the corpus that the program belongs to.</summary>
    public string Split => IsHeldOut ? "held-out" : IsReported ? "reported" : IsForTuning ? "tuning" : "validation";

    public bool IsForTuning => TrainingCorpus.IsForTuning(Program);

    public RecordedFinding? Primary => Record.Findings.FirstOrDefault(finding => finding.IsPrimary);

    /// <summary>Gets the findings that catch the illness.</summary>
    public IEnumerable<RecordedFinding> Catches => Record.Findings.Where(finding => finding.Severity >= Truth.CaughtAt && Truth.Expected.Contains(finding.Rule));

    public bool IsCaught => Catches.Any();

    /// <summary>Gets the findings that a healthy run should not have.</summary>
    public IEnumerable<RecordedFinding> FalseAlarms => IsIll ? [] : Record.Findings.Where(finding => finding.Severity >= Severity.Warning && !Truth.Acceptable.Contains(finding.Rule));

    public bool IsPrimaryRight => Primary is { } primary && (Truth.Expected.Contains(primary.Rule) || Truth.Contributing.Contains(primary.Rule));

    /// <summary>Gets the steps that passed from the onset until the illness was detected; null where it was not.</summary>
    public int? DelaySteps => Catches.Any() ? (int)Math.Max(0, Catches.Min(finding => finding.DetectedAt) - Truth.OnsetStep) : null;

    /// <summary>Gets the share of the run, after its onset, that passed until the illness was detected.</summary>
    public double? Delay => Catches.Any()
        ? Math.Clamp((Catches.Min(finding => finding.DetectedAt) - Truth.OnsetStep) / (double)Math.Max(1, Record.Steps), 0, 1)
        : null;

    public bool HasCause(int first) => Primary is { } primary && primary.Causes.Take(first).Any(Truth.Causes.Contains);

    public bool JudgesCauses => IsIll && IsSerious && Truth.Causes.Count > 0;

    /// <summary>Tells whether a finding of a rule at warning or above belongs to what is known of the program.</summary>
    public bool Allows(string rule) => Truth.Expected.Contains(rule) || Truth.Contributing.Contains(rule) || Truth.Acceptable.Contains(rule);

    /// <summary>Tells whether a baseline's alarms name what is expected.</summary>
    public bool IsCaughtBy(string baseline) => Record.Baselines.GetValueOrDefault(baseline)?.Any(alarm => alarm.Rules.Any(Truth.Expected.Contains)) ?? false;

    /// <summary>Tells whether a baseline raised any alarm; on healthy runs, one that is not acceptable.</summary>
    public bool IsAlarmedBy(string baseline) => Record.Baselines.GetValueOrDefault(baseline)?.Any(alarm => IsIll || !alarm.Rules.Any(Truth.Acceptable.Contains)) ?? false;
}
