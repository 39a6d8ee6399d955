namespace TrainingDoctor.Reports;

/// <summary>What exporters are told besides the reports: for whom they write, and what fails a job.</summary>
public sealed record ExportOptions
{
    /// <summary>Gets the language of formats that people read. Formats for machines are always in English.</summary>
    /// <value>The default is English.</value>
    public ReportLanguage Language { get; init; } = ReportLanguage.English;

    /// <summary>Gets the lowest severity that fails a job, as <c>--fail-on</c> says; null when no finding does.</summary>
    /// <value>The default is <see cref="Severity.Error"/>.</value>
    public Severity? FailOn { get; init; } = Severity.Error;

    /// <summary>Gets a value indicating whether only findings count that the baseline does not have.</summary>
    public bool FailsOnNewOnly { get; init; }

    /// <summary>Gets a value indicating whether the console shows each of several runs in full behind their table, and all remedies and consequences in full.</summary>
    public bool HasDetails { get; init; }

    /// <summary>Gets a value indicating whether the console lists every rule that was not evaluated, with its reason.</summary>
    public bool HasNotEvaluated { get; init; }

    /// <summary>Gets the logs that could not be read: tables of several runs have a row for each.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<UnreadLog> Unread { get; init; } = [];

    /// <summary>Tells whether a finding fails the job.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="baseline">How its report stands to a baseline; null when there is none.</param>
    internal bool Fails(FindingDocument finding, BaselineDocument? baseline) =>
        FailOn is { } threshold && finding.Severity >= threshold && (!FailsOnNewOnly || baseline?.ChangeOf(finding.Id) is null or FindingChange.New or FindingChange.Worse);
}
