using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Telemetry.Push;

/// <summary>Speaks with a host about one run; the protocol is described in <c>docs/telemetry.md</c>. Whatever comes of a request is an answer, never an exception.</summary>
/// <param name="address">The host.</param>
/// <param name="run">Where the run's telemetry goes.</param>
/// <param name="settings">How to send.</param>
internal sealed class PushClient(PushAddress address, Uri run, PushSettings settings)
{
    private const int LongestAnswer = 64 * 1024;

    // A proxy that the environment names stands between machines, not within one.
    private static readonly HttpClient Here = Create(usesProxy: false);
    private static readonly HttpClient Elsewhere = Create(usesProxy: true);

    private readonly HttpClient _http = address.IsLoopback ? Here : Elsewhere;
    private readonly AuthenticationHeaderValue? _authorization = settings.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;

    /// <summary>Sends whole lines.</summary>
    /// <param name="firstLine">The index of the first within the run.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="giveUp">Ends the request; the only exception is that of this token.</param>
    public Task<PushAnswer> SendAsync(long firstLine, ReadOnlyMemory<byte> lines, CancellationToken giveUp)
    {
        bool isPacked = lines.Length >= settings.CompressFrom;
        HttpContent content = isPacked ? new ByteArrayContent(Pack(lines)) : new ReadOnlyMemoryContent(lines);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        if (isPacked)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        var request = new HttpRequestMessage(HttpMethod.Post, run) { Content = content };
        request.Headers.Add("X-First-Line", firstLine.ToString(CultureInfo.InvariantCulture));
        return ExchangeAsync(request, giveUp);
    }

    /// <summary>Asks which line the host wants next.</summary>
    /// <param name="giveUp">Ends the request; the only exception is that of this token.</param>
    public Task<PushAnswer> AskAsync(CancellationToken giveUp) => ExchangeAsync(new HttpRequestMessage(HttpMethod.Get, run), giveUp);

    private static HttpClient Create(bool usesProxy) => new(new SocketsHttpHandler
    {
        UseProxy = usesProxy,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LongestAnswer,
    };

    private static byte[] Pack(ReadOnlyMemory<byte> lines)
    {
        using var packed = new MemoryStream(lines.Length / 4);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(lines.Span);
        }

        return packed.ToArray();
    }

    private async Task<PushAnswer> ExchangeAsync(HttpRequestMessage request, CancellationToken giveUp)
    {
        using var timeLimit = new CancellationTokenSource(settings.AnswerTime, settings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(giveUp, timeLimit.Token);
        try
        {
            using (request)
            {
                request.Headers.Authorization = _authorization;
                using var response = await _http.SendAsync(request, either.Token);
                return await ReadAsync(response, either.Token);
            }
        }
        catch (OperationCanceledException) when (!giveUp.IsCancellationRequested)
        {
            return new PushAnswer(PushOutcome.Failed, Reason: string.Create(CultureInfo.InvariantCulture, $"no answer within {settings.AnswerTime.TotalSeconds:G3} s"));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            giveUp.ThrowIfCancellationRequested();
            return new PushAnswer(PushOutcome.Failed, Reason: exception.Message);
        }
    }

    private async Task<PushAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        string status = string.Create(CultureInfo.InvariantCulture, $"answered {(int)response.StatusCode}");
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK or HttpStatusCode.Accepted:
                return NextLine(await response.Content.ReadAsStringAsync(cancellation)) is >= 0 and var next
                    ? new PushAnswer(PushOutcome.Taken, next, Reason: "asked for lines again that it was sent")
                    : new PushAnswer(PushOutcome.Failed, Reason: "answered something else than a host of telemetry does");
            case HttpStatusCode.NotFound:
                return new PushAnswer(PushOutcome.Unknown, Reason: status);
            case HttpStatusCode.RequestEntityTooLarge:
                return new PushAnswer(PushOutcome.TooLarge, Reason: status);
            case HttpStatusCode.BadRequest:
                return new PushAnswer(PushOutcome.Malformed, Reason: status);
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                return new PushAnswer(PushOutcome.Refused, Reason: status);
            default:
                return new PushAnswer(PushOutcome.Failed, Pause: PauseOf(response.Headers.RetryAfter), Reason: status);
        }
    }

    private TimeSpan? PauseOf(RetryConditionHeaderValue? retryAfter)
    {
        var asked = retryAfter?.Delta ?? (retryAfter?.Date - settings.Time.GetUtcNow());
        return asked is { } pause ? TimeSpan.FromTicks(Math.Clamp(pause.Ticks, settings.ShortestPause.Ticks, settings.RefusedPause.Ticks)) : null;
    }

    private static long? NextLine(string body)
    {
        try
        {
            return JObject.Parse(body).Value<long?>("nextLine");
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidCastException or OverflowException)
        {
            return null;
        }
    }
}
