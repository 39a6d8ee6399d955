using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Live.Endpoints;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Remote;

/// <summary>Follows the runs of another host by its events: one line for each finding, as watching on that machine would say it. A host that is away is waited for.</summary>
/// <param name="address">The host.</param>
/// <param name="terminal">Where the lines go.</param>
internal sealed class RemoteFollower(Uri address, Terminal terminal)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // A host that is alive says so every ten seconds.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    /// <summary>A thousand runs with all that may be found in them are a tenth of it.</summary>
    private const int LongestEvent = 16 * 1024 * 1024;

    private const int MostTold = 100_000;

    private readonly HashSet<(string Run, string Rule, string Severity)> _told = [];
    private string? _lastEvent;
    private bool _isAway;

    /// <summary>Follows until it is enough.</summary>
    /// <param name="options">When to stop.</param>
    /// <param name="cancellation">Ends it, as Ctrl-C does.</param>
    /// <returns>The exit code: 1 when a finding was one to stop at.</returns>
    /// <exception cref="UsageException">The host does not take the token, or is none of this program.</exception>
    public async Task<int> RunAsync(WatchOptions options, CancellationToken cancellation)
    {
        // A host of this program sends nobody elsewhere.
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, MaxResponseHeadersLength = 64 };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        string? token = Environment.GetEnvironmentVariable(LiveOptions.EnvironmentPrefix + "TOKEN")?.Trim();
        http.DefaultRequestHeaders.Authorization = token is { Length: > 0 } ? new AuthenticationHeaderValue("Bearer", token) : null;
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pause = ShortestPause;
        while (true)
        {
            idle.CancelAfter(options.Patience ?? Timeout.InfiniteTimeSpan);
            try
            {
                bool isEnough = await FollowAsync(http, options, () => idle.CancelAfter(options.Patience ?? Timeout.InfiniteTimeSpan), idle.Token).ConfigureAwait(false);
                if (isEnough)
                {
                    return ExitCode.Findings;
                }

                pause = ShortestPause;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException)
            {
                if (!_isAway)
                {
                    _isAway = true;
                    terminal.WriteError($"{address} cannot be reached: {exception.Message}; waiting for it");
                }
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Clean;
            }

            try
            {
                await Task.Delay(pause, idle.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Clean;
            }

            pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
        }
    }

    private async Task<bool> FollowAsync(HttpClient http, WatchOptions options, Action changed, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(LongestSilence);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "api/v1/events"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (_lastEvent is { } last)
        {
            request.Headers.Add("Last-Event-ID", last);
        }

        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
            Check(response);
            var stream = new BoundedEventStream(await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false), LongestEvent);
            await using (stream.ConfigureAwait(false))
            {
                await foreach (var item in SseParser.Create(stream).EnumerateAsync(silence.Token).ConfigureAwait(false))
                {
                    silence.CancelAfter(LongestSilence);
                    _isAway = false;
                    if (item.EventType == EventEndpoint.Alive)
                    {
                        continue;
                    }

                    _lastEvent = item.EventId;
                    var runs = Parse(item.Data)["runs"] as JArray ?? throw new JsonException("an event without runs");
                    if (runs.Count > 0)
                    {
                        changed();
                    }

                    if (runs.OfType<JObject>().Select(run => Tell(run, options.StopWhen)).ToList().Contains(true))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"nothing was heard for {LongestSilence.TotalSeconds} s"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            throw new UsageException($"{address} does not answer as traindoctor does: {exception.Message}");
        }
    }

    private static JObject Parse(string data)
    {
        using var json = new JsonTextReader(new StringReader(data)) { MaxDepth = 16, DateParseHandling = DateParseHandling.None };
        return JObject.Load(json);
    }

    private static string Text(JObject of, string name) => of[name] is JValue { Value: string text } ? text : string.Empty;

    private void Check(HttpResponseMessage response)
    {
        if (response.StatusCode is HttpStatusCode.Unauthorized)
        {
            throw new UsageException($"{address} asks for a token; set the environment variable {LiveOptions.EnvironmentPrefix}TOKEN.");
        }

        // A host of this program sends nobody elsewhere: to wait for one that does would be for ever.
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden || (int)response.StatusCode is >= 300 and < 400 || (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType != "text/event-stream"))
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{address} answered {(int)response.StatusCode}: it is no host of traindoctor that serves runs to this machine."));
        }

        response.EnsureSuccessStatusCode();
    }

    /// <summary>Says what is new of a run.</summary>
    /// <returns>Whether it is enough.</returns>
    private bool Tell(JObject run, Severity? stopWhen)
    {
        string name = WatchText.Name(Text(run, "name"));
        bool isEnough = false;
        foreach (var finding in (run["findings"] as JArray)?.OfType<JObject>() ?? [])
        {
            string severity = Text(finding, "severity");
            isEnough |= Enum.TryParse<Severity>(severity, ignoreCase: true, out var level) && Enum.IsDefined(level) && level >= stopWhen;
            if (_told.Count < MostTold && _told.Add((Text(run, "id"), Text(finding, "ruleId"), severity)))
            {
                terminal.Output.WriteLine(WatchText.Visible($"{name}: {severity} {Text(finding, "ruleId")} {Text(finding, "rule")}: {Text(finding, "title")}"));
            }
        }

        return isEnough;
    }
}
