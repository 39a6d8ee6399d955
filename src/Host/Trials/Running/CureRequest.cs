using TrainingDoctor.Host.Processes;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Trials.Running;

/// <summary>What is to be cured, and how.</summary>
/// <param name="Command">The command that trains.</param>
/// <param name="Folder">Where trials, logs and reports go.</param>
internal sealed record CureRequest(ForeignCommand Command, string Folder)
{
    /// <summary>Gets the logs that the command writes: files, folders or patterns; empty for what it prints.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>Gets how logs are read.</summary>
    public LogReadOptions Reading { get; init; } = new();

    /// <summary>Gets what trials may cost.</summary>
    public TrialBudget Budget { get; init; } = TrialBudget.Parse(null);

    /// <summary>Gets how many trials run at a time.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Gets a value indicating whether every training runs in a copy of the working folder.</summary>
    public bool Copies { get; init; }

    /// <summary>Gets a value indicating whether trials stand still while others are compared; otherwise they are ended and run again.</summary>
    public bool Pauses { get; init; } = TrialProcess.CanPause;

    /// <summary>Gets how long a training may give no sign of life.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets the seed that every training is given; null for the program's own.</summary>
    public int? Seed { get; init; }

    /// <summary>Gets a value indicating whether a second seed has to confirm what won.</summary>
    public bool Confirms { get; init; } = true;

    /// <summary>Gets how to try.</summary>
    public RemedyTrialOptions Search { get; init; } = new();
}
