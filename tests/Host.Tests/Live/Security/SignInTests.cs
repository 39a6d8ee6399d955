using System.Net;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Live.Security;

/// <summary>The page behind a proxy that speaks HTTPS, beside other hosts on the same machine, and with tokens as people write them.</summary>
public sealed class SignInTests
{
    private const string Token = "correct-horse-battery";

    [Theory]
    [InlineData("https://td.example.com", "td.example.com", HttpStatusCode.NoContent)]
    [InlineData("https://td.example.com:8443", "td.example.com:8443", HttpStatusCode.NoContent)]
    [InlineData("https://TD.example.com", "td.example.com", HttpStatusCode.NoContent)]
    [InlineData("https://td.example.com", "td.example.com:8443", HttpStatusCode.Forbidden)]
    [InlineData("https://evil.example.com", "td.example.com", HttpStatusCode.Forbidden)]
    [InlineData("null", "td.example.com", HttpStatusCode.Forbidden)]
    public async Task AProxyMaySpeakHttpsInFront(string origin, string name, HttpStatusCode expected)
    {
        await using var host = await LiveTestHost.StartAsync(new LiveOptions { Token = Token });

        var answer = await SignInAsync(host, ("Origin", origin), ("Host", name), ("X-Forwarded-Proto", "https"));

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.NoContent)
        {
            string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
            Assert.Contains("secure", cookie, StringComparison.Ordinal);
            Assert.Contains("max-age=", cookie, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WithoutHttpsTheCookieIsNoSecureOne()
    {
        await using var host = await LiveTestHost.StartAsync(new LiveOptions { Token = Token });

        string cookie = Assert.Single((await SignInAsync(host)).Headers.GetValues("Set-Cookie"));

        Assert.DoesNotContain("secure", cookie, StringComparison.Ordinal);
    }

    /// <summary>Browsers keep the cookies of all ports of a machine together.</summary>
    [Fact]
    public async Task ACookieIsOfOneHostAndEnds()
    {
        await using var first = await LiveTestHost.StartAsync(new LiveOptions { Token = Token });
        await using var second = await LiveTestHost.StartAsync(new LiveOptions { Token = Token });
        string cookie = Cookie(await SignInAsync(first));
        string other = Cookie(await SignInAsync(second));
        string ended = cookie[..(cookie.IndexOf('=', StringComparison.Ordinal) + 1)] + "1." + cookie.Split('.')[1];

        Assert.NotEqual(cookie.Split('=')[0], other.Split('=')[0]);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(first, $"{other}; {cookie}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(second, cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(first, ended));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(first, cookie.Split('=')[0] + "="));
    }

    /// <summary>Who has the token for looking sees everything, as a program or on the page, and pushes nothing.</summary>
    [Fact]
    public async Task TheTokenForLookingPushesNothing()
    {
        const string Reading = "only-for-looking-at";
        await using var host = await LiveTestHost.StartAsync(new LiveOptions { Token = Token, ReadToken = Reading });
        string[] lines = TelemetryLines.Of("seen");
        Assert.Equal(HttpStatusCode.Accepted, (await host.PushAsync("a", 0, lines[..20])).StatusCode);
        host.Http.DefaultRequestHeaders.Authorization = new("Bearer", Reading);

        var pushed = await host.PushAsync("a", 20, lines[20..]);
        var looked = await host.GetAsync("/api/v1/runs");
        string cookie = Cookie(await SignInWithAsync(host, Reading));
        host.Http.DefaultRequestHeaders.Authorization = null;
        host.Http.DefaultRequestHeaders.Add("Cookie", cookie);
        var pushedByPage = await host.PushAsync("a", 20, lines[20..]);

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.Forbidden], new[] { pushed, looked, pushedByPage }.Select(answer => answer.StatusCode));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(host, cookie));
        Assert.Equal(20, (await host.Received.NextLineAsync("a", CancellationToken.None))!.Value);
    }

    [Theory]
    [InlineData("LOCALHOST", HttpStatusCode.OK)]
    [InlineData("localhost.", HttpStatusCode.OK)]
    [InlineData("LocalHost:5173", HttpStatusCode.OK)]
    [InlineData("localhost.evil.example", HttpStatusCode.Forbidden)]
    public async Task NamesOfHostsHaveNoCase(string name, HttpStatusCode expected)
    {
        await using var host = await LiveTestHost.StartAsync();

        Assert.Equal(expected, (await host.GetAsync("/api/v1/runs", ("Host", name))).StatusCode);
    }

    private static string Cookie(HttpResponseMessage answer) => Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];

    private static async Task<HttpStatusCode> AskAsync(LiveTestHost host, string cookie)
    {
        host.Http.DefaultRequestHeaders.Authorization = null;
        return (await host.GetAsync("/api/v1/runs", ("Cookie", cookie))).StatusCode;
    }

    private static Task<HttpResponseMessage> SignInAsync(LiveTestHost host, params (string Name, string Value)[] headers) => SignInWithAsync(host, Token, headers);

    private static Task<HttpResponseMessage> SignInWithAsync(LiveTestHost host, string token, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/session");
        request.Headers.Authorization = new("Bearer", token);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return host.Http.SendAsync(request);
    }
}
