using System.Globalization;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Newtonsoft.Json;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Receiving;

namespace TrainingDoctor.Host.Live.Endpoints;

/// <summary>Takes the telemetry that training processes push. The protocol is described in <c>docs/telemetry.md</c>.</summary>
/// <param name="runs">The runs.</param>
/// <param name="metrics">Counts what comes.</param>
/// <param name="mostBytes">How long a body may be, unpacked.</param>
internal sealed class TelemetryEndpoint(ReceivedRuns runs, LiveMetrics metrics, int mostBytes)
{
    private const string Route = "/api/v1/runs/{id}/telemetry";
    private const string ContentType = "application/x-ndjson";

    /// <summary>Adds the protocol.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, (RequestDelegate)TellAsync);
        routes.MapPost(Route, (RequestDelegate)TakeAsync);
    }

    private static Task AnswerAsync(HttpContext context, int status, long nextLine)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonConvert.SerializeObject(new { nextLine }), context.RequestAborted);
    }

    private static string IdOf(HttpContext context) => (string)context.GetRouteValue("id")!;

    private Task TellAsync(HttpContext context) => runs.Find(IdOf(context)) is { } run
        ? AnswerAsync(context, StatusCodes.Status200OK, run.NextLine)
        : Refusal.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such run.");

    private async Task TakeAsync(HttpContext context)
    {
        var request = context.Request;
        string id = IdOf(context);
        string encoding = request.Headers.ContentEncoding.ToString();
        if (!ReceivedRuns.IsValidId(id))
        {
            await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, "The name of the run is expected to be 1 to 64 letters, digits, - and _.");
        }
        else if (request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) != true || encoding is not ("" or "gzip"))
        {
            await Refusal.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, $"Expected {ContentType}, plain or with gzip.");
        }
        else if (!long.TryParse(request.Headers["X-First-Line"], NumberStyles.None, CultureInfo.InvariantCulture, out long firstLine) || firstLine > ReceivedRun.LargestLine)
        {
            await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"The header X-First-Line is expected to be the index of the body's first line, from 0 to {ReceivedRun.LargestLine}."));
        }
        else if (await ReadAsync(request, encoding == "gzip") is not { } body)
        {
            await Refusal.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"A body may have {mostBytes} bytes, unpacked."));
        }
        else if (body.Length == 0 || body.GetBuffer()[body.Length - 1] != '\n')
        {
            await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, "Expected whole lines, each with its end.");
        }
        else
        {
            await TakeAsync(context, id, firstLine, body.GetBuffer().AsMemory(0, (int)body.Length));
        }
    }

    private async Task TakeAsync(HttpContext context, string id, long firstLine, ReadOnlyMemory<byte> lines)
    {
        if (runs.HasTwin(id))
        {
            await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, "A run is here whose name differs by the case of its letters alone; choose another name.");
            return;
        }

        // A run is begun by its first line only; its sender sends that again when it hears that the run is not known here.
        var run = firstLine == 0 ? runs.FindOrBegin(id) : runs.Find(id);
        if (run is null && firstLine > 0)
        {
            await Refusal.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such run; it begins with its line 0.");
            return;
        }

        if (run is null)
        {
            context.Response.Headers.RetryAfter = "10";
            await Refusal.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "There is no room for a further run.");
            return;
        }

        var received = run.Take(firstLine, lines);
        metrics.Count(received.Taken, received.Lost, received.Fault is null ? 0 : 1, lines.Length);
        if (received.Fault is { } fault)
        {
            runs.Forget(run);
            await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, fault);
            return;
        }

        await AnswerAsync(context, StatusCodes.Status202Accepted, run.NextLine);
    }

    /// <summary>Reads the body; null when it is too long, however small it was packed.</summary>
    private async Task<MemoryStream?> ReadAsync(HttpRequest request, bool isPacked)
    {
        var body = new MemoryStream();
        await using var stream = isPacked ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        byte[] block = new byte[32 * 1024];
        for (int count; (count = await stream.ReadAsync(block, request.HttpContext.RequestAborted)) > 0;)
        {
            if (body.Length + count > mostBytes)
            {
                return null;
            }

            body.Write(block, 0, count);
        }

        return body;
    }
}
