using System.CommandLine;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Commands;

/// <summary>The options that every command takes which follows runs.</summary>
internal sealed class WatchArguments
{
    private static readonly TimeSpan NoticeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NoticePause = TimeSpan.FromMilliseconds(250);

    private readonly Option<double> _interval = new("--interval") { Description = "Seconds between two looks.", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> _idle = new("--stop-when-idle") { Description = "Stop when nothing has changed for this many seconds; without it, watch until Ctrl-C." };
    private readonly Option<Severity?> _stop = new("--stop-when") { Description = "Stop with exit code 1 at the first finding at or above: error, warning or info." };
    private readonly Option<Severity> _notify = new("--notify-at") { Description = "The severity that --on-finding and --webhook begin at.", DefaultValueFactory = _ => Severity.Warning };
    private readonly Option<string?> _command = new("--on-finding") { Description = "A command to run at a finding, with the finding as JSON on its standard input." };
    private readonly Option<string?> _webhook = new("--webhook") { Description = "A web address to post findings to, as JSON." };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public WatchArguments(Command command)
    {
        foreach (var option in new Option[] { _interval, _idle, _stop, _notify, _command, _webhook })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads when to look, to tell and to stop.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="UsageException">A value is wrong.</exception>
    public WatchOptions Read(ParseResult parsed) => new(
        Seconds(parsed.GetValue(_interval), "--interval"),
        parsed.GetValue(_idle) is { } idle ? Seconds(idle, "--stop-when-idle") : null,
        parsed.GetValue(_notify),
        parsed.GetValue(_stop));

    /// <summary>Makes those who are told of findings.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Hears what could not be told.</param>
    /// <exception cref="UsageException">A value is wrong.</exception>
    public FindingNotices Notices(ParseResult parsed, Terminal terminal)
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

        return new FindingNotices(receivers, terminal.WriteError, NoticeTimeout);
    }

    private static TimeSpan Seconds(double seconds, string option) => seconds is >= 0.01 and <= 86400
        ? TimeSpan.FromSeconds(seconds)
        : throw new UsageException(FormattableString.Invariant($"{option}: {seconds} is not between 0.01 and 86400 seconds."));

    private static Uri Address(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? uri
        : throw new UsageException("--webhook: expected an http or https address.");
}
