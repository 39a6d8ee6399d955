using System.CommandLine;
using Spectre.Console;
using TrainingDoctor.Readers;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor diagnose PATH...</c>: post-mortem of logs.</summary>
internal sealed class DiagnoseCommand(Terminal terminal, ReportWriter writer) : ICommandDefinition
{
    private const long WorthAProgressBar = 50_000_000;

    private readonly Argument<string[]> _paths = new("path") { Description = "Logs: files, folders, or - for standard input.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<LogFormat> _format = new("--format") { Description = "The format; found out by content unless given.", DefaultValueFactory = _ => LogFormat.Auto };
    private readonly Option<string[]> _map = new("--map") { Description = "ROLE=COLUMN for a column whose name is not understood, e.g. validation_loss=val/ce. Repeatable." };

    private readonly Option<bool> _compare = new("--compare") { Description = "Compare two runs: which findings differ, and where the curves part." };

    public Command Create()
    {
        var command = new Command("diagnose", "Diagnose logs of runs that are over, of any framework.") { _paths, _format, _map, _compare };
        var arguments = new ReportArguments(command, defaultFailOn: "error");
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, arguments.Read(parsed), cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, ReportRequest request, CancellationToken cancellation)
    {
        var options = new LogReadOptions { Format = parsed.GetValue(_format), Roles = ParseRoles(parsed.GetValue(_map) ?? []) };
        try
        {
            var sources = parsed.GetRequiredValue(_paths).SelectMany(path => LogOpener.Open(path, options)).ToList();
            var reports = Diagnose(sources, request, cancellation);
            if (parsed.GetValue(_compare))
            {
                return Compare(reports, request);
            }

            for (int i = 0; i < reports.Count; i++)
            {
                writer.Write(reports[i], Numbered(request, reports.Count, i));
            }

            bool fails = false;
            foreach (var report in reports)
            {
                fails |= request.Fails(report, terminal.WriteError);
            }

            return fails ? ExitCode.Findings : ExitCode.Clean;
        }
        catch (LogFormatException exception)
        {
            throw new UsageException(exception.Message);
        }
        catch (AggregateException exception) when (exception.InnerException is LogFormatException unreadable)
        {
            // Several logs are read at a time; the first that cannot be read is told.
            throw new UsageException(unreadable.Message);
        }
        catch (ArgumentException exception) when (exception.ParamName == "roles")
        {
            throw new UsageException($"--map: {exception.Message.Replace(" (Parameter 'roles')", string.Empty, StringComparison.Ordinal)}");
        }
    }

    private int Compare(List<DiagnosisReport> reports, ReportRequest request)
    {
        if (reports is not [var first, var second])
        {
            throw new UsageException($"--compare: expected two runs, found {reports.Count}.");
        }

        var comparison = RunComparison.Between(first.ToDocument(request.Language), second.ToDocument(request.Language));
        terminal.Output.Write(RunComparisonText.Write(comparison, request.Language));
        return request.Fails(second, terminal.WriteError) ? ExitCode.Findings : ExitCode.Clean;
    }

    private List<DiagnosisReport> Diagnose(List<LogSource> sources, ReportRequest request, CancellationToken cancellation)
    {
        IReadOnlyList<IReadOnlyList<DiagnosisReport>> outcomes = [];
        var reading = new ReadingProgress(sources);
        if (!terminal.IsInteractive || request.IsQuiet || (reading.Size < WorthAProgressBar && sources.Count < 20))
        {
            outcomes = DiagnoseAll(sources, request, progress: null, cancellation);
        }
        else
        {
            terminal.ErrorConsole.Progress().AutoClear(true).Start(progress =>
            {
                var task = progress.AddTask("reading", maxValue: Math.Max(1, reading.Size));
                using var timer = new Timer(_ => task.Value = reading.Read, null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
                outcomes = DiagnoseAll(sources, request, reading, cancellation);
                task.Value = task.MaxValue;
            });
        }

        return [.. outcomes.SelectMany(reports => reports)];
    }

    /// <summary>Diagnoses every run of many logs, with their curves, on all processors.</summary>
    /// <param name="sources">The logs.</param>
    /// <param name="request">The rules.</param>
    /// <param name="progress">Told how far each log has been read, if anybody looks.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>The reports, log by log.</returns>
    internal static IReadOnlyList<IReadOnlyList<DiagnosisReport>> DiagnoseAll(IReadOnlyList<LogSource> sources, ReportRequest request, ReadingProgress? progress, CancellationToken cancellation)
    {
        var outcomes = new IReadOnlyList<DiagnosisReport>[sources.Count];
        Parallel.For(
            0,
            sources.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation },
            index =>
            {
                var options = sources[index].Options with { Progress = progress?.Of(index) };
                outcomes[index] = DiagnoseOne(sources[index].With(sources.Count > 1 ? options with { Parallelism = 1 } : options), request, cancellation);
                progress?.Finish(index);
            });
        return outcomes;
    }

    private static List<DiagnosisReport> DiagnoseOne(LogSource source, ReportRequest request, CancellationToken cancellation)
    {
        var series = new List<SeriesCollector>();
        var diagnoses = LogDiagnosis.Diagnose(source, request.Rules, (_, scopes) =>
        {
            var collector = new SeriesCollector(scopes);
            series.Add(collector);
            return collector;
        }, cancellation);
        return [.. diagnoses.Select((diagnosis, index) => DiagnosisReport.Create(diagnosis, series[index]))];
    }

    /// <summary>Several runs make several reports: <c>report.json</c> becomes <c>report-1.json</c>, <c>report-2.json</c> and so on.</summary>
    internal static ReportRequest Numbered(ReportRequest request, int count, int index) => count == 1
        ? request
        : request with { Outputs = [.. request.Outputs.Select(output => output == ReportArguments.StandardOutput ? output : Numbered(output, index))] };

    private static string Numbered(string path, int index) => Path.Combine(
        Path.GetDirectoryName(path) ?? string.Empty,
        FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(path)}-{index + 1}{Path.GetExtension(path)}"));

    internal static Dictionary<string, string> ParseRoles(IEnumerable<string> assignments)
    {
        var roles = new Dictionary<string, string>();
        foreach (string assignment in assignments)
        {
            int sign = assignment.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0 || sign == assignment.Length - 1)
            {
                throw new UsageException($"--map: '{assignment}' is not of the form ROLE=COLUMN, e.g. validation_loss=val/ce.");
            }

            roles[assignment[..sign]] = assignment[(sign + 1)..];
        }

        return roles;
    }
}
