using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Commands;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Live.Endpoints;
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
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        string? token = Environment.GetEnvironmentVariable(LiveOptions.EnvironmentPrefix + "TOKEN");
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
            var stream = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
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
                    var runs = (JArray?)JObject.Parse(item.Data)["runs"] ?? [];
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
        catch (JsonException exception)
        {
            throw new UsageException($"{address} does not answer as traindoctor does: {exception.Message}");
        }
    }

    private void Check(HttpResponseMessage response)
    {
        if (response.StatusCode is HttpStatusCode.Unauthorized)
        {
            throw new UsageException($"{address} asks for a token; set the environment variable {LiveOptions.EnvironmentPrefix}TOKEN.");
        }

        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden || (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType != "text/event-stream"))
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{address} answered {(int)response.StatusCode}: it is no host of traindoctor that serves runs to this machine."));
        }

        response.EnsureSuccessStatusCode();
    }

    /// <summary>Says what is new of a run.</summary>
    /// <returns>Whether it is enough.</returns>
    private bool Tell(JObject run, Severity? stopWhen)
    {
        string name = WatchText.Name(run.Value<string>("name") ?? string.Empty);
        bool isEnough = false;
        foreach (var finding in run["findings"]?.OfType<JObject>() ?? [])
        {
            string severity = finding.Value<string>("severity") ?? string.Empty;
            isEnough |= Enum.TryParse<Severity>(severity, ignoreCase: true, out var level) && level >= stopWhen;
            if (_told.Add((run.Value<string>("id") ?? string.Empty, finding.Value<string>("ruleId") ?? string.Empty, severity)))
            {
                terminal.Output.WriteLine(WatchText.Visible($"{name}: {severity} {finding.Value<string>("ruleId")} {finding.Value<string>("rule")}: {finding.Value<string>("title")}"));
            }
        }

        return isEnough;
    }
}
