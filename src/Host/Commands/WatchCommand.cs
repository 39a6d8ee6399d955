using System.CommandLine;
using Spectre.Console;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor watch PATH</c>: follows logs while runs train.</summary>
internal sealed class WatchCommand(Terminal terminal, ReportWriter writer, RunBoard board) : ICommandDefinition
{
    private static readonly TimeSpan NoticeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NoticePause = TimeSpan.FromMilliseconds(250);

    private readonly Argument<string> _path = new("path") { Description = "A log, or a folder in which logs appear." };
    private readonly Option<LogFormat> _format = new("--format") { Description = "The format; found out by content unless given.", DefaultValueFactory = _ => LogFormat.Auto };
    private readonly Option<string[]> _map = new("--map") { Description = "ROLE=COLUMN for a column whose name is not understood, e.g. validation_loss=val/ce. Repeatable." };
    private readonly Option<double> _interval = new("--interval") { Description = "Seconds between two looks.", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> _idle = new("--stop-when-idle") { Description = "End when nothing has changed for this many seconds; without it, watching goes on until Ctrl-C." };
    private readonly Option<Severity?> _stop = new("--stop-when") { Description = "End with 1 at the first finding at or above: error, warning or info." };
    private readonly Option<Severity> _notify = new("--notify-at") { Description = "The severity that --on-finding and --webhook begin at.", DefaultValueFactory = _ => Severity.Warning };
    private readonly Option<string?> _command = new("--on-finding") { Description = "A command to run at a finding, with the finding as JSON on its standard input." };
    private readonly Option<string?> _webhook = new("--webhook") { Description = "A web address to post findings to, as JSON." };

    public Command Create()
    {
        var command = new Command("watch", "Follow logs while runs train, tell findings as they open, and write the report of diagnose at the end.")
        {
            _path, _format, _map, _interval, _idle, _stop, _notify, _command, _webhook,
        };
        var arguments = new ReportArguments(command, defaultFailOn: "error");
        command.SetAction((parsed, cancellation) => RunAsync(parsed, arguments.Read(parsed), cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, ReportRequest request, CancellationToken cancellation)
    {
        string path = parsed.GetRequiredValue(_path);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw new UsageException($"{path}: no such file or folder");
        }

        var reading = new LogReadOptions { Format = parsed.GetValue(_format), Roles = DiagnoseCommand.ParseRoles(parsed.GetValue(_map) ?? []) };
        var options = new WatchOptions(
            Seconds(parsed.GetValue(_interval), "--interval"),
            parsed.GetValue(_idle) is { } idle ? Seconds(idle, "--stop-when-idle") : null,
            parsed.GetValue(_notify),
            parsed.GetValue(_stop));
        var notices = new FindingNotices(Receivers(parsed), terminal.WriteError, NoticeTimeout);
        await using (notices.ConfigureAwait(false))
        {
            var session = new WatchSession(new LogWatcher(path, reading, request, board), notices, options, line => Say(line, request));
            await FollowAsync(session, request, cancellation).ConfigureAwait(false);
            return Finish(session, request);
        }
    }

    private int Finish(WatchSession session, ReportRequest request)
    {
        try
        {
            bool fails = false;
            var reports = session.Finish();
            for (int i = 0; i < reports.Count; i++)
            {
                writer.Write(reports[i], DiagnoseCommand.Numbered(request, reports.Count, i));
                fails |= request.Fails(reports[i], terminal.WriteError);
            }

            return fails || session.IsStopped ? ExitCode.Findings : ExitCode.Clean;
        }
        catch (LogFormatException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private Task FollowAsync(WatchSession session, ReportRequest request, CancellationToken cancellation)
    {
        if (!terminal.IsInteractive || request.IsQuiet)
        {
            return session.RunAsync(() => { }, cancellation);
        }

        var console = terminal.ErrorConsole;
        Table Draw() => RunTable.Draw(board.Runs, TimeProvider.System.GetUtcNow(), console.Profile.Height);
        return console.Live(Draw()).StartAsync(live => session.RunAsync(() => live.UpdateTarget(Draw()), cancellation));
    }

    private void Say(string line, ReportRequest request)
    {
        if (request.IsQuiet)
        {
            return;
        }

        if (terminal.IsInteractive)
        {
            // The console knows of the table, and writes above it.
            terminal.ErrorConsole.WriteLine(line);
        }
        else
        {
            terminal.Error.WriteLine(line);
        }
    }

    private List<INoticeReceiver> Receivers(ParseResult parsed)
    {
        var receivers = new List<INoticeReceiver>();
        if (parsed.GetValue(_command) is { } command)
        {
            receivers.Add(new FindingCommand(command, NoticeTimeout));
        }

        if (parsed.GetValue(_webhook) is { } address)
        {
            receivers.Add(new Webhook(Address(address), NoticeTimeout, NoticePause));
        }

        return receivers;
    }

    private static TimeSpan Seconds(double seconds, string option) => seconds is >= 0.01 and <= 86400
        ? TimeSpan.FromSeconds(seconds)
        : throw new UsageException(FormattableString.Invariant($"{option}: {seconds} is not between 0.01 and 86400 seconds."));

    private static Uri Address(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? new Uri(address)
        : throw new UsageException("--webhook: expected an http or https address.");
}
