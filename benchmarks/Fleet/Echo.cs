using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TrainingDoctor.Benchmarks.Fleet;

/// <summary>A plain Kestrel that reads what it is sent and sends it back: what taking a request costs before anything is done with it.</summary>
internal static class Echo
{
    /// <summary>Makes this program an echo.</summary>
    public const string Switch = "--serve-echo";

    /// <summary>Serves until standard input ends, as it does when the one who started it dies.</summary>
    public static async Task<int> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/api/v1/runs/{id}/telemetry", async context =>
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await context.Request.Body.CopyToAsync(context.Response.Body);
        });
        await app.StartAsync();
        await Console.Error.WriteLineAsync($"listening at {app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}");
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
