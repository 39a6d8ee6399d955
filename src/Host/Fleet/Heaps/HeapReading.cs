using Newtonsoft.Json;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Fleet.Heaps;

/// <summary>How the logs of a heap are read: what a command line says of it.</summary>
/// <param name="Format">The format.</param>
/// <param name="Roles">Which column plays which role.</param>
/// <param name="Task">What is trained for; null to tell by the columns.</param>
/// <param name="Framework">The framework; null to tell by the columns.</param>
/// <param name="MaximumRuns">How many runs of one log are read.</param>
internal sealed record HeapReading(LogFormat Format, IReadOnlyDictionary<string, string> Roles, TrainingTask? Task, string? Framework, int MaximumRuns)
{
    /// <summary>Writes options, without what concerns the machine that reads.</summary>
    /// <param name="options">The options.</param>
    public static string Write(LogReadOptions options) => JsonConvert.SerializeObject(new HeapReading(options.Format, options.Roles, options.Task, options.Framework, options.MaximumRuns));

    /// <summary>Reads options.</summary>
    /// <param name="json">What <see cref="Write"/> gave.</param>
    public static LogReadOptions Read(string json)
    {
        var reading = JsonConvert.DeserializeObject<HeapReading>(json)!;
        return new LogReadOptions { Format = reading.Format, Roles = reading.Roles, Task = reading.Task, Framework = reading.Framework, MaximumRuns = reading.MaximumRuns };
    }
}
