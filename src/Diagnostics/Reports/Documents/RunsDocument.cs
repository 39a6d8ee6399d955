using Newtonsoft.Json;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports;

/// <summary>The reports of several runs in one document, the table of them beside: what <c>--output</c> writes of more than one run.</summary>
public sealed record RunsDocument
{
    /// <summary>Gets the version of the schema, which is that of the reports.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>Gets the reports, each as it is written alone.</summary>
    public required IReadOnlyList<ReportDocument> Runs { get; init; }

    /// <summary>Gets one row for each report, in the same order, and behind them one for each log that could not be read.</summary>
    public required IReadOnlyList<RunRowDocument> Table { get; init; }
}

/// <summary>One run in a row.</summary>
public sealed record RunRowDocument
{
    /// <summary>Gets the name, which no other run of the table has.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the file or folder that it was read from; null for live runs.</summary>
    public required string? Path { get; init; }

    /// <summary>Gets the judgement as a whole.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Gets the number of optimisation steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Gets the smallest loss: of the validation, where there was one; null when no loss is known.</summary>
    public required LossDocument? BestLoss { get; init; }

    /// <summary>Gets the last loss, of the same curve; null when no loss is known.</summary>
    public required LossDocument? LastLoss { get; init; }

    /// <summary>Gets the finding judged the root; null when there is none at warning or above.</summary>
    public required RowFindingDocument? Finding { get; init; }

    /// <summary>Gets the title of the root's first remedy; null when there is none.</summary>
    public required string? WhatToDo { get; init; }

    /// <summary>Gets what is wrong, why, and what to do, as the run's own report begins.</summary>
    public required string Headline { get; init; }

    /// <summary>Gets the best score: of the validation, where there was one; null, and left out, when none is known.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public LossDocument? BestScore { get; init; }

    /// <summary>Gets a value indicating whether the row is of a log that could not be read, which has no report; left out where it is not.</summary>
    [JsonProperty(DefaultValueHandling = DefaultValueHandling.Ignore, Required = Required.DisallowNull)]
    public bool IsUnread { get; init; }

    /// <summary>Gets when the run began, in ISO 8601; null, and left out, when it is not known.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public string? StartedAt { get; init; }

    /// <summary>Gets how long the run took, or the reading of its log; null, and left out, when it is not known.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public double? DurationSeconds { get; init; }
}

/// <summary>One value of a curve of losses or scores, as it was measured or logged.</summary>
public sealed record LossDocument
{
    /// <summary>Gets the curve: <c>loss</c>, <c>validation_loss</c>, or the name of a score.</summary>
    public required string Metric { get; init; }

    /// <summary>Gets the step.</summary>
    public required long Step { get; init; }

    /// <summary>Gets the value.</summary>
    public required double Value { get; init; }
}

/// <summary>The finding that a row names.</summary>
public sealed record RowFindingDocument
{
    /// <summary>Gets the finding's identity within its report.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the rule's ID.</summary>
    public required string RuleId { get; init; }

    /// <summary>Gets the rule's name.</summary>
    public required string Rule { get; init; }

    /// <summary>Gets how serious it is.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Gets the symptom in a few words.</summary>
    public required string Title { get; init; }
}
