using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>What came of one program with one seed, under the doctor and under the baselines.</summary>
internal sealed record RunRecord
{
    /// <summary>Gets the program's name.</summary>
    public required string Program { get; init; }

    /// <summary>Gets the seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Gets a value indicating whether the run carries the label of its program.</summary>
    public bool Holds { get; init; }

    /// <summary>Gets the fault of the benchmark or of the program itself; null when it ran.</summary>
    public string? Failure { get; init; }

    /// <summary>Gets the number of steps.</summary>
    public int Steps { get; init; }

    /// <summary>Gets what the model knew beyond a constant at the end.</summary>
    public double? Skill { get; init; }

    /// <summary>Gets the wall-clock time.</summary>
    public double Seconds { get; init; }

    /// <summary>Gets the findings of the doctor, the primary first.</summary>
    public IReadOnlyList<RecordedFinding> Findings { get; init; } = [];

    /// <summary>Gets what the findings say that was not measured so, a line each.</summary>
    public IReadOnlyList<string> QuotationFaults { get; init; } = [];

    /// <summary>Gets what of the remedies contradicts itself, a line each.</summary>
    public IReadOnlyList<string> Contradictions { get; init; } = [];

    /// <summary>Gets the rules that could not judge.</summary>
    public IReadOnlyList<string> NotEvaluated { get; init; } = [];

    /// <summary>Gets the alarms of each baseline.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Alarm>> Baselines { get; init; } = new Dictionary<string, IReadOnlyList<Alarm>>();
}

/// <summary>One finding, as far as it is scored.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Severity">How serious it is.</param>
/// <param name="DetectedAt">The number of steps taken when it was opened; all of them when it came at the end.</param>
/// <param name="IsPrimary">Whether it is the primary one.</param>
/// <param name="IsConsequence">Whether it follows from another.</param>
/// <param name="Causes">Its causes, most likely first.</param>
/// <param name="Message">What was observed.</param>
internal sealed record RecordedFinding(string Rule, Severity Severity, int DetectedAt, bool IsPrimary, bool IsConsequence, IReadOnlyList<Cause> Causes, string Message)
{
    /// <summary>Gets how likely the first cause is said to be; 0 when there is none.</summary>
    public double FirstLikelihood { get; init; }
}

/// <summary>One alarm of a baseline.</summary>
/// <param name="Name">The baseline's own name of the trouble.</param>
/// <param name="Rules">The rules of the catalogue that mean the same.</param>
/// <param name="Step">The step at which it was raised.</param>
internal sealed record Alarm(string Name, IReadOnlyList<string> Rules, long Step);
