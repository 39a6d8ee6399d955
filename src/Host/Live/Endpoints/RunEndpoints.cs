using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Newtonsoft.Json;
using TrainingDoctor.Differences;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Live.Endpoints;

/// <summary>The runs: as a list, and each with its report by now, for people and for programs.</summary>
internal static class RunEndpoints
{
    /// <summary>Adds the runs.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="board">The runs.</param>
    /// <param name="language">The language of reports for people.</param>
    public static void MapRuns(this IEndpointRouteBuilder routes, RunBoard board, ReportLanguage language)
    {
        routes.MapGet("/api/v1/runs", (RequestDelegate)(context => WriteAsync(
            context,
            MediaTypeNames.Application.Json,
            JsonConvert.SerializeObject(new { version = board.Version, runs = board.Runs.Select(RunSummary.Of), unread = board.Unread.Select(RunSummary.Of) }))));
        routes.MapGet("/api/v1/runs/{id}", (RequestDelegate)(context => OfRunAsync(
            context,
            board,
            run => WriteAsync(context, MediaTypeNames.Application.Json, ReportJson.Serialize(run.Report.ToDocument())))));
        routes.MapGet("/runs", (RequestDelegate)(context =>
        {
            var runs = board.Runs;
            using var page = new StringWriter();
            new HtmlReportExporter(language) { Unread = board.Unread }.WriteTable([.. runs.Select(run => run.Report)], [.. runs.Select(run => $"/#{Uri.EscapeDataString(run.Id)}")], page);
            return WriteAsync(context, MediaTypeNames.Text.Html, page.ToString());
        }));
        routes.MapGet("/runs/{id}", (RequestDelegate)(context => OfRunAsync(
            context,
            board,
            run =>
            {
                using var page = new StringWriter();
                run.Report.WriteTo(new HtmlReportExporter(language), page);
                return WriteAsync(context, MediaTypeNames.Text.Html, page.ToString());
            })));
        routes.MapGet("/api/v1/runs/{good}/against/{id}", (RequestDelegate)(context => OfPairAsync(
            context,
            board,
            pair => WriteAsync(context, MediaTypeNames.Application.Json, pair.ToJson()))));
        routes.MapGet("/runs/{good}/against/{id}", (RequestDelegate)(context => OfPairAsync(
            context,
            board,
            pair => WriteAsync(context, MediaTypeNames.Text.Html, pair.ToHtml(language)))));
    }

    /// <summary>The comparison of two runs, as <c>traindoctor diff</c> makes it, by what was measured of both by now.</summary>
    private static Task OfPairAsync(HttpContext context, RunBoard board, Func<DifferenceReport, Task> write) =>
        board.Find((string)context.GetRouteValue("good")!) is not { Trace: { } good } well
            ? Refusal.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such run to compare with.")
            : OfRunAsync(
                context,
                board,
                run =>
                {
                    if (run.Trace is not { } bad)
                    {
                        return Refusal.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such run.");
                    }

                    var comparison = RunComparison.Between([good.Copy()], bad.Copy());
                    return comparison.SeriesCompared == 0
                        ? Refusal.WriteAsync(context, StatusCodes.Status409Conflict, "The two runs have no metric in common that was measured at the same time.")
                        : write(new DifferenceReport(comparison, [well.Report], run.Report));
                },
                well.Version);

    private static Task OfRunAsync(HttpContext context, RunBoard board, Func<BoardRun, Task> write, long otherVersion = 0)
    {
        if (board.Find((string)context.GetRouteValue("id")!) is not { } run)
        {
            return Refusal.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such run.");
        }

        // Nothing is written again for one who has the newest already.
        string tag = otherVersion == 0 ? FormattableString.Invariant($"\"{run.Version}\"") : FormattableString.Invariant($"\"{run.Version}-{otherVersion}\"");
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return write(run);
    }

    private static Task WriteAsync(HttpContext context, string type, string content)
    {
        context.Response.ContentType = $"{type}; charset=utf-8";
        return context.Response.WriteAsync(content, context.RequestAborted);
    }
}
