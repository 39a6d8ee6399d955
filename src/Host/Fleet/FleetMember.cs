using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using StackExchange.Redis;
using TrainingDoctor.Host.Fleet.Grains;
using TrainingDoctor.Host.Fleet.Heaps;
using TrainingDoctor.Host.Fleet.Members;
using TrainingDoctor.Host.Fleet.Records;
using TrainingDoctor.Host.Fleet.Shown;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Fleet;

/// <summary>A host that shares its runs with others. Nothing here, nor what it stands on, is loaded where it does not.</summary>
internal sealed class FleetMember : ILiveExtension, IAsyncDisposable
{
    private const string MeterName = "TrainingDoctor.Fleet";

    private static readonly string[] Talkative = ["Orleans", "Polly", "Npgsql"];

    private readonly Meter _meter = new(MeterName);
    private readonly FleetOptions _options;
    private readonly RecordStore _store;
    private readonly RecordAppender _appender;
    private readonly RunBoard _board;
    private readonly LogNames _logs;
    private readonly HeldSnapshots _snapshots;
    private readonly HeldRuns _held;
    private readonly ViewWriter _writer;
    private readonly FleetRuns _shown;
    private readonly RunWaker _waker;
    private readonly ReportLanguage _language;
    private readonly Action<string> _complain;
    private readonly bool _isTraced = FleetTraces.AreAskedFor(Environment.GetEnvironmentVariables());
    private IGrainFactory? _grains;
    private ISiloStatusOracle? _silos;

    private FleetMember(FleetOptions options, RecordStore store, ReceivingOptions receiving, RunBoard board, ReportLanguage language, Action<string> complain)
    {
        (_options, _store, _board, _language, _complain) = (options, store, board, language, complain);
        _appender = new RecordAppender(store, _meter);
        var views = new ViewStore(store);
        _logs = new LogNames(options.EndPoint.ToString());
        _snapshots = new HeldSnapshots(store, receiving.Rules, _meter, complain, TimeProvider.System);
        _held = new HeldRuns(receiving, board, store, views, _snapshots, _meter, complain);
        _writer = new ViewWriter(board, _held, views, _logs, complain);
        _shown = new FleetRuns(new BoardRuns(board, language), store, views, _snapshots, receiving, language, _logs, FollowerOf, Grains);
        _waker = new RunWaker(_held, views, Grains);
        Intake = new FleetIntake(store, Grains);
    }

    /// <summary>Gets what takes telemetry.</summary>
    public ITelemetryIntake Intake { get; }

    /// <summary>Gets the runs of all hosts.</summary>
    public IShownRuns Shown => _shown;

    /// <summary>Gets the runs that this host holds, to be judged.</summary>
    public IRunSource Runs => _held;

    /// <summary>Prepares to be part of a fleet: finds its database, and makes its tables where there are none.</summary>
    /// <param name="options">How.</param>
    /// <param name="receiving">What is taken and kept.</param>
    /// <param name="board">The runs of this host.</param>
    /// <param name="language">The language of reports for people.</param>
    /// <param name="complain">Takes one line about what goes wrong.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UsageException">The database, or where the hosts find each other, cannot be reached.</exception>
    public static async Task<FleetMember> PrepareAsync(FleetOptions options, ReceivingOptions receiving, RunBoard board, ReportLanguage language, Action<string> complain, CancellationToken cancellation)
    {
        if (options.Members.Kind == FleetStoreKind.Redis)
        {
            await RedisAddress.CheckAsync(options.Members);
        }

        return new FleetMember(options, await RecordStore.OpenAsync(options.Records, cancellation), receiving, board, language, complain);
    }

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton(_board).AddSingleton(_held).AddSingleton(_snapshots).AddSingleton(_store).AddSingleton(_appender).AddSingleton(_writer);
        services.AddSingleton(_ => new HeapWorker(_options.Logs, _options.EndPoint.ToString(), _meter));
        services.AddSingleton(new GrainSetting(_language, Guid.NewGuid().ToString("N")[..8], _logs));
        services.AddHostedService(_ => _writer).AddHostedService(_ => _shown).AddHostedService(_ => _waker);
        services.AddSingleton<IFatalErrorHandler>(new DeclaredDead(_complain));
        services.AddHealthChecks().AddCheck<FleetReadiness>("fleet", tags: [ILiveExtension.Ready]);
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Microsoft.Orleans", MeterName));

