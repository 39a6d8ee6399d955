using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace TrainingDoctor.Host.Live.Security;

/// <summary>Asks for the token: of programs in the header <c>Authorization: Bearer</c>, of people once as <c>/?token=</c>, which becomes a cookie that no script can read.</summary>
/// <param name="token">The secret.</param>
internal sealed class TokenGate(string token)
{
    /// <summary>The name of the cookie.</summary>
    public const string Cookie = "traindoctor";

    private const string Scheme = "Bearer ";
    private readonly byte[] _token = Digest(token);

    // The cookie is no token: who reads it out of a browser's files can call nothing else with it.
    private readonly string _pass = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), "traindoctor live page"u8));

    /// <summary>Lets requests pass that show the token.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (request.Path == "/" && request.Query.TryGetValue("token", out var asked) && IsToken(asked.ToString()))
        {
            context.Response.Cookies.Append(Cookie, _pass, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true, Path = "/", Secure = request.IsHttps });
            context.Response.Redirect("/");
            return Task.CompletedTask;
        }

        if (request.Path == "/health" || IsAuthorized(request))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Refusal.WriteAsync(context, StatusCodes.Status401Unauthorized, "A token is needed: open /?token=TOKEN, or send the header Authorization: Bearer TOKEN.");
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private bool IsAuthorized(HttpRequest request) =>
        (request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && IsToken(header[Scheme.Length..].Trim()))
        || (request.Cookies.TryGetValue(Cookie, out string? pass) && CryptographicOperations.FixedTimeEquals(Digest(pass), Digest(_pass)));

    // Of digests, so that the time tells not even the length.
    private bool IsToken(string shown) => CryptographicOperations.FixedTimeEquals(Digest(shown), _token);
}
