using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Messaging;
using Orleans.Runtime;
using StackExchange.Redis;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Configuration;
using TrainingDoctor.Host.Fleet.Members;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Readers;
using TrainingDoctor.Snapshots;

namespace TrainingDoctor.Host.Fleet.Heaps;

/// <summary>A command that has logs diagnosed by the hosts of a fleet: it finds them where they find each other, and is none of them. What that takes is loaded here and nowhere else.</summary>
internal static class HeapCommand
{
    /// <summary>Diagnoses logs.</summary>
    /// <param name="address">Where the hosts find each other.</param>
    /// <param name="paths">What the command was given, from the root.</param>
    /// <param name="sources">What was found there.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="request">The rules.</param>
    /// <param name="progress">Told the place of each log that is done; null for nobody.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What came of each log.</returns>
    /// <exception cref="UsageException">The hosts cannot be found, or do not diagnose these logs.</exception>
    /// <exception cref="LogFormatException">None of the logs can be read.</exception>
    public static async Task<IReadOnlyList<DiagnosedLog>> DiagnoseAsync(
        FleetAddress address, string[] paths, IReadOnlyList<LogSource> sources, LogReadOptions options, ReportRequest request, Action<int>? progress, CancellationToken cancellation)
    {
        var task = Task(paths, options, request);
        if (address.Kind == FleetStoreKind.Redis)
        {
            await RedisAddress.CheckAsync(address).ConfigureAwait(false);
        }

        using var host = Connect(address);
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or RedisException or System.Data.Common.DbException or InvalidOperationException)
        {
            throw new UsageException($"--cluster: no host of the fleet at {address.Shown} answers: {exception.Message.Split('\n')[0]}");
        }

        try
        {
            return LogDiagnoses.Checked(await new HeapDiagnoses(host.Services.GetRequiredService<IClusterClient>(), sources, request.Rules, task).RunAsync(progress, cancellation).ConfigureAwait(false));
        }
        finally
        {
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static HeapTask Task(string[] paths, LogReadOptions options, ReportRequest request)
    {
        try
        {
            return new HeapTask
            {
                Heap = Guid.NewGuid().ToString("N"),
                Paths = paths,
                Reading = HeapReading.Write(options),
                Configuration = ConfigurationFile.Load(request.ConfigurationFile) is { } file ? File.ReadAllText(file.Path) : null,
                Normal = request.NormalFile is { } normal ? File.ReadAllText(normal) : null,
                Version = HeapOutcomes.VersionOf(request.Rules),
            };
        }
        catch (SnapshotException exception)
        {
            throw new UsageException($"--cluster: these rules cannot be compared with those of other hosts: {exception.Message}");
        }
    }

    private static IHost Connect(FleetAddress address)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "traindoctor" });
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (FleetAddress.ClusterName, FleetAddress.ClusterName));
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(8));
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
            if (address.Kind == FleetStoreKind.Redis)
            {
                client.UseRedisClustering(redis => redis.ConfigurationOptions = RedisAddress.Of(address, isPatient: true));
            }
            else
            {
                client.Services.AddSingleton(_ => NpgsqlDataSource.Create(address.ToConnectionString().ConnectionString));
                client.Services.AddSingleton<IGatewayListProvider, PostgresGateways>();
            }
        });
        return builder.Build();
    }
}
