using System.Globalization;
using TrainingDoctor.Reports.Runs;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports;

/// <summary>Writes one GitHub workflow command for each finding, which GitHub shows as an annotation; always in English.</summary>
public sealed class AnnotationsReportExporter : IReportExporter
{
    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Annotations;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(writer);
        Write(report.ToDocument(), string.Empty, writer);
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(writer);
        var labels = RunLabels.Of([.. reports.Select(report => report.Run)]);
        for (int i = 0; i < reports.Count; i++)
        {
            Write(reports[i].ToDocument(), reports.Count > 1 ? $"{labels[i]}: " : string.Empty, writer);
        }
    }

    private static void Write(ReportDocument document, string run, TextWriter writer)
    {
        foreach (var finding in document.Findings)
        {
            string command = finding.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "notice" };
            string file = finding.Location is { } source ? Place(source) : document.Run.Path is { } path && RepositoryPath.Of(path) is { } place && !Path.IsPathRooted(place) ? $"file={Property(place)}," : string.Empty;
            string change = document.Baseline?.ChangeOf(finding.Id) is { } state ? $" ({ChangeWording.Of(state)})" : string.Empty;
            writer.Write($"::{command} {file}title={Property($"{run}{finding.RuleId} {finding.Rule}{change}: {finding.Headline}")}::{Data(finding.Message)}\n");
        }

        foreach (var gone in document.Baseline?.Fixed ?? [])
        {
            writer.Write($"::notice title={Property($"{run}{gone.RuleId} {gone.Rule} (fixed)")}::{Data($"{gone.Title}: the baseline has it, this run does not.")}\n");
        }
    }

    private static string Place(LocationDocument place) =>
        string.Create(CultureInfo.InvariantCulture, $"file={Property(place.File)},line={place.Line},{(place.Column is { } column ? $"col={column}," : string.Empty)}");

    /// <summary>A message ends at the line's end, and only escapes carry a line break through.</summary>
    private static string Data(string text) => string.Concat(text.Select(c => c switch
    {
        '%' => "%25",
        '\r' => "%0D",
        '\n' => "%0A",
        _ when char.IsControl(c) => " ",
        _ => c.ToString(),
    }));

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
