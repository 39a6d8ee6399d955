using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Recording;

namespace TrainingDoctor.Readers;

/// <summary>
/// Replays telemetry line by line, as it was recorded or as it arrives: the same measurements in the same order, so that the same report comes of it.
/// </summary>
/// <param name="open">Makes the sink of the run, when its first line has come.</param>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class TelemetryReplay(RunSinkFactory open)
{
    private const int MostDamage = 50;

    private readonly ScopeTable _scopes = new();
    private readonly List<LogDamage> _damage = [];
    private readonly List<string> _notes = [];
    private IMeasurementSink? _sink;

    /// <summary>Gets what is known of the run; null before its first line.</summary>
    public RunDescription? Run { get; private set; }

    /// <summary>Gets what is made of a run's description, as by the place that its recording is read from.</summary>
    internal Func<RunDescription, RunDescription> Describe { get; init; } = static run => run;

    /// <summary>Gets a value indicating whether the run has said that it is over.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Gets the last step that was measured; -1 before any.</summary>
    public long LastStep { get; private set; } = -1;

    /// <summary>Takes one whole line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <exception cref="FormatException">It is no line of telemetry. What it holds up to the fault was taken, as far as it is measurements.</exception>
    public void Add(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Length == 0)
        {
            return;
        }

        try
        {
            Take(Parse(line));
        }
        catch (Exception exception) when (exception is JsonException or InvalidCastException or ArgumentException or OverflowException)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    /// <summary>Notes that a place of the recording could not be read; the report says so (TD0003).</summary>
    /// <param name="damage">The place, and what was wrong there.</param>
    public void Report(LogDamage damage)
    {
        if (_damage.Count < MostDamage)
        {
            _damage.Add(damage);
        }
    }

    /// <summary>Ends the replay, whether or not the run said that it is over.</summary>
    public void Complete()
    {
        if (Run is not null && (_damage.Count > 0 || _notes.Count > 0))
        {
            _sink?.Update(Run with { Log = new LogDescription { Format = "telemetry", Damage = [.. _damage], Notes = [.. _notes] } });
        }

        _sink?.Complete();
    }

    /// <summary>Notes which parts are missing from the recording.</summary>
    internal void NoteDropped(int first, int last)
    {
        if (first <= last)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"Parts {first} to {last} of the recording were dropped to keep its limit."));
        }
    }

    private static JObject Parse(string line)
    {
        using var json = new JsonTextReader(new StringReader(line)) { DateParseHandling = DateParseHandling.None, FloatParseHandling = FloatParseHandling.Double, MaxDepth = 64 };
        return JObject.Load(json);
    }

    private void Take(JObject row)
    {
        if (row["run"] is JObject described)
        {
            // A further part repeats what the first began with.
            bool isRepeated = row["part"] is not null && Run is not null;
            Run = isRepeated ? Run : Describe(described.ToObject<RunDescription>(TelemetryJson.Serializer)!);
            if (_sink is null)
            {
                _sink = open(Run!, _scopes);
                _sink?.Begin(Run!);
            }
            else if (!isRepeated)
            {
                _sink.Update(Run!);
            }
        }
        else if (_sink is not null && row["m"] is JArray measurements)
        {
            Replay(row.Value<long>("step"), measurements, _sink);
        }
        else if (row["complete"] is not null)
        {
            IsComplete = true;
        }
        else if (row["lost"] is JArray { Count: 2 } lost)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"lines {lost[0].Value<long>()} to {lost[1].Value<long>()}");
            Report(new LogDamage(place, "were not delivered to the host that recorded them"));
        }
    }

    private void Replay(long step, JArray measurements, IMeasurementSink sink)
    {
        LastStep = step;
        foreach (var item in measurements)
        {
            if (item is JArray { Count: 3 } triple && MetricCatalog.TryParse(triple[0].Value<string>() ?? string.Empty, out var metric))
            {
                double value = triple[2].Type == JTokenType.String ? double.Parse(triple[2].Value<string>()!, CultureInfo.InvariantCulture) : triple[2].Value<double>();
                sink.Observe(new Measurement(step, metric, TelemetryJson.Scope(_scopes, triple[1].Value<string>() ?? string.Empty, metric), value));
            }
        }
    }
}
