using System.Globalization;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Recording;

namespace TrainingDoctor.Readers;

/// <summary>Replays recorded telemetry: the same measurements in the same order, so that the same report comes of it.</summary>
internal static class TelemetryLog
{
    private static readonly byte[] Mark = Encoding.UTF8.GetBytes("{\"telemetry\":");

    /// <summary>Tells whether a log begins as telemetry does.</summary>
    public static bool IsTelemetry(ReadOnlySpan<byte> head) => head.StartsWith(Mark);

    /// <summary>Sends the run to a sink. A line that cannot be read is damage; an unfinished last line was being written when the run ended.</summary>
    /// <exception cref="LogFormatException">The first line is not that of telemetry.</exception>
    public static void Read(LogInput input, RunSinkFactory open, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(input.OpenStream(), Encoding.UTF8);
        var scopes = new ScopeTable();
        var damage = new List<LogDamage>();
        IMeasurementSink? sink = null;
        RunDescription? run = null;
        for (long number = 1; reader.ReadLine() is { } line; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (line.Length == 0)
            {
                continue;
            }

            try
            {
                var row = Parse(line);
                if (row["run"] is JObject described)
                {
                    run = described.ToObject<RunDescription>(TelemetryJson.Serializer)!;
                    if (sink is null)
                    {
                        sink = open(run, scopes);
                        sink?.Begin(run);
                    }
                    else
                    {
                        sink.Update(run);
                    }
                }
                else if (sink is not null && row["m"] is JArray measurements)
                {
                    Replay(row.Value<long>("step"), measurements, scopes, sink);
                }
            }
            catch (Exception exception) when (exception is JsonException or FormatException or InvalidCastException or ArgumentException or OverflowException)
            {
                if (run is null)
                {
                    throw new LogFormatException($"{input.At(number)}: expected the first line of telemetry: {exception.Message}", exception);
                }

                if (reader.Peek() >= 0)
                {
                    damage.Add(new LogDamage(input.At(number), $"expected a line of telemetry: {exception.Message}"));
                }
            }
        }

        if (damage.Count > 0 && run is not null)
        {
            sink?.Update(run with { Log = new LogDescription { Format = "telemetry", Damage = damage } });
        }

        sink?.Complete();
    }

    private static JObject Parse(string line)
    {
        using var json = new JsonTextReader(new StringReader(line)) { DateParseHandling = DateParseHandling.None, FloatParseHandling = FloatParseHandling.Double, MaxDepth = 64 };
        return JObject.Load(json);
    }

    private static void Replay(long step, JArray measurements, ScopeTable scopes, IMeasurementSink sink)
    {
        foreach (var item in measurements)
        {
            if (item is JArray { Count: 3 } triple && MetricCatalog.TryParse(triple[0].Value<string>() ?? string.Empty, out var metric))
            {
                double value = triple[2].Type == JTokenType.String ? double.Parse(triple[2].Value<string>()!, CultureInfo.InvariantCulture) : triple[2].Value<double>();
                sink.Observe(new Measurement(step, metric, TelemetryJson.Scope(scopes, triple[1].Value<string>() ?? string.Empty, metric), value));
            }
        }
    }
}
