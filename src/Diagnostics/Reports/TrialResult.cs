namespace TrainingDoctor;

/// <summary>What came of trying a remedy: the same program with the same seed, once as it was and once with the remedy.</summary>
public sealed record TrialResult
{
    /// <summary>Gets a value indicating whether all actions of the remedy could be applied without touching the user's code.</summary>
    public required bool IsApplied { get; init; }

    /// <summary>Gets a value indicating whether the problem was gone and the score not worse.</summary>
    public required bool IsCured { get; init; }

    /// <summary>Gets the metric that both were judged by; null when none could be measured.</summary>
    public Metric? JudgedBy { get; init; }

    /// <summary>Gets the metric's value without the remedy; null when it was not measured.</summary>
    public double? Before { get; init; }

    /// <summary>Gets the metric's value with the remedy; null when it was not measured.</summary>
    public double? After { get; init; }

    /// <summary>Gets the verdict with the remedy; null when the remedy could not be tried.</summary>
    public Verdict? VerdictAfter { get; init; }

    /// <summary>Gets the steps that the trial trained for.</summary>
    public long Steps { get; init; }

    /// <summary>Gets what could not be applied, or why the trial ended early; null when there is nothing to say.</summary>
    public Text? Note { get; init; }

    /// <summary>Gets the training loss without the remedy, thinned out.</summary>
    public IReadOnlyList<Reports.SeriesPoint> LossBefore { get; init; } = [];

    /// <summary>Gets the training loss with the remedy, thinned out.</summary>
    public IReadOnlyList<Reports.SeriesPoint> LossAfter { get; init; } = [];
}
