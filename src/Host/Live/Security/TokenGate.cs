using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace TrainingDoctor.Host.Live.Security;

/// <summary>
/// Asks for the token: of programs in the header <c>Authorization: Bearer</c> of each request, of the page once, which gets a cookie for it that no script can read. A token is never part of an
/// address, since addresses are logged. Who shows a token for reading, where there is one, may look at runs and push none; who shows a project's has to do with its runs alone.
/// </summary>
/// <param name="token">The secret.</param>
/// <param name="time">The clock; null for the system's.</param>
/// <param name="readToken">The secret of those who may only look; null for none.</param>
/// <param name="projects">The secrets of projects, by their names; null for none.</param>
internal sealed class TokenGate(string token, TimeProvider? time = null, string? readToken = null, IReadOnlyDictionary<string, ProjectTokens>? projects = null)
{
    /// <summary>Where the page trades the token for the cookie.</summary>
    public const string Session = "/api/v1/session";

    private const string Scheme = "Bearer ";

    // What holds nothing of any run: the empty page, which asks for the token, and whether the host is alive.
    private static readonly string[] Open = ["/", "/live.css", "/live.js", "/health", "/ready"];

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private readonly Secret[] _secrets =
    [
        new(token, MayWrite: true, Project: null),
        .. readToken is null ? Array.Empty<Secret>() : [new Secret(readToken, MayWrite: false, Project: null)],
        .. (projects ?? new Dictionary<string, ProjectTokens>()).SelectMany(project => new[]
        {
            project.Value.Token is null ? null : new Secret(project.Value.Token, MayWrite: true, project.Key),
            project.Value.ReadToken is null ? null : new Secret(project.Value.ReadToken, MayWrite: false, project.Key),
        }).OfType<Secret>(),
    ];

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Lets requests pass that show the token.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var shown = request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? Find(secret => secret.Is(header[Scheme.Length..].Trim())) : null;
        if (shown is not null && request.Path == Session && HttpMethods.IsPost(request.Method))
        {
            // Over a proxy that speaks HTTPS with the browser, the browser must keep the cookie to HTTPS.
            bool isSecure = request.IsHttps || string.Equals(request.Headers["X-Forwarded-Proto"], Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
            long end = (_time.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
            context.Response.Cookies.Append(
                CookieOf(request),
                Pass(request, end, shown),
                new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true, Path = "/", Secure = isSecure, MaxAge = Lifetime });
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        shown ??= Find(secret => HasCookie(request, secret));
        if (shown is { MayWrite: false } && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, "This token is for looking at runs; pushing needs the other one.");
        }

        if (shown is not null || Open.Contains(request.Path.Value))
        {
            context.Features.Set(shown is null ? null : new RunAccess(shown.Project));
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Refusal.WriteAsync(context, StatusCodes.Status401Unauthorized, "A token is needed: the header Authorization: Bearer TOKEN, or the page at / once.");
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Browsers keep the cookies of all ports of a machine together: two hosts there must not sign each other's pages out.</summary>
    private static string CookieOf(HttpRequest request) => $"traindoctor-{Convert.ToHexStringLower(Digest(request.Host.Value?.ToLowerInvariant() ?? string.Empty).AsSpan(0, 6))}";

    /// <summary>The cookie is no token: who reads it out of a browser's files can call nothing else with it, no other host, and not for ever.</summary>
    private static string Pass(HttpRequest request, long end, Secret secret)
    {
        string content = FormattableString.Invariant($"traindoctor live page\n{end}\n{request.Host.Value?.ToLowerInvariant()}");
        return FormattableString.Invariant($"{end}.{Convert.ToHexStringLower(HMACSHA256.HashData(secret.Key, Encoding.UTF8.GetBytes(content)))}");
    }

    /// <summary>Compares with all of them, so that the time does not tell how many there are before one.</summary>
    private Secret? Find(Func<Secret, bool> isShown)
    {
        Secret? found = null;
        foreach (var secret in _secrets)
        {
            found = isShown(secret) ? secret : found;
        }

        return found;
    }

    private bool HasCookie(HttpRequest request, Secret secret) => request.Cookies.TryGetValue(CookieOf(request), out string? pass)
        && long.TryParse(pass.AsSpan(0, Math.Max(0, pass.IndexOf('.', StringComparison.Ordinal))), NumberStyles.None, CultureInfo.InvariantCulture, out long end)
        && end > _time.GetUtcNow().ToUnixTimeSeconds()
        && CryptographicOperations.FixedTimeEquals(Digest(pass), Digest(Pass(request, end, secret)));

    private sealed record Secret(string Token, bool MayWrite, string? Project)
    {
        private readonly byte[] _digest = Digest(Token);

        public byte[] Key { get; } = Encoding.UTF8.GetBytes(Token);

        // Of digests, so that the time tells not even the length.
        public bool Is(string shown) => CryptographicOperations.FixedTimeEquals(Digest(shown), _digest);
    }
}
