namespace TrainingDoctor.Reports;

/// <summary>Writes the report itself (schema version 1.0), always in English.</summary>
public sealed class JsonReportExporter : IReportExporter
{
    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Json;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(ReportJson.Serialize(report.ToDocument()));
    }
}
