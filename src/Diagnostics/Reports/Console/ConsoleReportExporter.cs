using System.Globalization;
using Spectre.Console;

namespace TrainingDoctor.Reports;

/// <summary>Writes a report for a person at a terminal.</summary>
/// <param name="language">The language; English unless given.</param>
public sealed class ConsoleReportExporter(ReportLanguage? language = null) : IReportExporter
{
    private const int PlainWidth = 110;

    private readonly ReportLanguage _language = language ?? ReportLanguage.English;

    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Console;

    /// <summary>Writes a report as plain text, without colour and trailing blanks.</summary>
    /// <param name="report">The report.</param>
    /// <param name="writer">Takes the text.</param>
    public void Write(DiagnosisReport report, TextWriter writer)
    {
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
        Write(report, console);
        foreach (string line in text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            writer.Write(line.TrimEnd() + "\n");
        }
    }

    /// <summary>Writes a report to a terminal, in its width and colours.</summary>
    /// <param name="report">The report.</param>
    /// <param name="console">The terminal.</param>
    public void Write(DiagnosisReport report, IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(console);
        new ConsoleReportWriter(report.ToDocument(_language), _language, console).Write();
    }
}
