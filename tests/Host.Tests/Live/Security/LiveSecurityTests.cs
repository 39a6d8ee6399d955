using System.Net;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Live.Security;

/// <summary>Who may ask a host for what.</summary>
public sealed class LiveSecurityTests
{
    private const string Token = "correct horse battery";
    private static readonly string[] Paths = ["/api/v1/runs", "/api/v1/events", "/metrics", "/runs/a", "/api/v1/runs/a/telemetry"];

    [Theory]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    [InlineData("evil.example:5173", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost:1", HttpStatusCode.OK)]
    [InlineData("[::1]:9", HttpStatusCode.OK)]
    public async Task AnswersToItsOwnNamesOnly(string name, HttpStatusCode expected)
    {
        await using var host = await LiveTestHost.StartAsync();

        Assert.Equal(expected, (await host.GetAsync("/api/v1/runs", ("Host", name))).StatusCode);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    [InlineData("Sec-Fetch-Site", "none", HttpStatusCode.OK)]
    public async Task PagesOfOthersGetNothing(string header, string value, HttpStatusCode expected)
    {
        await using var host = await LiveTestHost.StartAsync();

        Assert.Equal(expected, (await host.GetAsync("/api/v1/runs", (header, value))).StatusCode);
    }

    [Fact]
    public async Task ALinkOnAnotherPageMayLeadHere()
    {
        await using var host = await LiveTestHost.StartAsync();

        var answer = await host.GetAsync("/", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"));
        var framed = await host.GetAsync("/", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (answer.StatusCode, framed.StatusCode));
        Assert.Contains("frame-ancestors 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task NothingOfARunIsToldWithoutTheToken()
    {
        await using var host = await LiveTestHost.StartAsync(new LiveOptions { Token = Token });
        host.Http.DefaultRequestHeaders.Authorization = null;

        foreach (string path in Paths)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync(path)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync(path, ("Authorization", "Bearer wrong"))).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync(path, ("Cookie", $"traindoctor={Token}"))).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.PushAsync("a", 0, TelemetryLines.Of("x"))).StatusCode);
        foreach (string path in new[] { "/health", "/", "/live.js", "/live.css" })
        {
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(path)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/api/v1/runs", ("Authorization", $"Bearer {Token}"))).StatusCode);
    }

    [Fact]
    public async Task ThePageTradesTheTokenForACookieThatHoldsNone()
    {
        await using var host = await LiveTestHost.StartAsync(new LiveOptions { Token = Token });
        host.Http.DefaultRequestHeaders.Authorization = null;

        var refused = await SignInAsync(host, "wrong");
        var answer = await SignInAsync(host, Token);
        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        var runs = await host.GetAsync("/api/v1/runs", ("Cookie", cookie.Split(';')[0]));
        var foreign = await SignInAsync(host, Token, "http://evil.example");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.NoContent, HttpStatusCode.OK, HttpStatusCode.Forbidden), (refused.StatusCode, answer.StatusCode, runs.StatusCode, foreign.StatusCode));
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, Uri.UnescapeDataString(cookie), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoAsksTooOftenWaits()
    {
        await using var host = await LiveTestHost.StartAsync(new LiveOptions { RequestsPerSecond = 1 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.GetAsync("/api/v1/runs")));

        var limited = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.InRange(limited.Count, 1, 19);
        Assert.All(limited, answer => Assert.NotNull(answer.Headers.RetryAfter));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", false, false)]
    [InlineData("http://*:0", false, false)]
    [InlineData("http://[::]:0", false, false)]
    [InlineData("http://192.168.1.5:80", false, false)]
    [InlineData("http://0.0.0.0:0", true, true)]
    [InlineData("http://localhost:5173", false, true)]
    [InlineData("http://127.9.9.9:5173", false, true)]
    [InlineData("http://[::1]:5173", false, true)]
    [InlineData("https://localhost", true, false)]
    [InlineData("localhost:5173", true, false)]
    [InlineData("http://example.org:5173", true, false)]
    [InlineData("http://user:secret@localhost:5173", true, false)]
    public void OthersReachItWithATokenOnly(string address, bool hasToken, bool isTaken)
    {
        var thrown = Record.Exception(() => LiveAddress.Parse(address, hasToken));

        Assert.Equal(isTaken, thrown is null);
    }

    [Fact]
    public async Task AnOpenAddressWithoutATokenIsWrongUsage()
    {
        var outcome = await CommandLine.RunAsync("attach", "--listen", "http://0.0.0.0:0");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("TRAINDOCTOR_TOKEN", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostileNamesAreOnlyData()
    {
        const string Name = "<img src=x onerror=alert(1)>\"'&\u202E";
        await using var host = await LiveTestHost.StartAsync();
        await host.PushAsync("a", 0, TelemetryLines.Of(Name, illFrom: 5));
        host.Look();

        string page = await host.Http.GetStringAsync("/runs/a");
        var list = await host.GetAsync("/api/v1/runs");

        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.Equal("application/json", list.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain('\u202E', await list.Content.ReadAsStringAsync());
        Assert.Single(host.Board.Runs, run => run.Name == Name);
    }

    private static Task<HttpResponseMessage> SignInAsync(LiveTestHost host, string token, string? origin = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/session");
        request.Headers.Authorization = new("Bearer", token);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return host.Http.SendAsync(request);
    }
}
