using System.Globalization;
using Spectre.Console;
using TrainingDoctor.Parsing;
using TrainingDoctor.Reports.Documents;
using TrainingDoctor.Reports.Terminal;

namespace TrainingDoctor.Reports;

/// <summary>Writes reports for a person at a terminal: one run in full, of several first a table.</summary>
/// <param name="options">The language, and how much is shown.</param>
public sealed class ConsoleReportExporter(ExportOptions options) : IReportExporter
{
    private const int PlainWidth = 110;

    /// <summary>Creates an exporter that shows what most people want to see.</summary>
    /// <param name="language">The language; English unless given.</param>
    public ConsoleReportExporter(ReportLanguage? language = null)
        : this(new ExportOptions { Language = language ?? ReportLanguage.English })
    {
    }

    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Console;

    /// <summary>Writes a report as plain text, without colour and trailing blanks.</summary>
    /// <param name="report">The report.</param>
    /// <param name="writer">Takes the text.</param>
    public void Write(DiagnosisReport report, TextWriter writer) => Write([report], writer);

    /// <summary>Writes reports as plain text, without colour and trailing blanks.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="writer">Takes the text.</param>
    public void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(writer);
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = PlainWidth;
        console.Profile.Capabilities.Unicode = true;
        writer.Write($"{ReportMark.Words} {ReportDocumentBuilder.ToolVersion}\n");
        Write(reports, console);
        foreach (string line in text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            writer.Write(line.TrimEnd() + "\n");
        }
    }

    /// <summary>Writes a report to a terminal, in its width and colours.</summary>
    /// <param name="report">The report.</param>
    /// <param name="console">The terminal.</param>
    public void Write(DiagnosisReport report, IAnsiConsole console) => Write([report], console);

    /// <summary>Writes reports to a terminal, in its width and colours: several as a table, and in full behind it where the options say so.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="console">The terminal.</param>
    public void Write(IReadOnlyList<DiagnosisReport> reports, IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(console);
        if (reports.Count > 1 || options.Unread.Count > 0)
        {
            ConsoleRunTable.Write(reports, options, console);
        }

        if (reports.Count == 1 || options.HasDetails)
        {
            foreach (var report in reports)
            {
                new ConsoleReportWriter(report.ToDocument(options.Language), options, console).Write();
            }
        }
    }
}
