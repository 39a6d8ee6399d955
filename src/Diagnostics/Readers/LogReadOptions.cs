namespace TrainingDoctor.Readers;

/// <summary>How logs are read.</summary>
public sealed record LogReadOptions
{
    /// <summary>Gets the format.</summary>
    /// <value>The default is <see cref="LogFormat.Auto"/>: decided by content.</value>
    public LogFormat Format { get; init; } = LogFormat.Auto;

    /// <summary>Gets which column plays which role, where names are not understood by themselves: role to column.</summary>
    /// <value>Empty by default. Roles are outside names of metrics (<c>loss</c>, <c>validation_loss</c>, <c>learning_rate</c>, …), and <c>step</c>.</value>
    public IReadOnlyDictionary<string, string> Roles { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets what is trained for; null to tell by the columns.</summary>
    /// <value>The default is null.</value>
    public TrainingTask? Task { get; init; }

    /// <summary>Gets the framework that wrote the log, by its name; null where its columns are to tell.</summary>
    /// <value>Null by default. Remedies are given as this framework says them.</value>
    public string? Framework { get; init; }

    /// <summary>Gets how many bytes a compressed log may expand to for each of its own.</summary>
    /// <value>The default is 1,000, the most that honest logs come near to.</value>
    public int MaximumExpansion { get; init; } = 1000;

    /// <summary>Gets how many threads may parse one log.</summary>
    /// <value>The default is the number of processors, at most 4.</value>
    public int Parallelism { get; init; } = Math.Min(4, Environment.ProcessorCount);

    /// <summary>Gets where the number of bytes read so far is told, from time to time.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>Gets a value indicating whether the log is still being written, so that a last line without its end waits instead of counting.</summary>
    /// <value>The default is false.</value>
    public bool IsGrowing { get; init; }

    /// <summary>Gets how many runs of one log are read; further ones are counted, and a note says how many there are.</summary>
    /// <value>The default is 50.</value>
    public int MaximumRuns { get; init; } = 50;

    /// <summary>Gets what takes down what every number of the log was taken for, at the cost of a slower reading; null to keep no account.</summary>
    /// <value>Null, the default, keeps no account.</value>
    public ReadingAccount? Account { get; init; }

    /// <summary>Gets what tells whether a file may be opened, by its path: logs of a folder and the configuration beside a log alike; null where all may.</summary>
    /// <value>Null by default.</value>
    public Func<string, bool>? MayRead { get; init; }

    /// <summary>Gets what the configuration beside the log says is trained for, where neither the user nor the columns tell; null where it does not say.</summary>
    internal TrainingTask? TaskBeside { get; init; }

    /// <summary>Gets a value indicating whether the log is that of one rank, whose weights and times are compared with those of others.</summary>
    internal bool IsRank { get; init; }
}
