namespace TrainingDoctor.Reports;

/// <summary>Writes the report itself (schema version 1.1), always in English; of several runs an envelope with all of them and their table.</summary>
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

    /// <inheritdoc/>
    public void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(writer);
        if (reports is [var only])
        {
            Write(only, writer);
            return;
        }

        writer.Write(ReportJson.Serialize(new RunsDocument
        {
            SchemaVersion = ReportDocument.CurrentSchemaVersion,
            Runs = [.. reports.Select(report => report.ToDocument())],
            Table = RunRows.Of(reports, ReportLanguage.English),
        }));
    }
}
