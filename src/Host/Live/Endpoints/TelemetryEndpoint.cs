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
/// <param name="intake">Takes the lines.</param>
/// <param name="metrics">Counts what comes.</param>
/// <param name="mostBytes">How long a body may be, unpacked.</param>
internal sealed class TelemetryEndpoint(ITelemetryIntake intake, LiveMetrics metrics, int mostBytes)
{
    private const string ContentType = "application/x-ndjson";

    /// <summary>Adds the protocol.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(RunAccess.TelemetryRoute, (RequestDelegate)TellAsync);
        routes.MapPost(RunAccess.TelemetryRoute, (RequestDelegate)TakeAsync);
    }

    private static Task AnswerAsync(HttpContext context, int status, long nextLine)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonConvert.SerializeObject(new { nextLine }), context.RequestAborted);
    }

    private static string NameOf(HttpContext context) => (string)context.GetRouteValue("id")!;

    private static Task RetryAsync(HttpContext context, int status, int seconds, string reason)
    {
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Refusal.WriteAsync(context, status, reason);
    }

    private async Task TellAsync(HttpContext context)
    {
        try
        {
            // A name that no run may have is not looked for.
            string name = NameOf(context);
            await (RunName.IsValid(name) && await intake.NextLineAsync(RunName.Of(RunAccess.Of(context).Project, name), context.RequestAborted) is { } next
                ? AnswerAsync(context, StatusCodes.Status200OK, next)
                : Refusal.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such run."));
        }
        catch (IntakeAwayException exception)
        {
            await RetryAsync(context, StatusCodes.Status503ServiceUnavailable, 1, exception.Message);
        }
    }

    private async Task TakeAsync(HttpContext context)
    {
        var request = context.Request;
        string name = NameOf(context);
        string encoding = request.Headers.ContentEncoding.ToString();
        if (!RunName.IsValid(name))
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
            await TakeAsync(context, RunName.Of(RunAccess.Of(context).Project, name), firstLine, body.GetBuffer().AsMemory(0, (int)body.Length));
        }
    }

    private async Task TakeAsync(HttpContext context, string id, long firstLine, ReadOnlyMemory<byte> lines)
    {
        try
        {
            var taken = await intake.TakeAsync(id, firstLine, lines, context.RequestAborted);
            await (taken.Outcome switch
            {
                IntakeOutcome.Twin => Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, "A run is here whose name differs by the case of its letters alone; choose another name."),
                IntakeOutcome.Unknown => Refusal.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such run; it begins with its line 0."),
                IntakeOutcome.NoRoom => RetryAsync(context, StatusCodes.Status503ServiceUnavailable, 10, "There is no room for a further run."),
                IntakeOutcome.Busy => RetryAsync(context, StatusCodes.Status429TooManyRequests, 1, "More of this run is waiting to be taken than is worth waiting for."),
                _ => AnswerAsync(context, taken, lines.Length),
            });
        }
        catch (IntakeAwayException exception)
        {
            await RetryAsync(context, StatusCodes.Status503ServiceUnavailable, 1, exception.Message);
        }
    }

    private Task AnswerAsync(HttpContext context, Intake taken, int bytes)
    {
        metrics.Count(taken.Lines.Taken, taken.Lines.Lost, taken.Lines.Fault is null ? 0 : 1, bytes);
        return taken.Lines.Fault is { } fault ? Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, fault) : AnswerAsync(context, StatusCodes.Status202Accepted, taken.NextLine);
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
