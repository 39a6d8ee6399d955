using Microsoft.Extensions.Logging;

namespace TrainingDoctor.Telemetry.Push;

/// <summary>Telemetry that is pushed to a host over HTTP. The thread that trains only copies lines into a bounded queue; it never waits for the host and never learns of its faults.</summary>
internal sealed class TelemetryPush : ITelemetryOutput
{
    private readonly PushAddress _address;
    private readonly PushSettings _settings;
    private readonly Action<Diagnosis>? _report;
    private readonly LineQueue _queue;
    private readonly PushTally _tally;
    private PushWorker? _worker;
    private bool _isOver;

    /// <summary>Prepares to push; nothing is sent before the run is described.</summary>
    /// <param name="address">The host.</param>
    /// <param name="settings">How to push.</param>
    /// <param name="logger">Is told of trouble; null for nobody.</param>
    /// <param name="report">Is told at the end, on the thread that ends the run, what was not delivered; null for nobody.</param>
    public TelemetryPush(PushAddress address, PushSettings settings, ILogger? logger = null, Action<Diagnosis>? report = null)
    {
        (_address, _settings, _report) = (address, settings, report);
        _tally = new PushTally(address, logger);
        _queue = new LineQueue(settings.Capacity, settings.BatchLength, () => _worker?.Wake());
    }

    /// <summary>Gets what tells the run from all others at the host.</summary>
    public string RunId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Gets how many lines the run made.</summary>
    public long Lines => _queue.Added;

    /// <summary>Gets how many lines the host acknowledged.</summary>
    public long Delivered => _tally.Delivered;

    /// <summary>Gets how many lines found no room in the queue.</summary>
    public long Dropped => _queue.Dropped;

    /// <summary>Gets how many lines the host would not take.</summary>
    public long Rejected => _tally.Rejected;

    /// <inheritdoc/>
    public void Describe(RunDescription run, ReadOnlySpan<byte> line)
    {
        byte[] firstLine = TelemetryJson.FirstLine(run);
        Write(line);
        if (_worker is null)
        {
            _tally.Run = run.Name;
            _worker = new PushWorker(new PushClient(_address, _address.OfRun(RunId, run.Name), _settings), _queue, firstLine, _tally, _settings);
        }
        else
        {
            _worker.Describe(firstLine);
        }
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> line)
    {
        if (!_isOver && !_queue.Add(line))
        {
            _tally.Drop();
        }
    }

    /// <inheritdoc/>
    public void EndStep()
    {
    }

    /// <inheritdoc/>
    public void Complete() => Finish(_settings.Drain);

    /// <inheritdoc/>
    public void Dispose() => Finish(TimeSpan.Zero);

    private void Finish(TimeSpan drain)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        try
        {
            _worker?.Finish(drain);
        }
        finally
        {
            Tell(Lines - Delivered - Dropped - Rejected);
        }
    }

    private void Tell(long unacknowledged)
    {
        _tally.Lose(unacknowledged);
        long missing = unacknowledged + Dropped + Rejected;
        if (missing > 0)
        {
            _report?.Invoke(new Diagnosis(
                $"{missing} line(s) of telemetry (was|were) not delivered",
                $"Of {Lines} lines for {_address}, {Dropped} found no room in the queue, {Rejected} were rejected by the host and {unacknowledged} were not acknowledged when the run ended. The diagnosis here has seen them all; the host has not.",
                [],
                [
                    new Remedy
                    {
                        Title = $"Start the host before the training and keep it running, or record to a file as well",
                        Actions = [],
                        Rationale = $"A training never waits for its host: what the host does not take in time is left out.",
                    },
                ]));
        }
    }
}
