using System.Collections;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;
using TrainingDoctor.Host.Live.Endpoints;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Live;

/// <summary>Serves the board: a page for people, an API and events for programs, telemetry's way in, health and metrics.</summary>
internal sealed class LiveHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LiveHost(WebApplication application) => _application = application;

    /// <summary>Gets the address that is listened at, with the port that was found.</summary>
    public string Address => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Puts a host together and begins to listen.</summary>
    /// <param name="setup">What it serves.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UsageException">The address is taken, or is none of this machine.</exception>
    public static async Task<LiveHost> StartAsync(LiveSetup setup, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "traindoctor" });
        builder.Configuration.AddInMemoryCollection(OpenTelemetryVariables()).AddConfiguration(setup.Configuration);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = setup.Options.MaxBodyBytes;
            server.Listen(setup.Address.EndPoint, listen =>
            {
                if (setup.Certificate is { } certificate)
                {
                    listen.UseHttps(https => (https.ServerCertificate, https.ServerCertificateChain) = (certificate.Certificate, certificate.Chain));
                }
            });
        });
        AddServices(builder.Services, setup);
        setup.Extension?.AddServices(builder.Services);
        var application = builder.Build();
        Map(application, setup);
        try
        {
            await application.StartAsync(cancellation);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await application.DisposeAsync();
            throw new UsageException($"'{setup.Options.Address}' cannot be listened at: {exception.Message}");
        }
        catch (Exception exception) when (setup.Extension?.Explain(exception) is not null)
        {
            await application.DisposeAsync();
            throw new UsageException(setup.Extension.Explain(exception)!);
        }

        return new LiveHost(application);
    }

    /// <summary>Waits until the watching has ended, then closes what is open.</summary>
    /// <param name="cancellation">Ends it early, as Ctrl-C does.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await _application.WaitForShutdownAsync(cancellation);

        // A fault of the watching is the program's, not one line in a log.
        await (_application.Services.GetRequiredService<WatchService>().ExecuteTask ?? Task.CompletedTask);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary>Finds what the environment says of metrics and traces; nothing else of it concerns a host.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> OpenTelemetryVariables() =>
        from DictionaryEntry variable in Environment.GetEnvironmentVariables()
        let name = (string)variable.Key
        where name.StartsWith("OTEL_", StringComparison.Ordinal)
        select KeyValuePair.Create(name, variable.Value as string);

    private static void AddServices(IServiceCollection services, LiveSetup setup)
    {
        // Ctrl-C is the command line's, which writes the report afterwards.
        services.AddSingleton<IHostLifetime, CommandLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        services.AddLogging(logging => logging
            .AddConfiguration(setup.Configuration.GetSection("Logging"))
            .SetMinimumLevel(LogLevel.Warning)

            // What it says, that it cannot start or that the watching failed, the command says in one line.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)

            // What clients do they could do without end.
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.None)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddRoutingCore();
        services.AddSingleton(_ => new LiveMetrics(setup.Board));
        services.AddSingleton(provider => new WatchService(setup.Watch, provider.GetRequiredService<IHostApplicationLifetime>()));
        services.AddHostedService(provider => provider.GetRequiredService<WatchService>());
        services.AddHealthChecks().AddCheck<WatchService>("watching");
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(LiveMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter());
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (rejected, _) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = "1";
                return ValueTask.CompletedTask;
            };
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? string.Empty,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = 2 * setup.Options.RequestsPerSecond,
                    TokensPerPeriod = setup.Options.RequestsPerSecond,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                }));
        });
    }

    private static void Map(WebApplication application, LiveSetup setup)
    {
        var metrics = application.Services.GetRequiredService<LiveMetrics>();
        application.Use(new RequestBoundary(setup.Complain).InvokeAsync);
        application.UseRateLimiter();
        application.Use(SameOrigin.InvokeAsync);
        if (setup.Options.Token is { } token)
        {
            application.Use(new TokenGate(token, readToken: setup.Options.ReadToken, projects: setup.Options.Projects).InvokeAsync);
        }
        else
        {
            application.Use(HostNameCheck.InvokeAsync);
        }

        application.UseRouting();
        application.Use(RunAccess.InvokeAsync);
        application.MapPage();
        application.MapRuns(setup.Shown);
        new EventEndpoint(setup.Shown, metrics, setup.Options.MaxStreams, application.Lifetime.ApplicationStopping).Map(application);
        new TelemetryEndpoint(setup.Intake, metrics, setup.Options.MaxBodyBytes).Map(application);
        setup.Extension?.Map(application);
        application.MapHealthChecks("/health", new HealthCheckOptions { Predicate = check => !check.Tags.Contains(ILiveExtension.Ready) });
        application.MapHealthChecks("/ready");
        application.MapPrometheusScrapingEndpoint(RunAccess.MetricsRoute);
    }

    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>What a host serves, and how.</summary>
/// <param name="Options">The options.</param>
/// <param name="Configuration">What the configuration says beside, log levels for instance.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Board">The runs that are judged here.</param>
/// <param name="Shown">The runs that are shown.</param>
/// <param name="Intake">Takes what is pushed here.</param>
/// <param name="Watch">The watching; it calls back after each look.</param>
/// <param name="Complain">Takes one line about what goes wrong here.</param>
internal sealed record LiveSetup(
    LiveOptions Options,
    IConfiguration Configuration,
    LiveAddress Address,
    RunBoard Board,
    IShownRuns Shown,
    ITelemetryIntake Intake,
    Func<Action, CancellationToken, Task> Watch,
    Action<string> Complain)
{
    /// <summary>Gets the certificate with which it speaks TLS; null where it speaks HTTP alone.</summary>
    public HostCertificate? Certificate { get; init; }

    /// <summary>Gets what it is besides; null for nothing.</summary>
    public ILiveExtension? Extension { get; init; }
}
