namespace TrainingDoctor;

/// <summary>What is known of a run before its first measurement.</summary>
public sealed record RunDescription
{
    /// <summary>Gets the name of the run.</summary>
    public string Name { get; init; } = "run";

    /// <summary>Gets where the measurements come from: <c>live</c>, <c>jsonl</c>, <c>csv</c>, <c>tensorboard</c>, …</summary>
    public string Source { get; init; } = "live";

    /// <summary>Gets the file or folder that the run was read from; null for live runs.</summary>
    public string? Path { get; init; }

    /// <summary>Gets the task, when it is known.</summary>
    public TrainingTask? Task { get; init; }

    /// <summary>Gets the framework that trains, e.g. <c>huggingface</c>; null where nothing tells.</summary>
    public string? Framework { get; init; }

    /// <summary>Gets what the training starts from and how it computes; null where nothing tells.</summary>
    public RunSituation? Situation { get; init; }

    /// <summary>Gets what the configuration beside the log says, by name, in the words that stand there; empty where there is none.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the commit of the program that trains; null where nothing tells. What was not committed is not in it.</summary>
    public string? Commit { get; init; }

    /// <summary>Gets the device that the model trains on, e.g. <c>cpu</c>, <c>cuda:0</c>; null where a log does not tell.</summary>
    public string? Device { get; init; }

    /// <summary>Gets when the run began; null where a log does not tell.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets the number of steps the run was meant to take, when it is known.</summary>
    public long? PlannedSteps { get; init; }

    /// <summary>Gets the structure of the model; null for logs of other frameworks.</summary>
    public ModelDescription? Model { get; init; }

    /// <summary>Gets the optimizer, when the monitor was given it.</summary>
    public OptimizerDescription? Optimizer { get; init; }

    /// <summary>Gets the loss, when the monitor was given it.</summary>
    public LossDescription? Loss { get; init; }

    /// <summary>Gets places in the source of the program that trains; empty where none is known.</summary>
    public IReadOnlyList<SourcePlace> Places { get; init; } = [];

    /// <summary>Gets what a preflight saw of the program that no number tells; null for runs that train.</summary>
    public PreflightDescription? Preflight { get; init; }

    /// <summary>Gets how the log was read; null for live runs and recorded telemetry.</summary>
    public LogDescription? Log { get; init; }
}
