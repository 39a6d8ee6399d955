using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>Whatever is sent to a host, it answers what HTTP has for it, says nothing of its inside, and judges the run of one who does it right.</summary>
public sealed class ProtocolFuzzTests
{
    private const int Seed = 20261128;
    private static readonly int Requests = int.TryParse(TestEnvironment.Read("FUZZ_REQUESTS"), CultureInfo.InvariantCulture, out int requests) ? requests : 400;
    private const int TooLong = 100_000;

    private static readonly HttpStatusCode[] Expected =
    [
        HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnsupportedMediaType,
        HttpStatusCode.Forbidden, HttpStatusCode.NotModified, HttpStatusCode.RequestHeaderFieldsTooLarge, HttpStatusCode.RequestUriTooLong, HttpStatusCode.ServiceUnavailable,
    ];

    private static readonly string[] Numbers = ["0", "1", "5", "-1", "9999999999999", "9223372036854775808", "x", "", "1e3", "00", " 1"];

    private static readonly string[] Paths = ["/api/v1/runs/fuzz/telemetry", "/api/v1/runs/good/telemetry", "/api/v1/runs/%00/telemetry", "/api/v1/runs/a%2F..%2Fb/telemetry", "/api/v1/runs", "/runs/good", "/runs/x", "/api/v1/session", "/", "/health", "/nothing"];

    [Fact]
    public async Task AHostAnswersAnythingAndLivesOn()
    {
        await using var host = await LiveTestHost.StartAsync(new LiveOptions { MaxBodyBytes = 64 * 1024 });
        var random = new Random(Seed);
        string[] good = TelemetryLines.Of("good");
        byte[] lines = TelemetryLines.Body(TelemetryLines.Of("fuzz", layers: 2));
        await host.PushAsync("good", 0, good[..10]);
        var seen = new HashSet<HttpStatusCode>();
        for (int request = 0; request < Requests; request++)
        {
            using var message = new HttpRequestMessage(random.Next(6) == 0 ? HttpMethod.Get : HttpMethod.Post, Paths[random.Next(random.Next(2) == 0 ? 1 : Paths.Length)]);
            byte[] body = [.. lines];
            for (int change = random.Next(0, 6); change > 0; change--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            message.Content = message.Method == HttpMethod.Post ? new ByteArrayContent(random.Next(20) == 0 ? new byte[TooLong] : body[..random.Next(body.Length)]) : null;
            if (message.Content is { } content)
            {
                content.Headers.ContentType = random.Next(10) == 0 ? null : new MediaTypeHeaderValue(random.Next(10) == 0 ? "text/plain" : "application/x-ndjson");
                if (random.Next(8) == 0)
                {
                    content.Headers.ContentEncoding.Add("gzip");
                }
            }

            message.Headers.TryAddWithoutValidation("X-First-Line", Numbers[random.Next(Numbers.Length)]);
            // The connection ends with it, and the next request needs another.
            message.Headers.ConnectionClose = message.Content?.Headers.ContentLength == TooLong;
            HttpResponseMessage answer;
            try
            {
                answer = await host.Http.SendAsync(message);
            }
            catch (HttpRequestException) when (message.Content?.Headers.ContentLength == TooLong)
            {
                // What is longer than a body may be is not read to its end: the answer may be lost with the rest of it.
                continue;
            }

            seen.Add(answer.StatusCode);
            Assert.Contains(answer.StatusCode, Expected);
            Assert.DoesNotContain("   at TrainingDoctor.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            if (request % 50 == 0)
            {
                host.Look();
            }
        }

        var last = await LiveTestHost.ReadAsync(await host.PushAsync("good", 10, good[10..]));
        host.Look();

        Assert.True(seen.Count >= 5, string.Join(' ', seen));
        Assert.Equal(HttpStatusCode.Accepted, last.Status);
        Assert.Empty(host.Complaints);
        Assert.NotNull(host.Board.Find("good"));
    }

    /// <summary>Bytes that are no HTTP, requests that break off, and connections on which nothing comes: the host answers the next one.</summary>
    [Fact]
    public async Task AHostOutlivesConnectionsThatAreNone()
    {
        await using var host = await LiveTestHost.StartAsync();
        var random = new Random(Seed);
        var address = host.Http.BaseAddress!;
        string[] beginnings =
        [
            "\u0000\u0001\u0002\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "POST /api/v1/runs/a/telemetry HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nX-First-Line: 0\r\nContent-Length: 1000\r\n\r\n{",
            "POST /api/v1/runs/a/telemetry HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nX-First-Line: 0\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n", string.Empty,
        ];
        var open = new List<TcpClient>();
        for (int connection = 0; connection < 300; connection++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port);
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(beginnings[connection % beginnings.Length]));
            if (random.Next(2) == 0)
            {
                client.Client.LingerState = new LingerOption(true, 0);
                client.Dispose();
            }
            else
            {
                open.Add(client);
            }
        }

        var answer = await LiveTestHost.ReadAsync(await host.PushAsync("good", 0, TelemetryLines.Of("good")));
        host.Look();
        open.ForEach(client => client.Dispose());

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("good", Assert.Single(host.Board.Runs).Name);
        Assert.Empty(host.Complaints);
        Assert.Equal("62", answer.NextLine?.ToString(CultureInfo.InvariantCulture));
    }
}
