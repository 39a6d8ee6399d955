using System.Globalization;

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
        var document = report.ToDocument();
        foreach (var finding in document.Findings)
        {
            string command = finding.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "notice" };
            string file = document.Run.Path is { } path && !Path.IsPathRooted(path) ? $"file={Property(path.Replace('\\', '/'))}," : string.Empty;
            string cause = finding.Causes.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $"\nLikely cause: {CauseWording.Of(finding.Causes[0].Cause)}") : string.Empty;
            string remedy = finding.Remedies.Count > 0 ? $"\nWhat to do: {finding.Remedies[0].Title}" : string.Empty;
            writer.Write($"::{command} {file}title={Property($"{finding.RuleId} {finding.Rule}: {finding.Title}")}::{Data($"{finding.Message}{cause}{remedy}")}\n");
        }
    }

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
