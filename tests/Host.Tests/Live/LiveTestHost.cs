using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Reports;
using TrainingDoctor.Tests.Watch;

namespace TrainingDoctor.Tests.Live;

/// <summary>A host in this process. The test looks for it, so that nothing depends on a clock.</summary>
internal sealed class LiveTestHost : IAsyncDisposable
{
    private readonly LiveHost _host;

    private LiveTestHost(LiveHost host, RunBoard board, ReceivedRuns received, LiveOptions options, HostCertificate? certificate)
    {
        _host = host;
        Board = board;
        Received = received;
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate?.Certificate.GetCertHashString();
        Http = new HttpClient(handler) { BaseAddress = new Uri(host.Address) };
        Http.DefaultRequestHeaders.Authorization = options.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
    }

    public RunBoard Board { get; }

    public ReceivedRuns Received { get; }

    public HttpClient Http { get; }

    /// <summary>Gets what the host said of its own troubles.</summary>
    public ConcurrentQueue<string> Complaints { get; private init; } = [];

    public static async Task<LiveTestHost> StartAsync(LiveOptions? options = null, RunBoard? board = null, string? folder = null, HostCertificate? certificate = null)
    {
        options ??= new LiveOptions();
        board ??= new RunBoard();
        var complaints = new ConcurrentQueue<string>();
        var received = new ReceivedRuns(new ReceivingOptions(RuleSet.Default, folder, options.RecordLimit, options.MaxRuns, TimeSpan.FromMinutes(10)), board, complaints.Enqueue, new StillTime());
        var address = LiveAddress.Parse(certificate is null ? "http://127.0.0.1:0" : "https://127.0.0.1:0", hasToken: false, certificate is not null);
        var host = await LiveHost.StartAsync(
            new LiveSetup(options, new ConfigurationBuilder().Build(), address, board, new BoardRuns(board, ReportLanguage.English), received, async (looked, stopping) =>
            {
                looked();
                await Task.Delay(Timeout.Infinite, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
            }, complaints.Enqueue)
            {
                Certificate = certificate,
            },
            CancellationToken.None);
        return new LiveTestHost(host, board, received, options, certificate) { Complaints = complaints };
    }

    /// <summary>Looks at what has come, as the host does every second.</summary>
    public IReadOnlyList<WatchedFinding> Look() => [.. Received.Look(CancellationToken.None)];

    /// <summary>Sends lines as a training process does.</summary>
    public Task<HttpResponseMessage> PushAsync(string id, long firstLine, IEnumerable<string> lines) => SendAsync(id, firstLine, TelemetryLines.Body(lines));

    /// <summary>Sends a body as a training process does.</summary>
    public Task<HttpResponseMessage> SendAsync(string id, long firstLine, byte[] body, string? encoding = null, string type = "application/x-ndjson")
    {
        var request = TelemetryLines.Push(string.Empty, id, firstLine, body);
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        return Http.SendAsync(request);
    }

    /// <summary>Asks with further headers.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Reads an answer's status and its next line.</summary>
    public static async Task<(HttpStatusCode Status, long? NextLine)> ReadAsync(HttpResponseMessage response) =>
        (response.StatusCode, JObject.Parse(await response.Content.ReadAsStringAsync()).Value<long?>("nextLine"));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
        Received.Dispose();
    }
}
