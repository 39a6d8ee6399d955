using Newtonsoft.Json;

namespace TrainingDoctor.Reports;

/// <summary>A report as it is written: schema version 1.1. The JSON Schema is generated from these types.</summary>
public sealed record ReportDocument
{
    /// <summary>The version of the schema that this program writes.</summary>
    public const string CurrentSchemaVersion = "1.1";

    /// <summary>Gets the version of the schema.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>Gets the program that wrote the report.</summary>
    public required ToolDocument Tool { get; init; }

    /// <summary>Gets the run.</summary>
    public required RunDocument Run { get; init; }

    /// <summary>Gets the judgement as a whole.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Gets the finding judged the root; null when healthy.</summary>
    public required string? Primary { get; init; }

    /// <summary>Gets the findings, the primary first, consequences behind what they follow from.</summary>
    public required IReadOnlyList<FindingDocument> Findings { get; init; }

    /// <summary>Gets what came of each rule.</summary>
    public required IReadOnlyList<RuleStatusDocument> Rules { get; init; }

    /// <summary>Gets the structure of the model; null when it is not known.</summary>
    public required ModelDocument? Model { get; init; }

    /// <summary>Gets how much of the model was seen; null when its structure is not known.</summary>
    public required CoverageDocument? Coverage { get; init; }

    /// <summary>Gets how the log was read; null for live runs and recorded telemetry.</summary>
    public required LogDocument? Log { get; init; }

    /// <summary>Gets why nothing can be said; null, and left out, unless the verdict is inconclusive.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public string? VerdictReason { get; init; }

    /// <summary>Gets what is wrong, why, and what to do, in a sentence or two: the title of the report; null in reports of schema 1.0.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public string? Summary { get; init; }

    /// <summary>Gets what the illness cost; left out when nothing was found, or little was lost.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public PriceDocument? Price { get; init; }

    /// <summary>Gets what was looked at, in words.</summary>
    [JsonProperty(Required = Required.DisallowNull)]
    public IReadOnlyList<string> Examined { get; init; } = [];

    /// <summary>Gets what a run of this kind can never show, in words.</summary>
    [JsonProperty(Required = Required.DisallowNull)]
    public IReadOnlyList<string> CannotTell { get; init; } = [];

    /// <summary>Gets what a live cure did to the run; left out when it did nothing.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public IReadOnlyList<InterventionDocument>? Interventions { get; init; }

    /// <summary>Gets how the report stands to a baseline; left out when it was compared to none.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public BaselineDocument? Baseline { get; init; }

    /// <summary>Gets how the numbers of the layers that findings name were spread over time; left out where none is known.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public IReadOnlyList<DistributionDocument>? Distributions { get; init; }

    /// <summary>Gets the thinned-out curves by metric; null where they were left out (<c>--no-series</c>).</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<SeriesDocument>>? Series { get; init; }
}

/// <summary>How the numbers of one tensor were spread over time, counted by sign and by power of two.</summary>
public sealed record DistributionDocument
{
    /// <summary>Gets what the numbers are.</summary>
    public required DistributionKind Kind { get; init; }

    /// <summary>Gets the parameter or layer.</summary>
    public required string Scope { get; init; }

    /// <summary>Gets the steps, ascending.</summary>
    public required IReadOnlyList<long> Steps { get; init; }

    /// <summary>Gets the first bucket of every list of counts: 0 holds zero, k the magnitudes from 2^(k-25) to 2^(k-24), -k those with a minus sign.</summary>
    public required int FirstBucket { get; init; }

    /// <summary>Gets for each step how many numbers, of all or of a sample, were in each bucket.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> Counts { get; init; }
}

/// <summary>The program that wrote a report.</summary>
public sealed record ToolDocument
{
    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets its version.</summary>
    public required string Version { get; init; }
}

/// <summary>What came of one rule.</summary>
public sealed record RuleStatusDocument
{
    /// <summary>Gets the rule's ID.</summary>
    public required string RuleId { get; init; }

    /// <summary>Gets the rule's name.</summary>
    public required string Rule { get; init; }

    /// <summary>Gets what came of it.</summary>
    public required RuleOutcome Status { get; init; }

    /// <summary>Gets why it was not evaluated or is off; null otherwise.</summary>
    public required string? Reason { get; init; }

    /// <summary>Gets what it would have needed; left out when it judged.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public RuleNeed? Needs { get; init; }
}

/// <summary>One metric of one scope over the run, thinned out; peaks are kept.</summary>
public sealed record SeriesDocument
{
    /// <summary>Gets the layer, parameter, data set or rank; null for the run.</summary>
    public required string? Scope { get; init; }

    /// <summary>Gets the steps, ascending.</summary>
    public required IReadOnlyList<long> Steps { get; init; }

    /// <summary>Gets the values at these steps, to six significant digits.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>Gets the spans that a long series was cut into; left out when steps and values are all that was measured.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public SpansDocument? Spans { get; init; }
}

/// <summary>Equal spans of steps, of each of which a long series keeps the smallest and the largest value.</summary>
public sealed record SpansDocument
{
    /// <summary>Gets the first step of the first span.</summary>
    public required long From { get; init; }

    /// <summary>Gets how many steps a span covers.</summary>
    public required long Width { get; init; }

    /// <summary>Gets the mean of the finite values of each span, null where nothing was measured; left out where only the extremes were kept.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public IReadOnlyList<double?>? Means { get; init; }
}
