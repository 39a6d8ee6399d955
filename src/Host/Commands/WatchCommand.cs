using System.CommandLine;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor watch PATH</c>: follows logs while runs train.</summary>
internal sealed class WatchCommand(Terminal terminal, ReportWriter writer) : ICommandDefinition
{
    private readonly Argument<string> _path = new("path") { Description = "A log, or a folder in which logs appear." };
    private readonly Option<double> _interval = new("--interval") { Description = "Seconds between two looks.", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> _idle = new("--stop-when-idle") { Description = "End when nothing has changed for this many seconds." };
    private readonly Option<Severity?> _stop = new("--stop-when") { Description = "End with 1 at the first finding at or above: error, warning or info." };
    private readonly Option<Severity> _notify = new("--notify-at") { Description = "The severity that --on-finding and --webhook begin at.", DefaultValueFactory = _ => Severity.Warning };
    private readonly Option<string?> _command = new("--on-finding") { Description = "A command to run at a finding, with the finding as JSON on its standard input." };
    private readonly Option<string?> _webhook = new("--webhook") { Description = "A web address to post findings to, as JSON." };

    public Command Create()
    {
        var command = new Command("watch", "Follow logs while runs train, and tell findings as they open.") { _path, _interval, _idle, _stop, _notify, _command, _webhook };
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

        var watcher = new LogWatcher(path, new LogReadOptions(), request);
        using var notice = new FindingNotice(parsed.GetValue(_command), Address(parsed.GetValue(_webhook)), terminal.WriteError);
        bool stopped = await FollowAsync(watcher, notice, parsed, request, cancellation).ConfigureAwait(false);
        try
        {
            bool fails = stopped;
            var reports = watcher.Finish();
            for (int i = 0; i < reports.Count; i++)
            {
                writer.Write(reports[i], DiagnoseCommand.Numbered(request, reports.Count, i));
                fails |= request.Fails(reports[i], terminal.WriteError);
            }

            return fails ? ExitCode.Findings : ExitCode.Clean;
        }
        catch (LogFormatException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private async Task<bool> FollowAsync(LogWatcher watcher, FindingNotice notice, ParseResult parsed, ReportRequest request, CancellationToken cancellation)
    {
        var interval = Seconds(parsed.GetValue(_interval), "--interval");
        TimeSpan? patience = parsed.GetValue(_idle) is { } idle ? Seconds(idle, "--stop-when-idle") : null;
        long changed = TimeProvider.System.GetTimestamp();
        try
        {
            while (true)
            {
                foreach (var found in watcher.Look(cancellation))
                {
                    if (!request.IsQuiet)
                    {
                        terminal.ErrorConsole.Profile.Out.Writer.WriteLine(WatchText.Line(found));
                    }

                    if (found.Finding.Severity >= parsed.GetValue(_notify))
                    {
                        await notice.SendAsync(found).ConfigureAwait(false);
                    }

                    if (found.Finding.Severity >= parsed.GetValue(_stop))
                    {
                        return true;
                    }
                }

                if (watcher.HasChanged)
                {
                    changed = TimeProvider.System.GetTimestamp();
                }
                else if (TimeProvider.System.GetElapsedTime(changed) >= patience)
                {
                    return false;
                }

                await Task.Delay(watcher.Rest > interval ? watcher.Rest : interval, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C ends the watching; the report is still written.
            return false;
        }
    }

    private static TimeSpan Seconds(double seconds, string option) => seconds is >= 0.01 and <= 86400
        ? TimeSpan.FromSeconds(seconds)
        : throw new UsageException(FormattableString.Invariant($"{option}: {seconds} is not between 0.01 and 86400 seconds."));

    private static Uri? Address(string? address) => address is null
        ? null
        : Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new Uri(address)
            : throw new UsageException("--webhook: expected an http or https address.");
}
