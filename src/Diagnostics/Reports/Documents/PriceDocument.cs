using Newtonsoft.Json;

namespace TrainingDoctor.Reports;

/// <summary>What an illness cost.</summary>
public sealed record PriceDocument
{
    /// <summary>Gets it in a sentence; null, and left out, in reports that were written before it.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public string? Text { get; init; }

    /// <summary>Gets the step after which nothing improved.</summary>
    public required long SinceStep { get; init; }

    /// <summary>Gets the share of the run that came after it, from 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Gets how long that took; null when the log has no times.</summary>
    public required double? Seconds { get; init; }
}
