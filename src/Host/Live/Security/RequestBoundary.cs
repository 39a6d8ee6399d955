using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace TrainingDoctor.Host.Live.Security;

/// <summary>
/// The boundary of one request: what a client does wrong is answered and costs no line of a log, since clients could fill it; what goes wrong here is answered without its inside and said
/// once for each kind.
/// </summary>
/// <param name="complain">Takes one line.</param>
internal sealed class RequestBoundary(Action<string> complain)
{
    private readonly ConcurrentDictionary<string, bool> _said = new();

    /// <summary>Serves a request.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            var (status, reason) = Explain(exception);
            if (status >= StatusCodes.Status500InternalServerError && _said.TryAdd($"{exception.GetType().Name} {context.Request.Path.Value?.Split('/').FirstOrDefault(part => part.Length > 0)}", true))
            {
                complain($"a request failed: {exception.GetType().Name}: {exception.Message}");
            }

            if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            await Refusal.WriteAsync(context, status, reason);
        }
    }

    private static (int Status, string Reason) Explain(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge, "The body is too long."),
        BadHttpRequestException bad => (bad.StatusCode, "The request broke off, came too slowly, or is no HTTP."),
        InvalidDataException => (StatusCodes.Status400BadRequest, "The body is no gzip, or breaks off."),
        OperationCanceledException or IOException => (StatusCodes.Status400BadRequest, "The request broke off."),
        _ => (StatusCodes.Status500InternalServerError, "The host could not answer this request; other runs are not affected."),
    };
}
