using System.Globalization;
using System.Net;
using System.Text;

namespace TrainingDoctor.Benchmarks.Fleet;

/// <summary>A run that is pushed: its lines are made anew for each body, as a monitor does.</summary>
/// <param name="http">The connections.</param>
/// <param name="id">What the run is called.</param>
/// <param name="layers">How many layers are measured at each step.</param>
internal sealed class PushedRun(HttpClient http, string id, int layers)
{
    private long _line;
    private long _step;

    /// <summary>Gets how many lines were acknowledged.</summary>
    public long Lines => _line;

    /// <summary>Sends steps, again until they are acknowledged.</summary>
    /// <param name="host">The address of the host.</param>
    /// <param name="steps">How many.</param>
    /// <returns>How many times the host could not take them.</returns>
    public async Task<int> SendAsync(string host, int steps)
    {
        var text = new StringBuilder(steps * (60 + (layers * 50)));
        int lines = steps;
        if (_line == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"telemetry\":\"1.0\",\"run\":{{\"name\":\"{id}\",\"source\":\"live\"}}}}\n");
            lines++;
        }

        for (int step = 0; step < steps; step++)
        {
            Append(text, _step++);
        }

        byte[] body = Encoding.UTF8.GetBytes(text.ToString());
        for (int refused = 0; ; refused++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{host}/api/v1/runs/{id}/telemetry") { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new("application/x-ndjson");
            request.Headers.Add("X-First-Line", _line.ToString(CultureInfo.InvariantCulture));
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.Accepted)
            {
                _line += lines;
                return refused;
            }

            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(0.2));
        }
    }

    private void Append(StringBuilder text, long step)
    {
        text.Append(CultureInfo.InvariantCulture, $"{{\"step\":{step},\"m\":[[\"loss\",\"\",{0.2 + Math.Exp(-step / 200.0):R}]");
        for (int layer = 0; layer < layers; layer++)
        {
            text.Append(CultureInfo.InvariantCulture, $",[\"gradient_norm\",\"encoder.{layer}.weight\",{Math.Abs(Math.Sin(step + layer)) + 0.01:G7}]");
        }

        text.Append("]}\n");
    }
}
