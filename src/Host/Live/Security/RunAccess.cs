using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TrainingDoctor.Host.Receiving;

namespace TrainingDoctor.Host.Live.Security;

/// <summary>Which runs a request is about: all of them, or those of one project, by the token that it has shown.</summary>
/// <param name="Project">The project; null for all runs.</param>
internal sealed record RunAccess(string? Project)
{
    /// <summary>Where runs are pushed to.</summary>
    public const string TelemetryRoute = "/api/v1/runs/{id}/telemetry";

    /// <summary>Where the host's metrics are.</summary>
    public const string MetricsRoute = "/metrics";

    private static readonly RunAccess All = new((string?)null);

    /// <summary>What routes call the names of runs in addresses.</summary>
    private static readonly string[] Names = ["id", "good"];

    /// <summary>What of a host tells of all its runs together, and so is for those who may see them all.</summary>
    private static readonly string[] OfAll = [MetricsRoute];

    /// <summary>Finds what a request may see.</summary>
    /// <param name="context">The request, behind the gate of tokens if there is one.</param>
    public static RunAccess Of(HttpContext context) => context.Features.Get<RunAccess>() ?? All;

    /// <summary>Tells whether a run may be seen.</summary>
    /// <param name="id">The run.</param>
    public bool Sees(string id) => Project is null || RunName.ProjectOf(id) == Project;

    /// <summary>Answers requests for runs of others as if there were none.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var access = Of(context);
        if (access.Project is null)
        {
            return next(context);
        }

        // By the route that was found, and not by the address: one route has many spellings, and a run may be called as another's end.
        string? route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        if (OfAll.Contains(route))
        {
            return Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, "This token is for the runs of a project; this is of all runs.");
        }

        // Pushed runs are called here what their project's name is put before.
        bool isOwn = route == TelemetryRoute || Names.All(key => context.Request.RouteValues.GetValueOrDefault(key) is not string id || access.Sees(id));
        return isOwn ? next(context) : Refusal.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such run.");
    }
}
