using System.Text.Json;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>A stranger's log with what an expert says of it, read once and kept in memory, so that rules can be tried on it again and again.</summary>
/// <param name="Label">What the expert says.</param>
/// <param name="Runs">Its runs; none when it could not be read.</param>
internal sealed record LabelledLog(LogLabel Label, IReadOnlyList<KeptRun> Runs)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Reads the logs of a folder with a <c>labels.json</c>.</summary>
    /// <param name="folder">The folder.</param>
    public static IReadOnlyList<LabelledLog> Read(string folder) =>
        [.. JsonSerializer.Deserialize<List<LogLabel>>(File.ReadAllText(Path.Combine(folder, "labels.json")), Json)!.AsParallel().AsOrdered().Select(label => Read(folder, label))];

    private static LabelledLog Read(string folder, LogLabel label)
    {
        var runs = new List<KeptRun>();
        try
        {
            foreach (var source in LogOpener.Open(Path.Combine(folder, label.File)))
            {
                source.Read((_, scopes) =>
                {
                    runs.Add(new KeptRun(scopes));
                    return runs[^1];
                });
            }
        }
        catch (LogFormatException)
        {
            // Reading is scored elsewhere; a log that cannot be read is caught by nobody.
        }

        return new LabelledLog(label, runs);
    }
}

/// <summary>What an expert says of a log.</summary>
internal sealed record LogLabel
{
    public required string File { get; init; }

    public required string Kind { get; init; }

    public string? Grade { get; init; }

    public IReadOnlyList<string>? Expect { get; init; }

    public IReadOnlyList<string>? Acceptable { get; init; }

    public IReadOnlyList<string>? MustNot { get; init; }

    public LogOrigin? Source { get; init; }

    /// <summary>Gets the field that the run is of, where ordinary losses do not tell how it goes: post-training, reinforcement learning, generators; null for others.</summary>
    public string? Domain { get; init; }

    /// <summary>Gets the repository, by which logs are held out together: those of one author are alike.</summary>
    public string Repository => Source?.Repo ?? string.Join('/', Path.GetFileName(File.TrimEnd('/')).Split("__").Skip(1).Take(2));
}

/// <summary>Where a log comes from.</summary>
/// <param name="Repo">The repository.</param>
internal sealed record LogOrigin(string? Repo);

/// <summary>One run in memory.</summary>
/// <param name="scopes">Its scopes.</param>
internal sealed class KeptRun(ScopeTable scopes) : IMeasurementSink
{
    private readonly List<Measurement> _measurements = [];

    public ScopeTable Scopes => scopes;

    public RunDescription Description { get; private set; } = new();

    public IReadOnlyList<Measurement> Measurements => _measurements;

    public void Begin(RunDescription run) => Description = run;

    public void Update(RunDescription run) => Description = run;

    public void Observe(in Measurement measurement) => _measurements.Add(measurement);

    public void Complete()
    {
    }

    /// <summary>Diagnoses the run.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="changed">Other measurements instead of its own; null for its own.</param>
    public RunDiagnosis Diagnose(RuleSet rules, IEnumerable<Measurement>? changed = null)
    {
        var engine = new RuleEngine(rules, scopes);
        PlayTo(engine, changed);
        return engine.Diagnose();
    }

    /// <summary>Plays the run to a sink, without ending it.</summary>
    /// <param name="sink">The sink.</param>
    /// <param name="changed">Other measurements instead of its own; null for its own.</param>
    public void PlayTo(IMeasurementSink sink, IEnumerable<Measurement>? changed = null)
    {
        sink.Begin(Description);
        foreach (var measurement in changed ?? _measurements)
        {
            sink.Observe(measurement);
        }
    }
}
