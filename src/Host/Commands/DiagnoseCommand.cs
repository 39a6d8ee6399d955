using System.CommandLine;
using Spectre.Console;
using TrainingDoctor.Configuration;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Fleet;
using TrainingDoctor.Host.Fleet.Heaps;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Readers;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor diagnose PATH...</c>: post-mortem of logs.</summary>
internal sealed class DiagnoseCommand(Terminal terminal, ReportWriter writer) : ICommandDefinition
{
    private const long WorthAProgressBar = 50_000_000;

    private const string CurrentFolder = ".";

    private readonly Argument<string[]> _paths = new("path") { Description = "Logs: files, folders, or - for standard input; the current folder unless given.", Arity = ArgumentArity.ZeroOrMore };
    private readonly LogArguments _log = new();
    private readonly Option<bool> _compare = new("--compare") { Description = "The old spelling of: traindoctor diff FIRST --against SECOND." };

    private readonly Option<string?> _cluster = new("--cluster")
    {
        Description = "Have the logs diagnosed by the hosts that share their runs at redis://HOST:PORT or postgres://USER:PASSWORD@HOST:PORT/DB, which see the same folders; without an address, at that of TRAINDOCTOR_CLUSTER.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _explain = new("--explain-reading") { Description = "First print how the logs were read: what each number of the first lines was taken for and why, all numbers by name, and the series." };

    public Command Create()
    {
        var command = new Command("diagnose", "Diagnose logs of runs that are over, of any framework.") { _paths, _compare, _explain, _cluster };
        _log.AddTo(command);
        var arguments = new ReportArguments(command, defaultFailOn: "error");
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, arguments.Read(parsed), cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, ReportRequest request, CancellationToken cancellation)
    {
        var options = _log.Read(parsed);
        string[] paths = parsed.GetValue(_paths) is { Length: > 0 } named ? named : [CurrentFolder];
        if (paths.Any(string.IsNullOrEmpty))
        {
            throw new UsageException("a path is empty; expected a log, a folder, or - for standard input.");
        }

        var cluster = Cluster(parsed, paths);
        paths = cluster is null ? paths : [.. paths.Select(Path.GetFullPath)];
        return LogFault.Told(() =>
        {
            var sources = paths.SelectMany(path => LogOpener.Open(path, options)).ToList();
            if (parsed.GetValue(_explain))
            {
                Explain(sources, cancellation);
            }

            return parsed.GetValue(_compare) ? Compare(sources, request, cancellation) : Judge(sources, request, cluster is null
                ? progress => LogDiagnoses.Of(sources, request, progress, cancellation)
                : progress => HeapCommand.DiagnoseAsync(cluster, paths, sources, options, request, progress is null ? null : progress.Finish, cancellation).GetAwaiter().GetResult());
        });
    }

    /// <summary>Finds the hosts that do the work.</summary>
    /// <returns>Null where this machine does it.</returns>
    private FleetAddress? Cluster(ParseResult parsed, string[] paths)
    {
        if (parsed.GetResult(_cluster) is null)
        {
            return null;
        }

        if (parsed.GetValue(_compare) || paths.Contains("-"))
        {
            throw new UsageException("--cluster: hosts read files that they see themselves, and compare none; expected files or folders, without --compare.");
        }

        string? address = parsed.GetValue(_cluster) ?? DoctorEnvironment.Read("CLUSTER");
        return FleetAddress.Parse(address ?? string.Empty, "--cluster");
    }

    /// <summary>Of several logs one that cannot be read is told in one line and in a row, and costs itself: the others have their reports, and the command does not end as if all had been read.</summary>
    private int Judge(List<LogSource> sources, ReportRequest request, Func<ReadingProgress?, IReadOnlyList<DiagnosedLog>> diagnose)
    {
        var logs = Diagnose(sources, request, diagnose);
        var unread = new List<UnreadLog>();
        foreach (var (source, log) in sources.Zip(logs))
        {
            if (log.Error is { } error)
            {
                terminal.WriteError(error.Message);
                unread.Add(new UnreadLog(source.Path, error.Message));
            }
        }

        int code = writer.Finish([.. logs.SelectMany(log => log.Reports)], request with { Unread = unread });
        return code == ExitCode.Clean && logs.Any(log => log.Error is not null) ? ExitCode.Usage : code;
    }

    private void Explain(List<LogSource> sources, CancellationToken cancellation)
    {
        foreach (var source in sources)
        {
            if (source.Path == "-")
            {
                throw new UsageException("--explain-reading: standard input can be read once only; expected a file.");
            }

            ReadingExplanation.Write(source, terminal.Output, cancellation);
        }
    }

    private int Compare(List<LogSource> sources, ReportRequest request, CancellationToken cancellation)
    {
        terminal.WriteError("--compare is the old spelling of 'traindoctor diff FIRST --against SECOND', whose exit code says whether they part; this is its answer.");
        var runs = sources.SelectMany(source => ComparedRun.ReadAll(source, request.Rules, cancellation)).ToList();
        return runs is [var first, var second]
            ? new DifferenceWriter(terminal).Finish([first], [second], request.Outputs, request.Language, request.IsQuiet)
            : throw new UsageException($"--compare: expected two runs, found {runs.Count}.");
    }

    private IReadOnlyList<DiagnosedLog> Diagnose(List<LogSource> sources, ReportRequest request, Func<ReadingProgress?, IReadOnlyList<DiagnosedLog>> diagnose)
    {
        IReadOnlyList<DiagnosedLog> outcomes = [];
        var reading = new ReadingProgress(sources);
        if (!terminal.IsInteractive || request.IsQuiet || (reading.Size < WorthAProgressBar && sources.Count < 20))
        {
            outcomes = diagnose(null);
        }
        else
        {
            terminal.ErrorConsole.Progress().AutoClear(true).Start(progress =>
            {
                var task = progress.AddTask("reading", maxValue: Math.Max(1, reading.Size));
                using var timer = new Timer(_ => task.Value = reading.Read, null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
                outcomes = diagnose(reading);
                task.Value = task.MaxValue;
            });
        }

        return outcomes;
    }
}
