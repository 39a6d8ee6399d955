using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace TrainingDoctor.Host.Live.Security;

/// <summary>
/// Asks for the token: of programs in the header <c>Authorization: Bearer</c> of each request, of the page once, which gets a cookie for it that no script can read. A token is never part of an
/// address, since addresses are logged.
/// </summary>
/// <param name="token">The secret.</param>
internal sealed class TokenGate(string token)
{
    /// <summary>Where the page trades the token for the cookie.</summary>
    public const string Session = "/api/v1/session";

    private const string Cookie = "traindoctor";
    private const string Scheme = "Bearer ";

    // What holds nothing of any run: the empty page, which asks for the token, and whether the host is alive.
    private static readonly string[] Open = ["/", "/live.css", "/live.js", "/health"];

    private readonly byte[] _token = Digest(token);

    // The cookie is no token: who reads it out of a browser's files can call nothing else with it.
    private readonly string _pass = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), "traindoctor live page"u8));

    /// <summary>Lets requests pass that show the token.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        bool showsToken = request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && IsToken(header[Scheme.Length..].Trim());
        if (showsToken && request.Path == Session && HttpMethods.IsPost(request.Method))
        {
            context.Response.Cookies.Append(Cookie, _pass, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true, Path = "/", Secure = request.IsHttps });
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        if (showsToken || Open.Contains(request.Path.Value) || HasCookie(request))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Refusal.WriteAsync(context, StatusCodes.Status401Unauthorized, "A token is needed: the header Authorization: Bearer TOKEN, or the page at / once.");
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private bool HasCookie(HttpRequest request) => request.Cookies.TryGetValue(Cookie, out string? pass) && CryptographicOperations.FixedTimeEquals(Digest(pass), Digest(_pass));

    // Of digests, so that the time tells not even the length.
    private bool IsToken(string shown) => CryptographicOperations.FixedTimeEquals(Digest(shown), _token);
}
