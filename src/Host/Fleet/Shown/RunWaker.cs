using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Orleans;
using TrainingDoctor.Host.Fleet.Grains;
using TrainingDoctor.Host.Receiving;

namespace TrainingDoctor.Host.Fleet.Shown;

/// <summary>
/// Finds the runs of which less is shown than their records have, and nobody is working on it: their host died before it had judged their last lines. They are taken up here, whether or not anything more of
/// them comes.
/// </summary>
/// <param name="runs">The runs that this host holds.</param>
/// <param name="views">What is shown.</param>
/// <param name="grains">Finds the host of a run.</param>
internal sealed class RunWaker(HeldRuns runs, ViewStore views, Func<IGrainFactory> grains) : BackgroundService
{
    /// <summary>In how many rounds after each other a summary must have stood still: one that a busy host has not come to yet is not waited for by waking its run.</summary>
    private const int Rounds = 4;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var before = new Dictionary<(string Id, long Lines), int>();
        using var timer = new PeriodicTimer(Period);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var behind = await views.BehindAsync(stoppingToken);
                before = behind.ToDictionary(run => run, run => before.GetValueOrDefault(run) + 1);
                await Parallel.ForEachAsync(
                    before.Where(run => run.Value >= Rounds && !runs.Holds(run.Key.Id)).Select(run => run.Key.Id),
                    new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = stoppingToken },
                    async (id, cancellation) => await WakeAsync(id, cancellation));
            }
            catch (IntakeAwayException)
            {
                // The database is away, which others say.
            }
        }
    }

    private async Task WakeAsync(string id, CancellationToken cancellation)
    {
        using var span = FleetTraces.Source.StartActivity("take over run")?.SetTag("training_doctor.run.id", id);
        try
        {
            await grains().GetGrain<IRunGrain>(id).WakeAsync().WaitAsync(cancellation);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            // Its host is dying or is overloaded: the next round tries again.
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
        }
    }
}
