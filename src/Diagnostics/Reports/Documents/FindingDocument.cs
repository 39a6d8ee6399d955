using System.ComponentModel.DataAnnotations;
using Newtonsoft.Json;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports;

/// <summary>A symptom that was measured, with its diagnosis and its cures.</summary>
public sealed record FindingDocument
{
    /// <summary>Gets the identity within the report.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the rule's ID.</summary>
    public required string RuleId { get; init; }

    /// <summary>Gets the rule's name.</summary>
    public required string Rule { get; init; }

    /// <summary>Gets how serious it is.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Gets how sure the rule is.</summary>
    [Range(0.0, 1.0)]
    public required double Confidence { get; init; }

    /// <summary>Gets the symptom in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Gets symptom, likeliest cause and first remedy in a sentence or two; null in reports that were written before it.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public string? Headline { get; init; }

    /// <summary>Gets what was observed; no advice.</summary>
    public required string Message { get; init; }

    /// <summary>Gets the layers or parameters concerned; empty when it is the run's.</summary>
    public required IReadOnlyList<string> Layers { get; init; }

    /// <summary>Gets the step at which it was first established; null for facts of the structure.</summary>
    public required long? FirstStep { get; init; }

    /// <summary>Gets the last step at which it held; null for facts of the structure.</summary>
    public required long? LastStep { get; init; }

    /// <summary>Gets a value indicating whether the last step is only the last at which it was measured, although the run went on; null, and left out, otherwise.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public bool? UntilLastMeasurement { get; init; }

    /// <summary>Gets the step at which it was gone again; null when it stayed.</summary>
    public required long? RecoveredAt { get; init; }

    /// <summary>Gets the finding that this one follows from; null for a root.</summary>
    public required string? ConsequenceOf { get; init; }

    /// <summary>Gets the place in the source that it is about; null, and left out, where the program's source is not known.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public LocationDocument? Location { get; init; }

    /// <summary>Gets the ID under which the analyzer of the source reports such a fault at build; null, and left out, where it has none or the program is not known to be C#.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public string? Analyzer { get; init; }

    /// <summary>Gets the numbers.</summary>
    public required IReadOnlyList<EvidenceDocument> Evidence { get; init; }

    /// <summary>Gets the causes, most likely first.</summary>
    public required IReadOnlyList<CauseDocument> Causes { get; init; }

    /// <summary>Gets the remedies, best first.</summary>
    public required IReadOnlyList<RemedyDocument> Remedies { get; init; }
}

/// <summary>A place in the source of the program that trains.</summary>
public sealed record LocationDocument
{
    /// <summary>Gets the file, relative to the root of its repository where that was found, with slashes.</summary>
    public required string File { get; init; }

    /// <summary>Gets the line, counted from 1.</summary>
    [Range(1, int.MaxValue)]
    public required int Line { get; init; }

    /// <summary>Gets the column, counted from 1; null, and left out, where only the line is known.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public int? Column { get; init; }

    /// <summary>Gets what stands there.</summary>
    public required SourceRole What { get; init; }

    /// <summary>Returns file and line, as compilers and editors write them.</summary>
    public override string ToString() => FormattableString.Invariant($"{File}:{Line}");
}

/// <summary>One number that supports a finding, beside the limit it broke.</summary>
public sealed record EvidenceDocument
{
    /// <summary>Gets the metric's name.</summary>
    public required string Metric { get; init; }

    /// <summary>Gets the layer or parameter; null for the run.</summary>
    public required string? Layer { get; init; }

    /// <summary>Gets when it was measured; null for facts of the structure.</summary>
    public required long? Step { get; init; }

    /// <summary>Gets the number.</summary>
    public required double Value { get; init; }

    /// <summary>Gets the limit; null when there is none.</summary>
    public required double? Limit { get; init; }

    /// <summary>Gets how the value stands to the limit.</summary>
    [RegularExpression("^(>|>=|<|<=|==|!=)$")]
    public required string Comparison { get; init; }

    /// <summary>Gets the number of measurements that the value is the mean of; left out when it is one, as it was measured.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public long? MeanOf { get; init; }

    /// <summary>Gets the step of the first measurement that entered a mean; left out when the value is a single one.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public long? FromStep { get; init; }
}

/// <summary>What may lie behind a symptom.</summary>
public sealed record CauseDocument
{
    /// <summary>Gets the cause.</summary>
    public required Cause Cause { get; init; }

    /// <summary>Gets how likely it is.</summary>
    [Range(0.0, 1.0)]
    public required double Likelihood { get; init; }

    /// <summary>Gets what was measured for and against it; empty where nothing that was measured tells.</summary>
    public required IReadOnlyList<CauseEvidenceDocument> Evidence { get; init; }
}

/// <summary>One number that speaks for a cause or against it.</summary>
public sealed record CauseEvidenceDocument
{
    /// <summary>Gets a value indicating whether it speaks for the cause.</summary>
    public required bool IsFor { get; init; }

    /// <summary>Gets the number beside its limit.</summary>
    public required EvidenceDocument Measured { get; init; }
}
