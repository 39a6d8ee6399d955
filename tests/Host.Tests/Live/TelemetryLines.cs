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

    private static string Layers(int step, int count) => string.Concat(Enumerable.Range(0, count).Select(layer =>
        FormattableString.Invariant($",[\"gradient_norm\",\"encoder.{layer}.weight\",{Math.Abs(Math.Sin(step + layer)) + 0.01:R}],[\"zero_fraction\",\"encoder.{layer}\",{0.4 + (0.1 * Math.Cos(step)):R}]")));
}
