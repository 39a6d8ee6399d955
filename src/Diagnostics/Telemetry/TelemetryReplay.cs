using System.Globalization;
using System.Text;

namespace TrainingDoctor.Telemetry;

/// <summary>
/// Replays telemetry line by line, as it was recorded or as it arrives: the same measurements in the same order, so that the same report comes of it.
/// </summary>
/// <param name="open">Makes the sink of the run, when its first line has come.</param>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class TelemetryReplay(RunSinkFactory open)
{
    private readonly ScopeTable _scopes = new();
    private readonly MeasurementLineReader _lines = new();
    private readonly List<LogDamage> _damage = [];
    private readonly List<string> _notes = [];
    private long _furtherDamage;
    private long _leftOut;
    private IMeasurementSink? _sink;
    private TrainingTask? _task;
    private bool _isRewarded;

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
    /// <exception cref="FormatException">It is no line of telemetry, or its step is below the one before it. Nothing of it was taken.</exception>
    public void Add(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Length > 0)
        {
            Take(TelemetryLine.Parse(line, _task));
        }
    }

    /// <summary>Takes one whole line as it was written, many times faster than its text.</summary>
    /// <param name="line">The line in UTF-8, without its end.</param>
    /// <exception cref="FormatException">It is no line of telemetry, or its step is below the one before it. Nothing of it was taken.</exception>
    public void Add(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        if (_sink is not null && _lines.TryRead(line, _task))
        {
            Advance(_lines.Step);
            foreach (var (head, value) in _lines.Measurements)
            {
                if (head.Meaning is { } meaning)
                {
                    NoteReward(meaning.IsReward);
                    Observe(meaning.Metric, head.ScopeIn(_scopes), meaning.Measured(value), _sink);
                }
            }
        }
        else
        {
            Add(Encoding.UTF8.GetString(line));
        }
    }

    /// <summary>Notes that a place of the recording could not be read; the report says so (TD0003).</summary>
    /// <param name="damage">The place, and what was wrong there.</param>
    public void Report(LogDamage damage)
    {
        if (_damage.Count < TelemetryLimits.MostDamage)
        {
            _damage.Add(damage);
        }
        else
        {
            _furtherDamage++;
        }
    }

    /// <summary>Ends the replay, whether or not the run said that it is over.</summary>
    public void Complete()
    {
        if (_furtherDamage > 0)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{_furtherDamage} further places could not be read."));
        }

        if (_leftOut > 0)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{_leftOut} measurements were left out: a run may have {TelemetryLimits.MostNames} layers and parameters."));
        }

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

    private void Take(TelemetryLine line)
    {
        if (line.Run is { } described)
        {
            // A further part repeats what the first began with.
            if (line.IsPart && Run is not null)
            {
                Take(Run);
            }
            else
            {
                // What names mean is decided by what the program said, so that they mean the same from the first line to the last.
                _task = described.Task;
                Take(Rewarded(Describe(described)));
            }
        }
        else if (_sink is not null && (line.Measurements is not null || line.Distributions is not null))
        {
            Advance(line.Step);
            NoteReward(line.IsRewarded);
            Replay(line.Measurements ?? [], _sink);
            foreach (var distribution in line.Distributions ?? [])
            {
                _sink.Observe(distribution);
            }
        }
        else if (line.Lost is var (first, last))
        {
            Report(new LogDamage(string.Create(CultureInfo.InvariantCulture, $"lines {first} to {last}"), "were not delivered to the host that recorded them"));
        }

        IsComplete |= line.IsComplete;
    }

    private void Take(RunDescription described)
    {
        bool isNews = !ReferenceEquals(Run, described);
        Run = described;
        if (_sink is null)
        {
            _sink = open(described, _scopes);
            _sink?.Begin(described);
        }
        else if (isNews)
        {
            _sink.Update(described);
        }
    }

    /// <summary>Who tells a reward, and not what is trained for, trains on rewards.</summary>
    private void NoteReward(bool isReward)
    {
        if (isReward && !_isRewarded)
        {
            _isRewarded = true;
            if (Run is { Task: null })
            {
                Take(Rewarded(Run));
            }
        }
    }

    private RunDescription Rewarded(RunDescription described) => _isRewarded && described.Task is null ? described with { Task = TrainingTask.Reinforcement } : described;

    private void Replay(IReadOnlyList<(Metric Metric, string Scope, double Value)> measurements, IMeasurementSink sink)
    {
        foreach (var (metric, name, value) in measurements)
        {
            Observe(metric, TelemetryJson.Scope(_scopes, name, metric, TelemetryLimits.MostNames), value, sink);
        }
    }

    private void Advance(long step)
    {
        if (step < LastStep)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"step {step} is below the step before it, {LastStep}: steps never decrease"));
        }

        LastStep = step;
    }

    private void Observe(Metric metric, int? scope, double value, IMeasurementSink sink)
    {
        if (scope is { } id)
        {
            sink.Observe(new Measurement(LastStep, metric, id, value));
        }
        else
        {
            _leftOut++;
        }
    }
}
