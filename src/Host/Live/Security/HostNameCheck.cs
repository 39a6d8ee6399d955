using System.Net;
using Microsoft.AspNetCore.Http;

namespace TrainingDoctor.Host.Live.Security;

/// <summary>Turns away requests to names that others may give to this machine: a page of theirs must not read what is served here (DNS rebinding).</summary>
/// <remarks>Where a token is asked for, the token does it: a page under another name does not have the cookie.</remarks>
internal static class HostNameCheck
{
    /// <summary>Lets requests to this machine's own names pass.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next) => IsOwn(context.Request.Host.Host)
        ? next(context)
        : Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, "This host answers to localhost and loopback addresses only.");

    private static bool IsOwn(string name) => string.Equals(name.TrimEnd('.'), "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
