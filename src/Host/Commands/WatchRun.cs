using Microsoft.Extensions.Configuration;
using Spectre.Console;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Commands;

/// <summary>Watches on a terminal, and serves meanwhile where that was asked for; writes the reports at the end.</summary>
internal sealed class WatchRun(Terminal terminal, ReportWriter writer, RunBoard board)
{
    /// <summary>Watches without serving.</summary>
    /// <param name="source">Where the runs come from.</param>
    /// <param name="notices">Who is told of findings.</param>
    /// <param name="options">When to look, to tell and to stop.</param>
    /// <param name="request">The reports.</param>
    /// <param name="interruption">Ends the watching, as Ctrl-C does.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> WatchAsync(IRunSource source, FindingNotices notices, WatchOptions options, ReportRequest request, Interruption interruption)
    {
        var session = new WatchSession([source], notices, options, line => Say(line, request));
        interruption.InTime(() => Conclude(session, request));
        await FollowAsync(session, request, () => { }, interruption.Token).ConfigureAwait(false);
        return Finish(session, request, interruption);
    }

    /// <summary>Watches and serves. Runs that are pushed here are watched too.</summary>
    /// <param name="live">How to serve, and what the configuration says beside.</param>
    /// <param name="source">Where further runs come from; null for nowhere.</param>
    /// <param name="notices">Who is told of findings.</param>
    /// <param name="options">When to look, to tell and to stop.</param>
    /// <param name="request">The reports.</param>
    /// <param name="interruption">Ends the watching, as Ctrl-C does.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The address cannot be listened at.</exception>
    public async Task<int> ServeAsync(
        (LiveOptions Options, IConfiguration Configuration) live, IRunSource? source, FindingNotices notices, WatchOptions options, ReportRequest request, Interruption interruption)
    {
        WatchSession? session = null;

        // Runs that other hosts go on with are not over when this one leaves: it has no report to write of them.
        bool leaves = source is null && !string.IsNullOrEmpty(live.Options.Cluster);
        interruption.InTime(() => session is null ? ExitCode.Clean : leaves ? Leave(session) : Conclude(session, request));
        var server = await LiveServer.StartAsync(
            live,
            board,
            request,
            received =>
            {
                session = new WatchSession([.. source is null ? [] : new[] { source }, received], notices, options, line => Say(line, request));
                return (looked, stopping) => FollowAsync(session, request, looked, stopping);
            },
            terminal.WriteError,
            interruption.Token).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            // Not silenced by --quiet: with port 0 nobody could know it.
            Write($"traindoctor: listening at {server.Address}");
            await server.RunAsync(interruption.Token).ConfigureAwait(false);
        }

        return leaves ? Leave(session!) : Finish(session!, request, interruption);
    }

    private static int Leave(WatchSession session) => session.IsStopped ? ExitCode.Findings : ExitCode.Clean;

    private int Finish(WatchSession session, ReportRequest request, Interruption interruption)
    {
        try
        {
            var reports = session.Finish();
            interruption.Conclude();
            return Write(reports, session, request);
        }
        catch (LogFormatException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    /// <summary>Writes what is known when there is no time to read the logs to their end.</summary>
    private int Conclude(WatchSession session, ReportRequest request) => Write([.. board.Runs.Select(run => run.Report)], session, request);

    private int Write(IReadOnlyList<DiagnosisReport> reports, WatchSession session, ReportRequest request)
    {
        int code = writer.Finish(reports, request);
        return session.IsStopped ? ExitCode.Findings : code;
    }

    private Task FollowAsync(WatchSession session, ReportRequest request, Action looked, CancellationToken cancellation)
    {
        if (!terminal.IsInteractive || request.IsQuiet)
        {
            return session.RunAsync(looked, cancellation);
        }

        var console = terminal.ErrorConsole;
        Table Draw() => RunTable.Draw(board.Runs, TimeProvider.System.GetUtcNow(), console.Profile.Height);
        return console.Live(Draw()).StartAsync(live => session.RunAsync(
            () =>
            {
                looked();
                live.UpdateTarget(Draw());
            },
            cancellation));
    }

    private void Say(string line, ReportRequest request)
    {
        if (!request.IsQuiet)
        {
            Write(line);
        }
    }

    private void Write(string line)
    {
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
}
