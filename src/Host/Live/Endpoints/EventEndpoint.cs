using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Newtonsoft.Json;
using TrainingDoctor.Host.Live.Security;

namespace TrainingDoctor.Host.Live.Endpoints;

/// <summary>Changes of the runs as server-sent events. One who comes back gets what has changed since the last event that arrived; of a host begun anew, everything.</summary>
/// <param name="shown">The runs.</param>
/// <param name="metrics">Counts the streams.</param>
/// <param name="most">How many streams there may be.</param>
/// <param name="stopping">Ends all streams.</param>
internal sealed class EventEndpoint(IShownRuns shown, LiveMetrics metrics, int most, CancellationToken stopping)
{
    /// <summary>The name of the event that says nothing but that the host is there.</summary>
    public const string Alive = "alive";

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    // Two hundred runs that change at their own times make a few events a second, not two hundred.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);

    private readonly string _life = Guid.NewGuid().ToString("N")[..8];

    /// <summary>Adds the stream.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/events", (RequestDelegate)StreamAsync);

    private async Task StreamAsync(HttpContext context)
    {
        if (!metrics.TryBeginStream(most))
        {
            context.Response.Headers.RetryAfter = "5";
            await Refusal.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Too many follow the events already.");
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await SendAsync(context.Response, RunAccess.Of(context), Seen(context.Request), either.Token);
        }
        catch (OperationCanceledException)
        {
            // The one who followed has gone, or the host is closing.
        }
        finally
        {
            metrics.EndStream();
        }
    }

    private async Task SendAsync(HttpResponse response, RunAccess access, long seen, CancellationToken cancellation)
    {
        bool isFirst = true;
        while (true)
        {
            // The first event tells at once how things stand, also when nothing has happened.
            long version = isFirst ? shown.Version : await NextAsync(response, seen, cancellation);
            var runs = shown.Runs.Where(run => access.Sees(run.Id)).ToList();
            string data = JsonConvert.SerializeObject(new
            {
                life = _life,
                isWhole = seen == 0,
                count = runs.Count,
                totals = shown.TotalsOf(access).ToDocument(),
                unread = shown.UnreadOf(access),
                runs = runs.Where(run => run.Version > seen).Select(run => run.Summary()),
            });
            await response.WriteAsync($"id: {_life}-{version.ToString(CultureInfo.InvariantCulture)}\nevent: runs\ndata: {data}\n\n", cancellation);
            await response.Body.FlushAsync(cancellation);
            (seen, isFirst) = (version, false);
            await Task.Delay(Gathering, cancellation);
        }
    }

    private async Task<long> NextAsync(HttpResponse response, long seen, CancellationToken cancellation)
    {
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Heartbeat);
            try
            {
                return await shown.WaitForChangeAsync(seen, patience.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Keeps proxies from closing what is silent, tells followers that the host is there, and shows who has gone.
                await response.WriteAsync($"event: {Alive}\ndata:\n\n", cancellation);
                await response.Body.FlushAsync(cancellation);
            }
        }
    }

    private long Seen(HttpRequest request) =>
        request.Headers["Last-Event-ID"].ToString().Split('-') is [var life, var version] && life == _life
            && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long seen) ? seen : 0;
}
