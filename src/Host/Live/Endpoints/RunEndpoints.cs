using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Newtonsoft.Json;
using TrainingDoctor.Host.Live.Security;

namespace TrainingDoctor.Host.Live.Endpoints;

/// <summary>The runs: as a list, and each with its report by now, for people and for programs.</summary>
internal static class RunEndpoints
{
    /// <summary>Adds the runs.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="shown">The runs.</param>
    public static void MapRuns(this IEndpointRouteBuilder routes, IShownRuns shown)
    {
        routes.MapGet("/api/v1/runs", (RequestDelegate)(context => WriteAsync(
            context,
            RunFormat.Json,
            new RunReading(StatusCodes.Status200OK, List(shown, RunAccess.Of(context))))));
        routes.MapGet("/runs", (RequestDelegate)(context => WriteAsync(context, RunFormat.Page, shown.ReadTable(RunAccess.Of(context)))));
        foreach (var (format, prefix) in new[] { (RunFormat.Json, "/api/v1/runs"), (RunFormat.Page, "/runs") })
        {
            routes.MapGet($"{prefix}/{{id}}", (RequestDelegate)(async context =>
                await WriteAsync(context, format, await shown.ReadAsync(Name(context, "id"), format, Known(context), context.RequestAborted))));
            routes.MapGet($"{prefix}/{{good}}/against/{{id}}", (RequestDelegate)(async context =>
                await WriteAsync(context, format, await shown.CompareAsync(Name(context, "good"), Name(context, "id"), format, Known(context), context.RequestAborted))));
        }
    }

    private static string List(IShownRuns shown, RunAccess access) => JsonConvert.SerializeObject(new
    {
        version = shown.Version,
        totals = shown.TotalsOf(access).ToDocument(),
        runs = shown.Runs.Where(run => access.Sees(run.Id)).Select(run => run.Summary()),
        unread = shown.UnreadOf(access),
    });

    private static string Name(HttpContext context, string key) => (string)context.GetRouteValue(key)!;

    private static string? Known(HttpContext context) => context.Request.Headers.IfNoneMatch;

    private static Task WriteAsync(HttpContext context, RunFormat format, RunReading reading)
    {
        context.Response.Headers.ETag = reading.Tag;
        switch (reading.Status)
        {
            case StatusCodes.Status200OK:
                context.Response.ContentType = $"{(format == RunFormat.Json ? MediaTypeNames.Application.Json : MediaTypeNames.Text.Html)}; charset=utf-8";
                return context.Response.WriteAsync(reading.Content, context.RequestAborted);
            case StatusCodes.Status304NotModified:
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            case StatusCodes.Status503ServiceUnavailable:
                context.Response.Headers.RetryAfter = "1";
                goto default;
            default:
                return Refusal.WriteAsync(context, reading.Status, reading.Content);
        }
    }
}
