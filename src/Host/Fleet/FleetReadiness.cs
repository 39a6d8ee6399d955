using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;
using TrainingDoctor.Host.Fleet.Records;

namespace TrainingDoctor.Host.Fleet;

/// <summary>Tells whether telemetry should come here: the host is part of its fleet, and the database of the records answers.</summary>
/// <param name="silo">Knows whether the host is part of its fleet.</param>
/// <param name="store">The records.</param>
internal sealed class FleetReadiness(ISiloStatusOracle silo, RecordStore store) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (silo.CurrentStatus != SiloStatus.Active)
        {
            return HealthCheckResult.Unhealthy($"The host is {silo.CurrentStatus} in its cluster.");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(Patience);
        return await store.AnswersAsync(either.Token) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The database of the records does not answer.");
    }
}
