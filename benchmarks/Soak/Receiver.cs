using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TrainingDoctor.Benchmarks.Soak;

/// <summary>The least host that keeps to the protocol: it counts lines and measurements, and keeps nothing else.</summary>
internal static class Receiver
{
    /// <summary>Makes this program a receiver.</summary>
    public const string Switch = "--serve";

    private static readonly ConcurrentDictionary<string, long> NextLines = new();
    private static long _lines;
    private static long _measurements;

    public static async Task<int> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/api/v1/runs/{id}/telemetry", TakeAsync);
        app.MapGet("/api/v1/runs/{id}/telemetry", (string id) => NextLines.TryGetValue(id, out long next) ? Results.Json(new { nextLine = next }) : Results.NotFound());
        app.MapGet("/counts", () => Results.Json(new { lines = Interlocked.Read(ref _lines), measurements = Interlocked.Read(ref _measurements) }));
        await app.StartAsync();
        Console.WriteLine(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

        // The one who started it ends it by closing its input, also by dying.
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task<IResult> TakeAsync(string id, HttpContext context)
    {
        long first = long.Parse(context.Request.Headers["X-First-Line"]!, CultureInfo.InvariantCulture);
        using var body = new MemoryStream();
        await using var sent = context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        await sent.CopyToAsync(body);
        long next = NextLines.GetOrAdd(id, 0);
        Count(body.GetBuffer().AsSpan(0, (int)body.Length), first, ref next);
        NextLines[id] = next;
        return Results.Json(new { nextLine = next }, statusCode: StatusCodes.Status202Accepted);
    }

    private static void Count(ReadOnlySpan<byte> body, long first, ref long next)
    {
        for (int end; (end = body.IndexOf((byte)'\n')) >= 0; body = body[(end + 1)..], first++)
        {
            if (first >= next)
            {
                next = first + 1;
                Interlocked.Increment(ref _lines);
                Interlocked.Add(ref _measurements, body[..end].Count("[\""u8));
            }
        }
    }
}
