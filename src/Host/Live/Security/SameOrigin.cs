using Microsoft.AspNetCore.Http;

namespace TrainingDoctor.Host.Live.Security;

/// <summary>Turns away what pages of other origins ask for, and tells browsers what ours may do: nothing but show what comes from here.</summary>
internal static class SameOrigin
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    /// <summary>Checks where a request comes from.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (!context.Request.Path.StartsWithSegments("/runs", StringComparison.Ordinal))
        {
            // A report brings its own policy, by the digests of its style and script.
            headers.ContentSecurityPolicy = Policy;
        }

        return IsForeign(context.Request)
            ? Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, "Pages of other origins are not served.")
            : next(context);
    }

    private static bool IsForeign(HttpRequest request)
    {
        // Programs send neither header; browsers send them whatever a page would like.
        string? site = request.Headers["Sec-Fetch-Site"];
        bool isLink = request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document" && HttpMethods.IsGet(request.Method);
        string? origin = request.Headers.Origin;
        return (site is "cross-site" or "same-site" && !isLink)
            || (site is not "same-origin" && origin is { Length: > 0 } && !IsOwn(origin, request.Host));
    }

    /// <summary>By the name and port alone: a proxy in front speaks HTTPS with the browser and HTTP with this host.</summary>
    private static bool IsOwn(string origin, HostString host) => Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Host, host.Host, StringComparison.OrdinalIgnoreCase)
        && (host.Port ?? (uri.Scheme == Uri.UriSchemeHttps ? 443 : 80)) == uri.Port;
}
