using Microsoft.Extensions.Hosting;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Fleet.Shown;

/// <summary>Tells all hosts, once a second, what has changed on the board of this one.</summary>
/// <param name="board">The board.</param>
/// <param name="runs">The runs that this host holds.</param>
/// <param name="views">Where all hosts look.</param>
/// <param name="logs">What the runs of followed logs are called.</param>
/// <param name="complain">Takes one line.</param>
internal sealed class ViewWriter(RunBoard board, HeldRuns runs, ViewStore views, LogNames logs, Action<string> complain) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _writing = new(1);
    private long _seen;
    private bool _isAway;

    /// <summary>Tells what has changed; where the database is away, that is told next time.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task SaveAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var changed = board.Runs.Where(run => run.Version > _seen).ToList();
            if (changed.Count > 0)
            {
                await views.SaveAsync([.. changed.Select(View)], cancellation).ConfigureAwait(false);
                _seen = changed.Max(run => run.Version);
            }

            _isAway = false;
        }
        catch (IntakeAwayException exception)
        {
            if (!_isAway)
            {
                complain(exception.Message);
            }

            _isAway = true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _writing.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SaveAsync(stoppingToken);
        }
    }

    private RunView View(BoardRun run)
    {
        var summary = JObject.FromObject(RunSummary.Of(run));
        bool isHeld = runs.Holds(run.Id);
        string id = isHeld ? run.Id : logs.SharedOf(run.Id);
        summary["id"] = id;
        return new RunView(id, isHeld ? runs.LinesOf(run.Id) : 0, run.IsEnded, run.Report.Verdict, RunTotals.SecondsLostOf(run.Report) ?? 0, summary.ToString(Formatting.None));
    }
}
