using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using TrainingDoctor.Host.Commands;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Agents;

/// <summary>The doctor as a server of the Model Context Protocol. Nothing but its command touches this class, so that no other command loads the SDK.</summary>
internal static class AgentServer
{
    /// <summary>Where agents find the server below its address.</summary>
    public const string Path = "/mcp";

    private const string Instructions = "Training Doctor reads logs of neural networks in training, says what is wrong and what to do about it. Call diagnose with the path of a log, or with its text; "
        + "its 'summary' answers in a sentence. While a run trains, call watch_status. To find out why one run works and another does not, call compare. Numbers are quoted from the log; do not change them.";

    /// <summary>Serves one agent over a pair of streams, until they end.</summary>
    /// <param name="tools">What it may ask.</param>
    /// <param name="input">What it sends.</param>
    /// <param name="output">What it is answered.</param>
    /// <param name="cancellation">Ends the serving.</param>
    public static async Task ServeAsync(DoctorTools tools, Stream input, Stream output, CancellationToken cancellation)
    {
        var transport = new StreamServerTransport(input, output, "traindoctor");
        await using (transport.ConfigureAwait(false))
        {
            var options = new McpServerOptions();
            Configure(options, tools);
            var server = McpServer.Create(transport, options);
            await using (server.ConfigureAwait(false))
            {
                await server.RunAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Begins to serve agents of this machine over HTTP.</summary>
    /// <param name="tools">What they may ask.</param>
    /// <param name="address">Where to listen; a loopback address.</param>
    /// <param name="complain">Takes one line about what goes wrong here.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The server, listening, and its address with the port that was found.</returns>
    /// <exception cref="UsageException">Others could reach the address, or it is taken.</exception>
    public static async Task<(WebApplication Server, string Address)> ListenAsync(DoctorTools tools, LiveAddress address, Action<string> complain, CancellationToken cancellation)
    {
        if (!address.IsLoopback)
        {
            throw new UsageException($"--http: '{address.EndPoint}' can be reached from other machines; expected an address of this machine alone, such as {McpCommand.DefaultAddress}.");
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "traindoctor" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Listen(address.EndPoint);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddMcpServer(options => Configure(options, tools)).WithHttpTransport(http => http.SessionMode = HttpServerSessionMode.Stateless);
        var application = builder.Build();
        application.Use(new RequestBoundary(complain).InvokeAsync);
        application.Use(SameOrigin.InvokeAsync);
        application.Use(HostNameCheck.InvokeAsync);
        application.UseRouting();
        application.MapMcp(Path);
        try
        {
            await application.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new UsageException($"--http: '{address.EndPoint}' cannot be listened at: {exception.Message}");
        }

        return (application, application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    private static void Configure(McpServerOptions options, DoctorTools tools)
    {
        options.ServerInfo = new Implementation { Name = "traindoctor", Title = "Training Doctor", Version = typeof(AgentServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0" };
        options.ServerInstructions = Instructions;
        options.ToolCollection = [];
        foreach (var method in typeof(DoctorTools).GetMethods().Where(method => method.IsDefined(typeof(McpServerToolAttribute))))
        {
            options.ToolCollection.Add(McpServerTool.Create(method, method.IsStatic ? null : tools));
        }
    }

    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
