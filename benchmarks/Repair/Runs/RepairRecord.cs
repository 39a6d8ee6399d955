namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>What came of one program with one seed.</summary>
internal sealed record RepairRecord
{
    public required string Program { get; init; }

    public required int Seed { get; init; }

    /// <summary>Gets the fault of the benchmark or of the program itself; null when it ran.</summary>
    public string? Failure { get; init; }

    /// <summary>Gets a value indicating whether the run carries the label of its program.</summary>
    public bool Holds { get; init; }

    public Judgement? Before { get; init; }

    public Attempt? Doctor { get; init; }

    public Attempt? AutoTrainer { get; init; }

    /// <summary>Gets what <c>traindoctor cure</c> made of the program as a process with a monitor; null where it was not asked.</summary>
    public Attempt? Foreign { get; init; }

    /// <summary>Gets the same for a process with flags and a CSV alone.</summary>
    public Attempt? Plain { get; init; }

    public Attempt? Random { get; init; }

    public Attempt? Parzen { get; init; }

    public double Seconds { get; init; }
}

/// <summary>What a repairer made of a program.</summary>
internal sealed record Attempt
{
    /// <summary>Gets how the training that it kept came out; null when it kept the program as it was.</summary>
    public Judgement? After { get; init; }

    public bool IsRepaired { get; init; }

    /// <summary>Gets what it cost, in whole trainings, the first included.</summary>
    public double Cost { get; init; }

    /// <summary>Gets after how many trainings it came to the skill that the doctor came to; null where the doctor repaired nothing, or for who is not asked.</summary>
    public double? ToTheDoctorsSkill { get; init; }

    /// <summary>Gets a value indicating whether everything that it changed is a setting that programs have flags for.</summary>
    public bool IsOfFlags { get; init; }

    /// <summary>Gets what it changed.</summary>
    public string? Repair { get; init; }

    /// <summary>Gets what else it tried, or why it tried nothing.</summary>
    public string? Note { get; init; }
}
