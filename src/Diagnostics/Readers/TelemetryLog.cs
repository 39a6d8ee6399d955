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
        var replay = new Replayer(open);
        replay.Read(input, cancellationToken);
        if (File.Exists(input.Path))
        {
            int expected = 1;
            foreach (var (number, path) in RollingFile.FindParts(input.Path))
            {
                replay.NoteDropped(expected, number - 1);
                expected = number + 1;
                using var part = LogInput.Open(path, new LogReadOptions());
                replay.Read(part, cancellationToken);
            }
        }

        replay.Complete();
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

    /// <summary>Replays the parts of one recording, one after the other.</summary>
    private sealed class Replayer(RunSinkFactory open)
    {
        private readonly ScopeTable _scopes = new();
        private readonly List<LogDamage> _damage = [];
        private readonly List<string> _notes = [];
        private IMeasurementSink? _sink;
        private RunDescription? _run;

        public void Read(LogInput input, CancellationToken cancellationToken)
        {
            using var reader = new StreamReader(input.OpenStream(), Encoding.UTF8);
            for (long number = 1; reader.ReadLine() is { } line; number++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (line.Length == 0)
                {
                    continue;
                }

                try
                {
                    Take(Parse(line));
                }
                catch (Exception exception) when (exception is JsonException or FormatException or InvalidCastException or ArgumentException or OverflowException)
                {
                    if (_run is null)
                    {
                        throw new LogFormatException($"{input.At(number)}: expected the first line of telemetry: {exception.Message}", exception);
                    }

                    if (reader.Peek() >= 0)
                    {
                        _damage.Add(new LogDamage(input.At(number), $"expected a line of telemetry: {exception.Message}"));
                    }
                }
            }
        }

        public void NoteDropped(int first, int last)
        {
            if (first <= last)
            {
                _notes.Add(string.Create(CultureInfo.InvariantCulture, $"Parts {first} to {last} of the recording were dropped to keep its limit."));
            }
        }

        public void Complete()
        {
            if (_run is not null && (_damage.Count > 0 || _notes.Count > 0))
            {
                _sink?.Update(_run with { Log = new LogDescription { Format = "telemetry", Damage = _damage, Notes = _notes } });
            }

            _sink?.Complete();
        }

        private void Take(JObject row)
        {
            if (row["run"] is JObject described)
            {
                // A further part repeats what the first began with.
                bool isRepeated = row["part"] is not null && _run is not null;
                _run = isRepeated ? _run : described.ToObject<RunDescription>(TelemetryJson.Serializer)!;
                if (_sink is null)
                {
                    _sink = open(_run!, _scopes);
                    _sink?.Begin(_run!);
                }
                else if (!isRepeated)
                {
                    _sink.Update(_run!);
                }
            }
            else if (_sink is not null && row["m"] is JArray measurements)
            {
                Replay(row.Value<long>("step"), measurements, _scopes, _sink);
            }
        }
    }
}
