using System.CommandLine;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor watch PATH</c>: follows logs while runs train.</summary>
internal sealed class WatchCommand(Terminal terminal, WatchRun run, RunBoard board) : ICommandDefinition
{
    private readonly Argument<string> _path = new("path") { Description = "A log, or a folder in which logs appear." };
    private readonly LogArguments _log = new();
    private readonly Option<string?> _serve = new("--serve")
    {
        Description = $"Serve a page with the runs, by default at {LiveAddress.Default}; runs may be pushed there too.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _cluster = new("--cluster") { Description = "With --serve: share runs with the other hosts that name the same redis://HOST:PORT or postgres://USER:PASSWORD@HOST:PORT/DB." };
    private readonly Option<string?> _record = new("--record") { Description = "With --serve: keep pushed telemetry in this folder, and resume from it after a restart; with --cluster, in this database: postgres://USER:PASSWORD@HOST:PORT/DB." };

    private readonly CertificateArguments _certificate = new();

    public Command Create()
    {
        var command = new Command("watch", "Follow logs while runs train, report findings as they open, and write the report of diagnose at the end.") { _path, _serve, _cluster, _record };
        _log.AddTo(command);
        _certificate.AddTo(command);
        var watching = new WatchArguments(command);
        var reporting = new ReportArguments(command, defaultFailOn: "error");
        command.SetAction((parsed, cancellation) => RunAsync(parsed, watching, reporting.Read(parsed), cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, WatchArguments watching, ReportRequest request, CancellationToken cancellation)
    {
        string path = parsed.GetRequiredValue(_path);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw new UsageException($"{path}: no such file or folder");
        }

        if (parsed.GetResult(_serve) is null && (parsed.GetValue(_cluster) ?? parsed.GetValue(_record)) is not null)
        {
            throw new UsageException("watch: --cluster and --record are for what is pushed to a host; add --serve.");
        }

        using var interruption = new Interruption(cancellation);
        var reading = _log.Read(parsed);
        var options = watching.Read(parsed);
        var watcher = new LogWatcher(path, reading, request, board);
        var notices = watching.Notices(parsed, terminal);
        await using (notices.ConfigureAwait(false))
        {
            return parsed.GetResult(_serve) is null
                ? await run.WatchAsync(watcher, notices, options, request, interruption).ConfigureAwait(false)
                : await run.ServeAsync(LiveOptions.Load(parsed.GetValue(_serve), parsed.GetValue(_record), _certificate.Read(parsed), parsed.GetValue(_cluster)), watcher, notices, options, request, interruption).ConfigureAwait(false);
        }
    }
}
