using TrainingDoctor.Differences;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Reporting;

/// <summary>Compares runs, prints and writes what came of it, and turns it into an exit code.</summary>
/// <param name="terminal">Where it prints.</param>
internal sealed class DifferenceWriter(Terminal terminal)
{
    private static readonly ReportFormat[] Formats = [ReportFormat.Json, ReportFormat.Html, ReportFormat.Markdown, ReportFormat.Console];

    /// <summary>Checks that files can be written, before anything is read.</summary>
    /// <param name="outputs">The files.</param>
    /// <exception cref="UsageException">An ending names no kind of comparison, or the file cannot be written.</exception>
    public static void Check(IEnumerable<string> outputs)
    {
        foreach (string output in outputs.Where(output => output != ReportArguments.StandardOutput))
        {
            if (ReportExporters.FormatOf(output) is not { } format || !Formats.Contains(format))
            {
                throw new UsageException($"--output: '{output}': a comparison is written to files that end in .json, .html, .md or .txt.");
            }

            OutputPath.Check("--output", output);
        }
    }

    /// <summary>Compares each of the runs in question with the good ones.</summary>
    /// <param name="good">The runs that went well.</param>
    /// <param name="bad">The runs in question.</param>
    /// <param name="outputs">The files to write; of several runs in question each gets its own, numbered.</param>
    /// <param name="language">The language.</param>
    /// <param name="isQuiet">Whether nothing but errors is printed.</param>
    /// <param name="isExact">Whether the question is if each computes the same as the first good run, to within rounding.</param>
    /// <returns>0 when none parts, 1 when one does.</returns>
    /// <exception cref="UsageException">Runs have nothing in common, or a file cannot be written.</exception>
    public int Finish(IReadOnlyList<ComparedRun> good, IReadOnlyList<ComparedRun> bad, IReadOnlyList<string> outputs, ReportLanguage language, bool isQuiet, bool isExact = false)
    {
        Check(outputs);
        if (bad.Count > 1 && outputs.Contains(ReportArguments.StandardOutput))
        {
            throw new UsageException($"--output -: one comparison is one document, and there are {bad.Count} runs in question; name a file, which is numbered for each.");
        }

        bool parts = false;
        for (int i = 0; i < bad.Count; i++)
        {
            var comparison = RunComparison.Between([.. good.Select(run => run.Trace)], bad[i].Trace);
            if (comparison.SeriesCompared == 0)
            {
                throw new UsageException($"'{good[0].Report.Run.Name}' and '{bad[i].Report.Run.Name}' have no metric in common that was measured at the same time; expected logs of the same training, as 'diagnose --explain-reading' shows what is read.");
            }

            var equality = isExact ? Equality(good[0], bad[i]) : null;
            parts |= !(equality?.IsEqual ?? comparison.IsSame);
            Write(new DifferenceReport(comparison, [.. good.Select(run => run.Report)], bad[i].Report) { Equality = equality }, outputs, language, isQuiet, bad.Count > 1 ? i + 1 : null);
        }

        return parts ? ExitCode.Findings : ExitCode.Clean;
    }

    private static LayerEquality Equality(ComparedRun good, ComparedRun bad)
    {
        var equality = LayerEquality.Between(good.Trace, bad.Trace);
        return equality.LayersCompared > 0
            ? equality
            : throw new UsageException($"--exact: '{good.Report.Run.Name}' and '{bad.Report.Run.Name}' have no layer in common that was measured at the same steps; expected recordings of monitors, of one model and from the first step on.");
    }

    private void Write(DifferenceReport report, IReadOnlyList<string> outputs, ReportLanguage language, bool isQuiet, int? number)
    {
        if (!isQuiet && !outputs.Contains(ReportArguments.StandardOutput))
        {
            terminal.Output.Write(number > 1 ? $"\n{report.ToText(language)}" : report.ToText(language));
        }

        foreach (string output in outputs)
        {
            if (output == ReportArguments.StandardOutput)
            {
                terminal.Output.Write(report.ToJson());
                continue;
            }

            report.Write(number is null ? output : OutputPath.Numbered(output, number.Value), language);
        }
    }
}
