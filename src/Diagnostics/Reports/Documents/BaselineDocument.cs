using Newtonsoft.Json;

namespace TrainingDoctor.Reports;

/// <summary>How a report stands to an earlier one.</summary>
public sealed record BaselineDocument
{
    /// <summary>Gets the file of the earlier report; left out when it came from none.</summary>
    [JsonProperty(NullValueHandling = NullValueHandling.Ignore, Required = Required.DisallowNull)]
    public string? Path { get; init; }

    /// <summary>Gets what became of each finding of this report.</summary>
    public required IReadOnlyList<ChangeDocument> Findings { get; init; }

    /// <summary>Gets the findings that the baseline does not have, or takes less seriously.</summary>
    [JsonProperty(Required = Required.DisallowNull)]
    public IReadOnlyList<ComparedFindingDocument> New { get; init; } = [];

    /// <summary>Gets the findings that the baseline has too.</summary>
    [JsonProperty(Required = Required.DisallowNull)]
    public IReadOnlyList<ComparedFindingDocument> Known { get; init; } = [];

    /// <summary>Gets the findings that only the baseline has.</summary>
    public required IReadOnlyList<FixedDocument> Fixed { get; init; }

    /// <summary>Returns what became of a finding; null when the report has no such finding.</summary>
    /// <param name="findingId">Its identity.</param>
    public FindingChange? ChangeOf(string findingId) => Findings.FirstOrDefault(finding => finding.Id == findingId)?.Change;

    internal static BaselineDocument Of(ReportComparison comparison, string? path) => new()
    {
        Path = path,
        Findings = [.. comparison.Pairs.Where(pair => pair.After is not null).Select(pair => new ChangeDocument { Id = pair.After!.Id, Change = pair.Change })],
        New = [.. comparison.Pairs.Where(pair => pair.Change is FindingChange.New or FindingChange.Worse).Select(Compared)],
        Known = [.. comparison.Pairs.Where(pair => pair.Change is FindingChange.Unchanged).Select(Compared)],
        Fixed =
        [
            .. comparison.Pairs.Where(pair => pair.After is null).Select(pair => pair.Before!).Select(before =>
                new FixedDocument { RuleId = before.RuleId, Rule = before.Rule, Title = before.Title, Layers = before.Layers }),
        ],
    };

    private static ComparedFindingDocument Compared(FindingPair pair) => new()
    {
        Id = pair.After!.Id,
        RuleId = pair.After.RuleId,
        Rule = pair.After.Rule,
        Severity = pair.After.Severity,
        SeverityBefore = pair.Before?.Severity,
        Title = pair.After.Title,
        Layers = pair.After.Layers,
    };
}

/// <summary>What became of one finding.</summary>
public sealed record ChangeDocument
{
    /// <summary>Gets the finding's identity within this report.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what became of it.</summary>
    public required FindingChange Change { get; init; }
}

/// <summary>A finding of this report beside what the baseline says of it.</summary>
public sealed record ComparedFindingDocument
{
    /// <summary>Gets the finding's identity within this report.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the rule's ID.</summary>
    public required string RuleId { get; init; }

    /// <summary>Gets the rule's name.</summary>
    public required string Rule { get; init; }

    /// <summary>Gets how serious it is.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Gets how serious it was; null when the baseline does not have it.</summary>
    public required Severity? SeverityBefore { get; init; }

    /// <summary>Gets the symptom in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the layers or parameters concerned.</summary>
    public required IReadOnlyList<string> Layers { get; init; }
}

/// <summary>A finding that only the baseline has.</summary>
public sealed record FixedDocument
{
    /// <summary>Gets the rule's ID.</summary>
    public required string RuleId { get; init; }

    /// <summary>Gets the rule's name.</summary>
    public required string Rule { get; init; }

    /// <summary>Gets the symptom in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the layers or parameters concerned.</summary>
    public required IReadOnlyList<string> Layers { get; init; }
}
