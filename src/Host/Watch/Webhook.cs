using System.Net;
using System.Text;

namespace TrainingDoctor.Host.Watch;

/// <summary>Posts findings to a web address, and tries again with growing pauses.</summary>
/// <param name="address">The address.</param>
/// <param name="timeout">How long one attempt may take.</param>
/// <param name="pause">The pause before the second attempt; it doubles before each further one.</param>
internal sealed class Webhook(Uri address, TimeSpan timeout, TimeSpan pause) : INoticeReceiver
{
    private const int Attempts = 4;

    // A redirect could lead anywhere, with the finding in hand.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = timeout };

    public async Task<string?> TellAsync(string json, CancellationToken cancellation)
    {
        string reason = string.Empty;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (attempt > 0)
            {
                await Task.Delay(pause * (1 << (attempt - 1)), cancellation).ConfigureAwait(false);
            }

            try
            {
                using var body = new StringContent(json, Encoding.UTF8, "application/json");
                using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = body };
                using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode)
                {
                    return null;
                }

                reason = FormattableString.Invariant($"answered {(int)answer.StatusCode}");
                if ((int)answer.StatusCode < 500 && answer.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests))
                {
                    break;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                reason = exception is OperationCanceledException ? "no answer in time" : "not reachable";
            }
        }

        // The address often holds a secret: it is not repeated, and neither is what the exception says of it.
        return $"--webhook: {reason}";
    }

    public void Dispose() => _http.Dispose();
}