        // What they say of hosts that come and go would be a page a second; a level in the configuration counts for more.
        services.Configure<LoggerFilterOptions>(logging =>
        {
            foreach (string category in Talkative)
            {
                logging.Rules.Insert(0, new LoggerFilterRule(null, category, LogLevel.Critical, null));
            }
        });
        if (_isTraced)
        {
            FleetTraces.AddTo(services, _options.EndPoint.ToString());
        }

        services.AddOrleans(AddSilo);
    }

    /// <inheritdoc/>
    public string? Explain(Exception exception) => exception switch
    {
        AddressInUseException => $"{_options.EndPoint}: the port at which the other hosts reach this one, or the one behind it, is taken; name another by clusterAddress, as in 10.0.0.7:15173.",
        OrleansException or TimeoutException or RedisException or System.Data.Common.DbException => $"{_options.Members.Shown}: this host could not join the others: {exception.Message.Split('\n')[0]}",
        _ => null,
    };

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        _grains = routes.ServiceProvider.GetRequiredService<IGrainFactory>();
        _silos = routes.ServiceProvider.GetRequiredService<ISiloStatusOracle>();
        routes.MapGet("/api/v1/runs/{id}/record", (RequestDelegate)WriteRecordAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _appender.DisposeAsync();
        await _store.DisposeAsync();
        _snapshots.Dispose();
        _meter.Dispose();
    }

    private IGrainFactory Grains() => _grains ?? throw new IntakeAwayException("This host is not ready yet.");

    private SiloAddress? FollowerOf(string shared) =>
        _silos?.GetApproximateSiloStatuses(onlyActive: true).Keys.FirstOrDefault(silo => new LogNames(silo.Endpoint.ToString()).OwnOf(shared) is not null);

    private void AddSilo(ISiloBuilder silo)
    {
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (FleetAddress.ClusterName, FleetAddress.ClusterName));
        silo.Configure<EndpointOptions>(endpoint => (endpoint.AdvertisedIPAddress, endpoint.SiloPort, endpoint.GatewayPort) = (_options.EndPoint.Address, _options.EndPoint.Port, _options.CommandPort()));

        // A host that does not answer for some five seconds is dead, and its runs are shown again within ten.
        silo.Configure<ClusterMembershipOptions>(members =>
        {
            members.ProbeTimeout = TimeSpan.FromSeconds(1.5);
            members.MaxProbeTimeout = TimeSpan.FromSeconds(2);
            members.NumMissedProbesLimit = 2;
            members.TableRefreshTimeout = TimeSpan.FromSeconds(5);
            members.DeathVoteExpirationTimeout = TimeSpan.FromSeconds(30);
            members.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            members.NumMissedTableIAmAliveLimit = 3;
            members.MaxJoinAttemptTime = TimeSpan.FromSeconds(40);
        });
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.ResponseTimeout = TimeSpan.FromSeconds(8);

            // A sender asks once at a time: more than this many are many senders of one run.
            messaging.MaxEnqueuedRequestsHardLimit = 64;
        });
        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.CollectionAge = _options.IdleTime;
            collection.CollectionQuantum = TimeSpan.FromSeconds(Math.Max(1, _options.IdleTime.TotalSeconds / 8));
            collection.ActivationTimeout = TimeSpan.FromMinutes(5);
        });
        if (_isTraced)
        {
            FleetTraces.CarryOn(silo);
        }

        if (_options.Members.Kind == FleetStoreKind.Redis)
        {
            silo.UseRedisClustering(redis => redis.ConfigurationOptions = RedisAddress.Of(_options.Members, isPatient: true));
        }
        else
        {
            silo.Services.AddSingleton<IMembershipTable, PostgresMembership>();
        }
    }

    /// <summary>Writes a run's record as it is kept: telemetry that <c>traindoctor diagnose</c> reads.</summary>
    private async Task WriteRecordAsync(HttpContext context)
    {
        string id = (string)context.GetRouteValue("id")!;
        if (await _store.FindAsync(id, context.RequestAborted) is not { } end)
        {
            await Refusal.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such run.");
            return;
        }

        context.Response.ContentType = "application/x-ndjson";
        foreach (var chunk in _store.Read(end))
        {
            await context.Response.Body.WriteAsync(chunk.Data, context.RequestAborted);
        }
    }
}
