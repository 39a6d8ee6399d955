using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace TrainingDoctor.Host.Live;

/// <summary>Does the watching of a host while it serves, ends the host when the watching has ended, and knows whether it is alive.</summary>
/// <param name="watch">The watching; it calls back after each look.</param>
/// <param name="lifetime">The host's life.</param>
internal sealed class WatchService(Func<Action, CancellationToken, Task> watch, IHostApplicationLifetime lifetime) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private long _looked = TimeProvider.System.GetTimestamp();

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var age = TimeProvider.System.GetElapsedTime(Interlocked.Read(ref _looked));
        return Task.FromResult(age < Patience ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(FormattableString.Invariant($"The last look at the runs was {age.TotalSeconds:F0} s ago.")));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The server begins to listen while the first look is under way.
        await Task.Yield();
        try
        {
            await watch(() => Interlocked.Exchange(ref _looked, TimeProvider.System.GetTimestamp()), stoppingToken);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }
}
