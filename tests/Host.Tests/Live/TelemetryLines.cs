using System.Globalization;
using System.Text;
using Newtonsoft.Json;

namespace TrainingDoctor.Tests.Live;

/// <summary>Telemetry of small runs, as a monitor writes it.</summary>
internal static class TelemetryLines
{
    /// <summary>Writes the lines of a run: its description, a line for each step, and its end.</summary>
    /// <param name="name">The run's name.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="illFrom">The step from which on the loss is no number.</param>
    /// <param name="layers">How many layers are measured at each step.</param>
    public static string[] Of(string name, int steps = 60, int illFrom = int.MaxValue, int layers = 0) =>
    [
        $"{{\"telemetry\":\"1.0\",\"run\":{{\"name\":{JsonConvert.ToString(name)},\"source\":\"live\"}}}}",
        .. Enumerable.Range(0, steps).Select(step => FormattableString.Invariant($"{{\"step\":{step},\"m\":[[\"loss\",\"\",{(step >= illFrom ? "\"NaN\"" : FormattableString.Invariant($"{0.2 + Math.Exp(-step / 20.0):R}"))}]{Layers(step, layers)}]}}")),
        "{\"complete\":true}",
    ];

    /// <summary>Makes the body of a request.</summary>
    public static byte[] Body(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    /// <summary>Makes the request that a training process sends.</summary>
    /// <param name="host">The host; empty where the client knows it.</param>
    /// <param name="id">What the run is called.</param>
    /// <param name="firstLine">The index of the first line.</param>
    /// <param name="body">The lines.</param>
    public static HttpRequestMessage Push(string host, string id, long firstLine, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{host}/api/v1/runs/{id}/telemetry?name=x") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/x-ndjson");
        request.Headers.Add("X-First-Line", firstLine.ToString(CultureInfo.InvariantCulture));
        return request;
    }

    private static string Layers(int step, int count) => string.Concat(Enumerable.Range(0, count).Select(layer =>
        FormattableString.Invariant($",[\"gradient_norm\",\"encoder.{layer}.weight\",{Math.Abs(Math.Sin(step + layer)) + 0.01:R}],[\"zero_fraction\",\"encoder.{layer}\",{0.4 + (0.1 * Math.Cos(step)):R}]")));
}
