using TrainingDoctor.Reports.Json;
using TrainingDoctor.Reports.Runs;

namespace TrainingDoctor.Reports;

/// <summary>Writes the report itself (schema version 1.1), always in English; of several runs an envelope with all of them and their table.</summary>
public sealed class JsonReportExporter : IReportExporter
{
    /// <summary>Gets the logs that could not be read: the table of several runs has a row for each.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<UnreadLog> Unread { get; init; } = [];

    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Json;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(writer);
        ReportJson.WriteAny(report.ToDocument(), writer);
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(writer);
        if (reports is [var only] && Unread.Count == 0)
        {
            Write(only, writer);
            return;
        }

        ReportJson.WriteAny(
            new RunsDocument
            {
                SchemaVersion = ReportDocument.CurrentSchemaVersion,
                Runs = new DocumentsOnDemand(reports),
                Table = [.. RunRows.Of(reports, ReportLanguage.English), .. Unread.Select(RunRows.Of)],
            },
            writer);
    }
}
