using Spectre.Console;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Reporting;

/// <summary>Writes reports where a command line asks for them, and ends the command with the exit code of what was found.</summary>
internal sealed class ReportWriter(Terminal terminal)
{
    /// <summary>Writes the reports of one command and judges them. A file that cannot be written is told, and does not change what was found.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="request">How they were asked for.</param>
    /// <param name="defaults">Files to write when none was named; null for none.</param>
    /// <param name="judged">What is judged in place of the reports; null for the reports themselves.</param>
    /// <returns>The exit code: findings come before files that could not be written.</returns>
    public int Finish(IEnumerable<DiagnosisReport> reports, ReportRequest request, IReadOnlyList<string>? defaults = null, DiagnosisReport? judged = null)
    {
        var found = Writable([.. reports], request.Language);
        var prepared = request.Prepare(found);
        bool isWritten = Write(prepared, request, defaults ?? []) & UpdateBaseline(found, request);

        var outcome = new Gate(request.FailPolicy).Judge(judged is not null ? request.Prepare([judged]) : request.UpdatesBaseline ? Accepted(prepared, request) : prepared);
        outcome.Tell(terminal, request.IsQuiet);
        return outcome.Fails ? ExitCode.Findings : isWritten ? ExitCode.Clean : ExitCode.Usage;
    }

    /// <summary>Writes the reports.</summary>
    /// <param name="reports">The reports, as they are to be written.</param>
    /// <param name="request">How they were asked for.</param>
    /// <param name="defaults">Files to write when none was named.</param>
    /// <returns>Whether all files were written; those that were not are told.</returns>
    private bool Write(IReadOnlyList<DiagnosisReport> reports, ReportRequest request, IReadOnlyList<string> defaults)
    {
        if (reports.Count == 0)
        {
            return true;
        }

        var outputs = request.Outputs.Count > 0 ? request.Outputs : defaults;
        if (!request.IsQuiet && !outputs.Contains(ReportArguments.StandardOutput))
        {
            new ConsoleReportExporter(request.Export).Write(reports, terminal.OutputConsole);
        }

        bool isWritten = true;
        foreach (string output in outputs)
        {
            if (output == ReportArguments.StandardOutput)
            {
                ReportExporters.Create(request.Format ?? ReportFormat.Json, request.Export).Write(reports, terminal.Output);
            }
            else if (request.IsPerRun && reports.Count > 1)
            {
                for (int i = 0; i < reports.Count; i++)
                {
                    isWritten &= WriteFile([reports[i]], request, OutputPath.Numbered(output, i + 1));
                }
            }
            else
            {
                isWritten &= WriteFile(reports, request, output);
            }
        }

        return isWritten;
    }

    private static DiagnosisReport[] Writable(DiagnosisReport[] reports, ReportLanguage language)
    {
        Parallel.For(0, reports.Length, index => reports[index] = Writable(reports[index], language));
        return reports;
    }

    /// <summary>A report whose sentences cannot be put together, because a rule's wording throws, is one report: the others are written beside one that says so (TD0001).</summary>
    private static DiagnosisReport Writable(DiagnosisReport report, ReportLanguage language)
    {
        try
        {
            _ = report.ToDocument(language);
            return report;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return SupervisedDiagnosis.Failed(report.Run, exception);
        }
    }

    /// <summary>What has just been accepted is known.</summary>
    private static List<DiagnosisReport> Accepted(IReadOnlyList<DiagnosisReport> reports, ReportRequest request) =>
        [.. reports.Select(report => report.WithBaseline(report.ToDocument(), request.Baseline!.Path))];

    private bool WriteFile(IReadOnlyList<DiagnosisReport> reports, ReportRequest request, string path) =>
        Try("--output", path, () => ReportExporters.Write(reports, path, request.Format, request.Export), request.IsQuiet);

    private bool UpdateBaseline(DiagnosisReport[] reports, ReportRequest request) =>
        !request.UpdatesBaseline || reports.Length == 0
        || Try("--baseline", request.Baseline!.Path, () => ReportExporters.Write([.. reports.Select(report => report.WithoutSeries())], request.Baseline.Path, ReportFormat.Json, request.Export), request.IsQuiet);

    private bool Try(string option, string path, Action write, bool isQuiet)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            terminal.WriteError($"{option}: '{path}' cannot be written: {exception.Message}");
            return false;
        }

        if (!isQuiet)
        {
            terminal.ErrorConsole.WriteLine($"wrote {path}");
        }

        return true;
    }
}
