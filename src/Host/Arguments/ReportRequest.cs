using TrainingDoctor.Host.Configuration;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Arguments;

/// <summary>How reports were asked for.</summary>
/// <param name="Outputs">Files to write; <c>-</c> for standard output.</param>
/// <param name="Format">The format; null for the one of each file's ending.</param>
/// <param name="FailPolicy">When to exit with 1.</param>
/// <param name="IsQuiet">Whether nothing but errors is printed.</param>
/// <param name="HasSeries">Whether the curves are part of the report.</param>
/// <param name="Rules">The rules.</param>
/// <param name="Language">The language of formats that people read.</param>
/// <param name="Baseline">What was accepted earlier; null for none.</param>
internal sealed record ReportRequest(
    IReadOnlyList<string> Outputs, ReportFormat? Format, FailPolicy FailPolicy, bool IsQuiet, bool HasSeries, RuleSet Rules, ReportLanguage Language, Baseline? Baseline)
{
    /// <summary>Asks for reports that nobody writes or prints: whoever asks takes them.</summary>
    /// <param name="rules">The rules.</param>
    public static ReportRequest Of(RuleSet rules) => new([], null, new FailPolicy(null, OnlyNew: false, OnInconclusive: false, []), IsQuiet: true, HasSeries: false, rules, ReportLanguage.English, null);

    /// <summary>Gets the file of the configuration as it was named; null where none was, so that one in the current folder counts.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Gets the file of what good runs usually do; null for none.</summary>
    public string? NormalFile { get; init; }

    /// <summary>Gets a value indicating whether several runs make a file each.</summary>
    public bool IsPerRun { get; init; }

    /// <summary>Gets a value indicating whether each of several runs is printed in full.</summary>
    public bool HasDetails { get; init; }

    /// <summary>Gets a value indicating whether rules that were not evaluated are printed one by one.</summary>
    public bool HasNotEvaluated { get; init; }

    /// <summary>Gets a value indicating whether the baseline is written anew.</summary>
    public bool UpdatesBaseline { get; init; }

    /// <summary>Gets the logs that could not be read.</summary>
    public IReadOnlyList<UnreadLog> Unread { get; init; } = [];

    /// <summary>Gets what exporters are told.</summary>
    public ExportOptions Export => new()
    {
        Language = Language,
        FailOn = FailPolicy.Threshold,
        FailsOnNewOnly = FailPolicy.OnlyNew,
        HasDetails = HasDetails,
        HasNotEvaluated = HasNotEvaluated,
        Unread = Unread,
    };

    /// <summary>Returns the reports as they are to be written: each finding marked as new or known, and without curves where none are wanted.</summary>
    /// <param name="reports">The reports.</param>
    public IReadOnlyList<DiagnosisReport> Prepare(IEnumerable<DiagnosisReport> reports) =>
    [
        .. reports
            .Select(report => HasSeries ? report : report.WithoutSeries())
            .Select(report => Baseline is null ? report : report.WithBaseline(Baseline.Of(report.Run), Baseline.Path)),
    ];
}
