namespace TrainingDoctor.Reports;

/// <summary>Writes a report as one self-contained page.</summary>
/// <param name="language">The language; English unless given.</param>
public sealed class HtmlReportExporter(ReportLanguage? language = null) : IReportExporter
{
    private readonly ReportLanguage _language = language ?? ReportLanguage.English;

    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Html;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(HtmlPage.Render(report.ToDocument(_language), _language));
    }
}
