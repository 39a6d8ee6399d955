using Spectre.Console;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Commands;

/// <summary>Writes reports where a command line asks for them.</summary>
internal sealed class ReportWriter(Terminal terminal)
{
    /// <summary>Writes the report of one run.</summary>
    /// <param name="report">The report.</param>
    /// <param name="request">How it was asked for.</param>
    /// <param name="defaults">Files to write when none was named.</param>
    /// <exception cref="UsageException">A file cannot be written, or its ending names no format.</exception>
    public void Write(DiagnosisReport report, ReportRequest request, params string[] defaults)
    {
        report = request.HasSeries ? report : report.WithoutSeries();
        var outputs = request.Outputs.Count > 0 ? request.Outputs : defaults;
        bool toOutput = outputs.Contains(ReportArguments.StandardOutput);
        if (!request.IsQuiet && !toOutput)
        {
            new ConsoleReportExporter(request.Language).Write(report, terminal.OutputConsole);
        }

        foreach (string output in outputs)
        {
            if (output == ReportArguments.StandardOutput)
            {
                report.WriteTo(ReportExporters.Create(request.Format ?? ReportFormat.Json, request.Language), terminal.Output);
                continue;
            }

            WriteFile(report, request, output);
            if (!request.IsQuiet)
            {
                terminal.ErrorConsole.WriteLine($"wrote {output}");
            }
        }
    }

    private static void WriteFile(DiagnosisReport report, ReportRequest request, string path)
    {
        var format = request.Format ?? ReportExporters.FormatOf(path)
            ?? throw new UsageException($"--output: the ending of '{path}' names no report format; expected {string.Join(", ", ReportExporters.Endings)}, or --report.");
        try
        {
            report.WriteTo(ReportExporters.Create(format, request.Language), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"--output: '{path}' cannot be written: {exception.Message}");
        }
    }
}
