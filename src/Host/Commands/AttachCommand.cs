using System.CommandLine;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Remote;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor attach</c>: receives the telemetry that training processes push, or follows a host that does.</summary>
internal sealed class AttachCommand(Terminal terminal, WatchRun run) : ICommandDefinition
{
    private readonly Option<string?> _listen = new("--listen")
    {
        Description = $"Receive runs and serve a page with them, by default at {LiveAddress.Default}.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _record = new("--record") { Description = "Keep received telemetry in this folder, and resume from it after a restart; with --cluster, in this database: postgres://USER:PASSWORD@HOST:PORT/DB." };
    private readonly Option<string?> _cluster = new("--cluster") { Description = "Share runs with the other hosts that name the same redis://HOST:PORT or postgres://USER:PASSWORD@HOST:PORT/DB." };
    private readonly Option<string?> _url = new("--url") { Description = "Follow the runs of the host at this address on this terminal." };

    private readonly CertificateArguments _certificate = new();

    public Command Create()
    {
        var command = new Command("attach", "Receive telemetry that training processes push (RecordTo = \"http://…\"), or follow a host that does.") { _listen, _record, _cluster, _url };
        _certificate.AddTo(command);
        var watching = new WatchArguments(command);
        var reporting = new ReportArguments(command, defaultFailOn: "error");
        command.SetAction((parsed, cancellation) => RunAsync(parsed, watching, reporting, cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, WatchArguments watching, ReportArguments reporting, CancellationToken cancellation)
    {
        bool listens = parsed.GetResult(_listen) is not null;
        string? url = parsed.GetValue(_url);
        if (listens == url is not null)
        {
            throw new UsageException("attach: expected either --listen, to receive runs, or --url ADDRESS, to follow a host that does.");
        }

        using var interruption = new Interruption(cancellation);
        var options = watching.Read(parsed);
        if (url is not null)
        {
            return await new RemoteFollower(RemoteAddress.Parse(url), terminal).RunAsync(options, interruption.Token).ConfigureAwait(false);
        }

        var request = reporting.Read(parsed);
        var notices = watching.Notices(parsed, terminal);
        await using (notices.ConfigureAwait(false))
        {
            return await run.ServeAsync(LiveOptions.Load(parsed.GetValue(_listen), parsed.GetValue(_record), _certificate.Read(parsed), parsed.GetValue(_cluster)), source: null, notices, options, request, interruption).ConfigureAwait(false);
        }
    }
}
