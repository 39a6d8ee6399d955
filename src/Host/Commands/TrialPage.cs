using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Trials.Running;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Commands;

/// <summary>Shows the trials of a cure on the live page while they run: each with what is tried, how it stands, its curves and findings.</summary>
/// <param name="terminal">Is told the address, and what goes wrong.</param>
/// <param name="board">The runs of the page.</param>
internal sealed class TrialPage(Terminal terminal, RunBoard board)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Begins to serve.</summary>
    /// <param name="address">The address; null for the usual one.</param>
    /// <param name="report">The rules and the language.</param>
    /// <param name="reading">How logs are read.</param>
    /// <param name="trials">Returns the trials by now.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UsageException">The address cannot be listened at.</exception>
    public async Task<LiveServer> ServeAsync(string? address, ReportRequest report, LogReadOptions reading, Func<IReadOnlyList<TrialRun>> trials, CancellationToken cancellation)
    {
        var source = new NamedWatch(() => [.. trials().Select(run => new NamedRun(NameOf(run), run.IsOver, () => run.Places.Find(reading)))], report.Rules, board);
        var server = await LiveServer.StartAsync(LiveOptions.Load(address, record: null), board, report, received => (looked, stopping) => WatchAsync([source, received], looked, stopping), terminal.WriteError, cancellation).ConfigureAwait(false);

        // Not silenced by --quiet: with port 0 nobody could know it.
        await terminal.Error.WriteLineAsync($"traindoctor: listening at {server.Address}").ConfigureAwait(false);
        return server;
    }

    /// <summary>Looks until the host ends.</summary>
    private static async Task WatchAsync(IReadOnlyList<IRunSource> sources, Action looked, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            foreach (var source in sources)
            {
                _ = source.Look(stopping).Count();
            }

            looked();
            await Task.Delay(Interval, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string NameOf(TrialRun run) =>
        $"{run.Folder.Name}: {run.Title} ({(run.Stopped is { } reason ? $"ended: {reason}" : run.IsOver || run.Process.HasExited ? "over" : run.Process.IsPaused ? "stands still" : "runs")})";
}
