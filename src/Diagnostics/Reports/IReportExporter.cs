using TrainingDoctor.Reports;

namespace TrainingDoctor;

/// <summary>Writes a report in one format.</summary>
/// <remarks>
/// The report is complete before any exporter runs; an exporter shows it and judges nothing. It writes to the writer only, ends lines with <c>\n</c>, depends on
/// neither the culture nor the time zone of the machine, and throws only what the writer throws.
/// </remarks>
public interface IReportExporter
{
    /// <summary>Gets the format.</summary>
    ReportFormat Format { get; }

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="writer">Takes the text.</param>
    void Write(DiagnosisReport report, TextWriter writer);

    /// <summary>Writes the reports of several runs as one document.</summary>
    /// <param name="reports">The reports; one alone is written as <see cref="Write(DiagnosisReport, TextWriter)"/> does.</param>
    /// <param name="writer">Takes the text.</param>
    void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer);
}
